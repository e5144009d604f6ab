// SPDX-License-Identifier: BSD-3-Clause
// Rows that stand for many sequences: X = Q F with orthonormal columns of Q, so that XᵀX = FᵀF is never formed.
//
//   X    (N, n), row major; afterwards its first r rows are F, the rest zeros
//   y    (N, p), or empty; afterwards Qᵀy: r rows that F can fit, then those that no response fits
//
// XᵀX squares what the rows of X differ by: a row smaller than the others by √ε is lost in it. Householder reflections with
// exchanges of columns and of rows keep the digits of each row, however small it is beside others: the error of a row is a
// few roundings of the largest numbers that this row held on the way (Cox and Higham, BIT 38, 1998), and that of a column a
// few roundings of its largest number. What is left of a row below that error, in units of each column, depends on the other
// rows, as far as its own digits can tell, and becomes zero.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm::detail {

/// One triangularization under way: rows from `rank` on are not reduced yet.
template <SingleScalar T>
class row_reduction {
 public:
  /// Columns of the pivots; entry q of row q is the largest of that row.
  const std::vector<std::size_t>& run(std::span<T> x, std::span<T> y, integer n) {
    begin(x, y, n);
    while (pivots_.size() < std::min(rows_, n_)) {
      const std::size_t k = pivots_.size();
      const T scale = clear_rounding(k);
      if (!(scale > T(0))) break;
      const auto [column, norm] = longest_column(k, scale);
      exchange(k, column);
      reflect(k, column, norm);
      pivots_.push_back(column);
    }
    for (std::size_t i = pivots_.size() * n_; i < x_.size(); ++i) x_[i] = T(0);
    return pivots_;
  }

 private:
  void begin(std::span<T> x, std::span<T> y, integer n) {
    x_ = x, y_ = y;
    n_ = static_cast<std::size_t>(n);
    rows_ = n_ == 0 ? 0 : x.size() / n_;
    sums_.assign(n_, T(0));
    products_.assign(rows_ == 0 ? 0 : y.size() / rows_, T(0));
    units_ = sums_;
    for (std::size_t i = 0; i < rows_; ++i)
      for (std::size_t j = 0; j < n_; ++j) units_[j] = max_of(units_[j], abs_of(at(i, j)));
    left_.assign(rows_, T(0));
    for (std::size_t i = 0; i < rows_; ++i) left_[i] = largest(i);
    most_ = left_;
    pivots_.clear();
  }
  T& at(std::size_t i, std::size_t j) const { return x_[i * n_ + j]; }
  std::size_t columns() const { return products_.size(); }
  T& right(std::size_t i, std::size_t c) const { return y_[i * columns() + c]; }
  /// The largest entry of a row in units of its column.
  T largest(std::size_t i) const {
    T most(0);
    for (std::size_t j = 0; j < n_; ++j)
      if (units_[j] > T(0)) most = max_of(most, abs_of(at(i, j)) / units_[j]);
    return most;
  }

  /// Rows that are rounding alone become zero. Returns the largest number that is left.
  T clear_rounding(std::size_t k) {
    const double roundings = 4 * (std::sqrt(static_cast<double>(rows_)) + static_cast<double>(k) + 2);
    T scale(0);
    for (std::size_t i = k; i < rows_; ++i) {
      if (k > 0 && !(left_[i] > T(roundings * epsilon_of<T>) * most_[i]))
        for (std::size_t j = 0; j < n_; ++j) at(i, j) = T(0);
      for (std::size_t j = 0; j < n_; ++j) scale = max_of(scale, abs_of(at(i, j)));
    }
    return scale;
  }

  struct column_norm {
    std::size_t column;
    T norm;
  };
  column_norm longest_column(std::size_t k, const T& scale) {
    std::fill(sums_.begin(), sums_.end(), T(0));
    const T inverse = T(1) / scale;
    const bool divides = !is_finite(inverse);  // below the normal numbers
    for (std::size_t i = k; i < rows_; ++i)
      for (std::size_t j = 0; j < n_; ++j) {
        const T x = divides ? at(i, j) / scale : at(i, j) * inverse;
        sums_[j] = mul_add(x, x, sums_[j]);
      }
    const std::size_t best =
        static_cast<std::size_t>(std::max_element(sums_.begin(), sums_.end()) - sums_.begin());
    return {best, scale * sqrt_of(sums_[best])};
  }

  /// Brings the row with the largest entry of the column to the top.
  void exchange(std::size_t k, std::size_t column) {
    std::size_t top = k;
    for (std::size_t i = k + 1; i < rows_; ++i)
      if (abs_of(at(i, column)) > abs_of(at(top, column))) top = i;
    if (top == k) return;
    for (std::size_t j = 0; j < n_; ++j) std::swap(at(top, j), at(k, j));
    std::swap(left_[top], left_[k]);
    std::swap(most_[top], most_[k]);
    for (std::size_t c = 0; c < columns(); ++c) std::swap(right(top, c), right(k, c));
  }

  /// x ← x - u (uᵀx) / (1 + |x_k| / norm) with u = (column ± norm e_k) / norm; the column becomes ∓ norm e_k.
  void reflect(std::size_t k, std::size_t column, const T& norm) {
    const T top = at(k, column), end = top < T(0) ? norm : T(0) - norm;
    const T inverse = T(1) / (T(1) + abs_of(top) / norm);
    std::fill(sums_.begin(), sums_.end(), T(0));
    std::fill(products_.begin(), products_.end(), T(0));
    const auto weight = [&](std::size_t i) { return (i == k ? top - end : at(i, column)) / norm; };
    for (std::size_t i = k; i < rows_; ++i) {
      const T u = weight(i);
      for (std::size_t j = 0; j < n_; ++j) sums_[j] = mul_add(u, at(i, j), sums_[j]);
      for (std::size_t c = 0; c < columns(); ++c) products_[c] = mul_add(u, right(i, c), products_[c]);
    }
    for (std::size_t i = k; i < rows_; ++i) {
      const T minus = T(0) - weight(i) * inverse;
      for (std::size_t j = 0; j < n_; ++j)
        if (j != column) at(i, j) = mul_add(minus, sums_[j], at(i, j));
      for (std::size_t c = 0; c < columns(); ++c) right(i, c) = mul_add(minus, products_[c], right(i, c));
      at(i, column) = i == k ? end : T(0);
      left_[i] = largest(i);
      most_[i] = max_of(most_[i], left_[i]);
    }
  }

  std::span<T> x_, y_;
  std::size_t n_ = 0, rows_ = 0;
  std::vector<T> sums_;         // (n)
  std::vector<T> products_;     // (p)
  std::vector<T> units_;        // (n), the largest number of each column
  std::vector<T> left_, most_;  // (N), the largest number that a row holds, and has held, in these units
  std::vector<std::size_t> pivots_;
};

/// Overwrites X and y; returns the column of each pivot, as many as the rank. Numbers must be finite.
template <SingleScalar T>
std::vector<std::size_t> triangular_rows(std::span<T> x, std::span<T> y, integer n) {
  return row_reduction<T>().run(x, y, n);
}

}  // namespace lssm::detail
