// SPDX-License-Identifier: BSD-3-Clause
// The leverage of sequences: how much of each no other sequence has.
//
//   ℓ_n = (X (XᵀX)⁺ Xᵀ)_nn,   0 <= ℓ_n <= 1,   Σ_n ℓ_n = rank X,   1 where a sequence alone spans a direction
//
// Columns of X are orthonormalized by modified Gram-Schmidt, twice, the longest of the rest first.
#pragma once

#include <algorithm>

#include "score.hpp"

namespace lssm {

/// The diagonal of the hat matrix, which knows no labels; of a set the largest.
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
    const auto count = static_cast<std::size_t>(data.sequences());
    std::vector<std::vector<double>> columns(static_cast<std::size_t>(data.kappa * data.channels));
    for (std::size_t i = 0; i < columns.size(); ++i)
      for (integer n = 0; n < data.sequences(); ++n) columns[i].push_back(value_of(data.input(n)[i]));
    std::vector<double> of(count, 0.0);
    double largest = 0;
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
    return all.empty() ? 0 : *std::max_element(all.begin(), all.end());
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
