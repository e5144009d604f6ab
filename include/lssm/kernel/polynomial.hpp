// SPDX-License-Identifier: BSD-3-Clause
// One polynomial at many modes: P(a) = Σ_k g_k a^k by Horner's rule, with derivatives.
//
// The pullback of a cotangent g of the impulse response needs P and P' at every mode, its second order needs P''.
//
//   evaluate(g, a, visit)           visit(j, P)          for blocks of modes starting at mode j
//   evaluate_slope(g, a, visit)     visit(j, P, P')
//   evaluate_bend(g, a, visit)      visit(j, P, P', P'')
//   derivative(g, out)              out_k = (k+1) g_{k+1}, for all k or for the entries of g in a list
//   divide(g, x, q)                 q = (P - P(x)) / (· - x), returns P(x): differences without cancellation
#pragma once

#include "blocks.hpp"

namespace lssm::kernel {

/// The coefficient of the highest power, as a block; zero for the empty polynomial.
template <integer W, class T, std::size_t N>
constexpr block<T, W> top_coefficient(std::span<const T, N> g) {
  return fill_block<W>(g.empty() ? T(0) : g[g.size() - 1]);
}

namespace detail {
/// Horner's rule with derivatives up to Order, the second one halved: visit(j, value) for blocks of modes, value[0] = P.
template <integer W, std::size_t Order, class T, std::size_t N, std::size_t M, class Visit>
constexpr void horner_in_blocks(std::span<const T, N> g, std::span<const T, M> a, Visit visit) {
  together<W, M>(length(a), [&](integer first, auto count) {
    block<T, W> x[count], value[count][Order + 1];
    const auto at = [&](auto i) { return first + static_cast<integer>(i) * W; };
    unrolled<count>([&](auto i) __attribute__((always_inline)) {
      x[i] = load_block<W>(a, at(i));
      value[i][0] = top_coefficient<W>(g);
      for (std::size_t n = 1; n <= Order; ++n) value[i][n] = fill_block<W>(T(0));
    });
    for (std::size_t k = g.size(); k-- > 1;) {
      const block<T, W> coefficient = fill_block<W>(g[k - 1]);
      unrolled<count>([&](auto i) __attribute__((always_inline)) {
        for (std::size_t n = Order; n > 0; --n) value[i][n] = fused(value[i][n], x[i], value[i][n - 1]);
        value[i][0] = fused(value[i][0], x[i], coefficient);
      });
    }
    unrolled<count>([&](auto i) { visit(at(i), value[i]); });
  });
}
template <std::size_t Order, class T, std::size_t N, std::size_t M, class Visit>
constexpr void horner(std::span<const T, N> g, std::span<const T, M> a, Visit visit) {
  with_width<T>(
      [&]<integer W>(std::integral_constant<integer, W>) { horner_in_blocks<W, Order>(g, a, visit); });
}
}  // namespace detail

/// Not for constant expressions.
template <class T, std::size_t N, std::size_t M, class Visit>
inline void evaluate(std::span<const T, N> g, std::span<const T, M> a, Visit visit) {
  detail::horner_in_blocks<width<T>, 0>(g, a, [&](integer j, const auto& value) { visit(j, value[0]); });
}

template <class T, std::size_t N, std::size_t M, class Visit>
constexpr void evaluate_slope(std::span<const T, N> g, std::span<const T, M> a, Visit visit) {
  detail::horner<1>(g, a, [&](integer j, const auto& value) { visit(j, value[0], value[1]); });
}

template <class T, std::size_t N, std::size_t M, class Visit>
constexpr void evaluate_bend(std::span<const T, N> g, std::span<const T, M> a, Visit visit) {
  detail::horner<2>(g, a,
                    [&](integer j, const auto& value) { visit(j, value[0], value[1], value[2] + value[2]); });
}

/// Precondition: out holds length(g) - 1 entries (none for a constant).
template <class T, std::size_t N, std::size_t M>
constexpr void derivative(std::span<const T, N> g, std::span<T, M> out) {
  for (std::size_t k = 0; k + 1 < g.size(); ++k) out[k] = T(static_cast<double>(k + 1)) * g[k + 1];
}

/// The derivative after some entries of g have changed; other entries of out do not change.
template <class T, std::size_t N, std::size_t M>
constexpr void derivative(std::span<const T, N> g, std::span<const std::size_t> entries,
                          std::span<T, M> out) {
  for (const std::size_t k : entries)
    if (k > 0) out[k - 1] = T(static_cast<double>(k)) * g[k];
}

/// Synthetic division. Precondition: q holds length(g) - 1 entries (none for a constant).
template <class T, std::size_t N, std::size_t M>
constexpr T divide(std::span<const T, N> g, const T& x, std::span<T, M> q) {
  if (g.empty()) return T(0);
  T carry = g[g.size() - 1];
  for (std::size_t k = g.size() - 1; k-- > 0;) {
    q[k] = carry;
    carry = mul_add(carry, x, g[k]);
  }
  return carry;
}

}  // namespace lssm::kernel
