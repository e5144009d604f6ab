// SPDX-License-Identifier: BSD-3-Clause
// The orthogonal factor of a matrix, nearly: M = U Σ Vᵀ becomes U S Vᵀ with singular values S near 1, by products alone.
//
//   X ← M / ‖M‖,   five times:  X ← a X + (b X Xᵀ + c (X Xᵀ)²) X,   (a, b, c) = (3.4445, -4.7750, 2.0315)
//
// The polynomial is K. Jordan's (Muon, 2024): it takes singular values from 0.01 to 1 into [0.68, 1.14], and smaller ones
// towards it. A vector is divided by its norm, which is its factor exactly; zero stays zero.
#pragma once

#include <algorithm>

#include "norm.hpp"

namespace lssm::kernel {

/// Replaces M (rows, columns), row major; `work` has room for rows · columns + 2 min(rows, columns)² numbers.
template <Scalar T>
void orthogonalize(std::span<T> m, std::size_t rows, std::size_t columns, std::span<T> work) {
  const auto norm = scaled_norm(std::span<const T>(m));
  const mask_of<T> some = norm.largest > T(0);
  const T largest = where(some, norm.largest, T(1)), ratio = where(some, norm.ratio, T(1));
  for (T& x : m) x = x / largest / ratio;
  const bool wide = rows <= columns;
  const std::size_t r = wide ? rows : columns, n = wide ? columns : rows;
  if (r == 1) return;
  const auto at = [&](std::size_t i, std::size_t k) { return wide ? i * n + k : k * r + i; };
  const auto gram = work.first(r * r), weights = work.subspan(r * r, r * r), next = work.subspan(2 * r * r);
  using L = lane_of<T>;
  const T a(L(3.4445)), b(L(-4.7750)), c(L(2.0315));
  for (int round = 0; round < 5; ++round) {
    for (std::size_t i = 0; i < r; ++i)
      for (std::size_t j = 0; j < r; ++j) {
        T sum(0);
        for (std::size_t k = 0; k < n; ++k) sum = mul_add(m[at(i, k)], m[at(j, k)], sum);
        gram[i * r + j] = sum;
      }
    for (std::size_t i = 0; i < r; ++i)
      for (std::size_t j = 0; j < r; ++j) {
        T sum(0);
        for (std::size_t k = 0; k < r; ++k) sum = mul_add(gram[i * r + k], gram[k * r + j], sum);
        weights[i * r + j] = mul_add(c, sum, b * gram[i * r + j]);
      }
    for (std::size_t i = 0; i < r; ++i)
      for (std::size_t k = 0; k < n; ++k) {
        T sum = a * m[at(i, k)];
        for (std::size_t j = 0; j < r; ++j) sum = mul_add(weights[i * r + j], m[at(j, k)], sum);
        next[at(i, k)] = sum;
      }
    std::copy_n(next.begin(), m.size(), m.begin());
  }
}

}  // namespace lssm::kernel
