// SPDX-License-Identifier: BSD-3-Clause
// Steps of gradient descent and other rules on the squared last-output loss in Gram form, with their losses or without.
//
//   h_k = Σ_j w_j a_j^k,  w = b c          e = h - h°          g = 2 rate G e          P(x) = Σ_k g_k x^k
//   a_j ← a_j - w_j P'(a_j),   b_j ← b_j - c_j P(a_j),   c_j ← c_j - b_j P(a_j)
//
//   a, b, c   modes and weights (d)                     h°, e   a response with the least loss, and the difference (kappa)
//   G         Gram matrix of the inputs (kappa, kappa)  g, P    rate times the cotangent of h, as a polynomial
//   F         2 G = Fᵀ F, rows (rank, kappa)            L       ½ |F e|² + L_0, which no step waits for
//
// These are the formulas of gradient descent. Any other rule has G without the rate, and moves a, b, c by its own formulas
// from the gradients w P', c P, b P (plain_move.hpp), with what it keeps in registers too (rule_registers.hpp).
//
//   gram_step(a, b, c, g, h°, move)   the formulas as they stand, in any type of numbers: the reference of the tests
//   gram_steps<T, D, K, Moved>        take(a, b, c, n, rule): n steps of the matrices named by Moved
//                                     take(a, b, c, watch, rule): the same steps, with their losses, until `watch` ends them
//
// Which file has the fast steps of which student; static and run-time sizes have the same bits in every line.
//
//   sizes                               scalar, registers   file               bits
//   d <= 16, 2 <= kappa <= 7            float, 64 bytes     few_modes.hpp      of this file alone
//   static, d <= 64, 2 <= kappa <= 16   all others          in_registers.hpp   those of the next line, on all hardware
//   kappa <= 16                         all others          blocked.hpp        those of the line above
//   kappa > 16                          any                 blocked.hpp        of this line alone
//   static, one student per lane        any, packs          lanes.hpp          the same for any number of lanes
//   any                                 dual numbers        dual_numbers.hpp   of this file alone, on all hardware
//
// run, drive, observers and step() of one student take these steps with their losses, advance(n) without. Where a kernel may
// not hold G (objective/gram_factor.hpp), and in pools, steps with losses are those of the general path or, to its bits, of
// rows.hpp for static d <= 64 and kappa <= 16.
#pragma once

#include <vector>

#include "../../core/extent.hpp"
#include "../../core/scalar.hpp"
#include "moved_matrices.hpp"

namespace lssm::kernel {

/// Takes one step. entry(i, k) is that of 2 rate G, `target` h° (kappa); move(x, gradient, m, j) moves entry j of a (m = 0),
/// b (1) or c (2). Takes memory: for reading and for tests.
template <class N>
void gram_step(std::vector<N>& a, std::vector<N>& b, std::vector<N>& c, const auto& entry,
               const std::vector<N>& target, const auto& move) {
  const std::size_t d = a.size(), kappa = target.size();
  std::vector<N> e(kappa), g(kappa, N(0));
  for (std::size_t k = 0; k < kappa; ++k) {
    e[k] = N(0) - target[k];
    for (std::size_t j = 0; j < d; ++j) e[k] = e[k] + b[j] * c[j] * lssm::power(a[j], static_cast<long>(k));
  }
  for (std::size_t i = 0; i < kappa; ++i)
    for (std::size_t k = 0; k < kappa; ++k) g[i] = g[i] + entry(i, k) * e[k];
  for (std::size_t j = 0; j < d; ++j) {
    N p(0), slope(0);  // P and P' at a_j, by Horner's rule
    for (std::size_t k = kappa; k-- > 0;) slope = slope * a[j] + p, p = p * a[j] + g[k];
    const N of_a = b[j] * c[j] * slope, of_b = c[j] * p, of_c = b[j] * p;
    move(a[j], of_a, 0, j), move(b[j], of_b, 1, j), move(c[j], of_c, 2, j);
  }
}

/// Steps of students of one size.
template <class T, integer D, integer K, moved_matrices M>
class gram_steps;

}  // namespace lssm::kernel
