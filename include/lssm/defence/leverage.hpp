// SPDX-License-Identifier: BSD-3-Clause
// The leverage of sequences: how much of each no other sequence has.
//
//   ℓ_n = (X (XᵀX)⁺ Xᵀ)_nn,   0 <= ℓ_n <= 1,   Σ_n ℓ_n = rank X,   1 where a sequence alone spans a direction
//
// A sequence with a number that is not finite has NaN, and others are as without it. Columns of X are orthonormalized by
// modified Gram-Schmidt, twice, the longest of the rest first.
#pragma once

#include <algorithm>

#include "score.hpp"

namespace lssm {

/// The diagonal of the hat matrix, which knows no labels; of a set the largest, NaN where a number is not finite.
struct leverage {
  double tolerance = 1e-12;  ///< of the largest column: what is left below is no direction, > 0

  void validate() const {
    require(std::isfinite(tolerance) && tolerance > 0, "leverage", "tolerance", "finite and positive",
            tolerance);
  }
  /// Of all sequences, in their order.
  template <class T>
  std::vector<double> of_all(const labelled<T>& data) const {
    validate();
    detail::require_fitting("leverage", data);
    const auto count = static_cast<std::size_t>(data.sequences());
    std::vector<double> of(count, 0.0);
    double largest = 0;  // of all entries, then of lengths
    for (std::size_t n = 0; n < count; ++n) {
      double here = 0;
      for (const T& x : data.input(static_cast<integer>(n))) here = detail::larger_of(here, value_of(x));
      of[n] = here < HUGE_VAL ? 0 : std::numeric_limits<double>::quiet_NaN();
      if (of[n] == 0) largest = std::max(largest, here);
    }
    const double unit = detail::unit_of(largest);
    std::vector<std::vector<double>> columns(static_cast<std::size_t>(data.kappa * data.channels));
    for (std::size_t i = 0; i < columns.size(); ++i)
      for (std::size_t n = 0; n < count; ++n)
        columns[i].push_back(of[n] == 0 ? value_of(data.input(static_cast<integer>(n))[i]) * unit : 0);
    largest = 0;
    while (!columns.empty()) {
      const auto longest = std::max_element(columns.begin(), columns.end(), [](const auto& x, const auto& y) {
        return inner(x, x) < inner(y, y);
      });
      std::vector<double> q = *longest;
      columns.erase(longest);
      const double length = std::sqrt(inner(q, q));
      largest = std::max(largest, length);
      if (!(length > tolerance * largest)) break;
      for (double& x : q) x /= length;
      for (int twice = 0; twice < 2; ++twice)
        for (auto& column : columns) {
          const double along = inner(q, column);
          for (std::size_t n = 0; n < count; ++n) column[n] -= along * q[n];
        }
      for (std::size_t n = 0; n < count; ++n) of[n] += q[n] * q[n];
    }
    return of;
  }
  double of_set(const auto& data) const {
    const std::vector<double> all = of_all(data);
    double largest = 0;
    for (const double one : all) largest = detail::larger_of(largest, one);
    return largest;
  }
  double of_sequence(const auto& data, integer n) const {
    if (!(n >= 0 && n < data.sequences()))
      refuse("of_sequence", "the sequence", "from 0 to " + to_text(data.sequences() - 1), n);
    return of_all(data)[static_cast<std::size_t>(n)];
  }
  friend bool operator==(const leverage&, const leverage&) = default;

 private:
  static double inner(const std::vector<double>& x, const std::vector<double>& y) {
    double sum = 0;
    for (std::size_t n = 0; n < x.size(); ++n) sum += x[n] * y[n];
    return sum;
  }
};

}  // namespace lssm
