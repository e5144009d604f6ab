// SPDX-License-Identifier: BSD-3-Clause
// Intervals of medians of numbers over seeds, some of which may be infinite, and ratios pair by pair. Quantiles are in
// measure/quantile.hpp.
//
//   median_interval(values)      order statistics x_(k), x_(n+1-k) that hold the median of the distribution with at least 95 %,
//                                whatever that is: the largest k with 2 P(Binomial(n, 1/2) < k) <= .05; of 40 the 14th and 27th
//   paired_ratios(a, b)          a_i / b_i; 1 where both are infinite or both are zero
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "../defence/roc.hpp"
#include "../measure/quantile.hpp"

namespace lssm {

/// An interval that holds the median with at least 95 %; of fewer than six values the lowest and the highest, whatever they hold.
inline std::array<double, 2> median_interval(std::span<const double> values) {
  require(!values.empty(), "median_interval", "values", "at least one", "none");
  for (const double x : values) require(!std::isnan(x), "median_interval", "values", "numbers", x);
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t n = sorted.size();
  std::size_t k = 0, above = (n + 1) / 2;  // the first k whose tails are too likely; they rise with k
  while (k < above) {
    const std::size_t mid = k + (above - k) / 2;
    if (2 * mid + 2 < n &&
        2 * binomial_cdf(static_cast<integer>(mid), static_cast<integer>(n), 0.5) <= 0.05) {
      k = mid + 1;
    } else {
      above = mid;
    }
  }
  k -= k > 0 ? 1 : 0;
  return {sorted[k], sorted[n - 1 - k]};
}

/// The ratios of numbers >= 0, pair by pair.
inline std::vector<double> paired_ratios(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size())
    refuse("paired_ratios", "a", "as many numbers as b, " + to_text(b.size()), a.size());
  std::vector<double> ratios;
  for (std::size_t i = 0; i < a.size(); ++i) ratios.push_back(a[i] == b[i] ? 1 : a[i] / b[i]);
  return ratios;
}

}  // namespace lssm
