// SPDX-License-Identifier: BSD-3-Clause
// Dense systems of the size of a sequence: a pivoted Cholesky factor and a linear solve, generic in the scalar.
//
//   pivoted_cholesky(G, F, n, rounding, pivots)   G = Σ_q f_q f_qᵀ for a symmetric positive semidefinite G (n, n), f_q the
//                                                 rows of F; returns the rank r
//   solve(M, X)                                   overwrites the columns of X with M⁻¹ X; pivots by selects, so lanes may differ
//
// These are for n of a few to a few hundred and for scalars that LAPACK does not have.
#pragma once

#include <span>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm::kernel {

/// G and F row major (n, n); rows r, r+1, ... of F are zero. Pivots up to rounding · max_i G_ii count as
/// rounding errors: true where G is a sum of terms of one size, perhaps not where its parts differ in size. Callers decide
/// (objective/data_rows.hpp). G is overwritten; pivots (n) begin with the pivot of each row, in exact arithmetic its largest
/// entry. For single scalars: pivot orders of lanes would differ.
template <SingleScalar T>
constexpr integer pivoted_cholesky(std::span<T> G, std::span<T> F, integer n, const T& rounding,
                                   std::span<std::size_t> pivots) {
  const auto at = [n](integer i, integer j) { return static_cast<std::size_t>(i * n + j); };
  for (T& f : F) f = T(0);
  T largest(0);
  for (integer i = 0; i < n; ++i) largest = max_of(largest, G[at(i, i)]);
  const T floor = largest * rounding;
  integer rank = 0;
  for (; rank < n; ++rank) {
    integer best = 0;
    for (integer i = 1; i < n; ++i)
      if (G[at(i, i)] > G[at(best, best)]) best = i;
    const T pivot = G[at(best, best)];
    if (!(pivot > floor)) break;
    pivots[static_cast<std::size_t>(rank)] = static_cast<std::size_t>(best);
    const T root = sqrt_of(pivot);
    for (integer i = 0; i < n; ++i) F[at(rank, i)] = G[at(i, best)] / root;
    for (integer i = 0; i < n; ++i)
      for (integer j = 0; j < n; ++j) G[at(i, j)] = G[at(i, j)] - F[at(rank, i)] * F[at(rank, j)];
    // The rest of the pivot's row and column is rounding error of zero.
    for (integer i = 0; i < n; ++i) G[at(i, best)] = G[at(best, i)] = T(0);
  }
  return rank;
}

/// Gaussian elimination with row exchanges for `columns` right-hand sides at once. M (n, n) and X (n, columns) are row
/// major; M is destroyed. A singular M gives infinities or NaN, never a trap.
template <Scalar T>
constexpr void solve(std::span<T> M, std::span<T> X, integer n, integer columns) {
  const auto at = [n](integer i, integer j) { return static_cast<std::size_t>(i * n + j); };
  const auto in = [columns](integer i, integer j) { return static_cast<std::size_t>(i * columns + j); };
  const auto exchange = [](const auto& larger, T& top, T& low) {
    const T t = top, l = low;
    top = where(larger, l, t);
    low = where(larger, t, l);
  };
  for (integer k = 0; k < n; ++k) {
    for (integer i = k + 1; i < n; ++i) {
      const auto larger = abs_of(M[at(i, k)]) > abs_of(M[at(k, k)]);
      if (!any_lane<T>(larger)) continue;
      for (integer j = k; j < n; ++j) exchange(larger, M[at(k, j)], M[at(i, j)]);
      for (integer j = 0; j < columns; ++j) exchange(larger, X[in(k, j)], X[in(i, j)]);
    }
    const T inverse = T(1) / M[at(k, k)];
    for (integer i = k + 1; i < n; ++i) {
      const T factor = M[at(i, k)] * inverse;
      for (integer j = k + 1; j < n; ++j) M[at(i, j)] = M[at(i, j)] - factor * M[at(k, j)];
      for (integer j = 0; j < columns; ++j) X[in(i, j)] = X[in(i, j)] - factor * X[in(k, j)];
    }
  }
  for (integer k = n - 1; k >= 0; --k)
    for (integer c = 0; c < columns; ++c) {
      T sum = X[in(k, c)];
      for (integer j = k + 1; j < n; ++j) sum = sum - M[at(k, j)] * X[in(j, c)];
      X[in(k, c)] = sum / M[at(k, k)];
    }
}

/// Puts 1 on the diagonal of zero rows, which lanes of smaller rank than their neighbours have.
template <Scalar T>
constexpr void regularize_empty_rows(std::span<T> M, integer n) {
  for (integer i = 0; i < n; ++i) {
    T& diagonal = M[static_cast<std::size_t>(i * n + i)];
    diagonal = where(diagonal == T(0), T(1), diagonal);
  }
}

}  // namespace lssm::kernel
