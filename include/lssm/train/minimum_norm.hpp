// SPDX-License-Identifier: BSD-3-Clause
// The small system behind a minimum-norm Gauss-Newton step x = -Wᵀ s: (W Wᵀ) s = ρ.
//
// Residuals can be more than the unknowns, or depend on one another; then W Wᵀ is singular and ρ in its range but for
// terms of second order. A shift of a few roundings leaves these directions alone and changes no other. Rows of W that are
// small because their sequences are would be taken for roundings of large ones: they are brought to their size first.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "../kernel/dense.hpp"

namespace lssm::detail {

/// `normal` (r, r) is W Wᵀ, and is destroyed; s (r) holds ρ and becomes s. Rows that are zero, as in lanes of a smaller
/// rank, change nothing.
template <Scalar T>
void solve_normal_equations(std::span<T> normal, std::span<T> s, integer rank) {
  const std::size_t r = static_cast<std::size_t>(rank);
  T largest(0);
  for (std::size_t q = 0; q < r; ++q) largest = max_of(largest, normal[q * (r + 1)]);
  const T small = T(std::sqrt(epsilon_of<T>)) * largest;
  std::vector<T> scales(r, T(1));
  for (std::size_t q = 0; q < r; ++q) {
    const T own = normal[q * (r + 1)];
    const mask_of<T> scaled = own > T(0) && own < small;
    scales[q] = where(scaled, sqrt_of(where(scaled, largest / own, T(1))), T(1));
  }
  for (std::size_t p = 0; p < r; ++p) {
    s[p] = scales[p] * s[p];
    for (std::size_t q = 0; q < r; ++q) normal[p * r + q] = normal[p * r + q] * scales[p] * scales[q];
  }
  kernel::regularize_empty_rows<T>(normal, rank);
  for (std::size_t q = 0; q < r; ++q)
    normal[q * (r + 1)] = normal[q * (r + 1)] + T(64 * epsilon_of<T>) * largest;
  kernel::solve(normal, s, rank, 1);
  for (std::size_t q = 0; q < r; ++q) s[q] = scales[q] * s[q];
}

}  // namespace lssm::detail
