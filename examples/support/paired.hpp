// SPDX-License-Identifier: BSD-3-Clause
// Statements about medians that assume nothing about a distribution: intervals by order statistics, sign tests, Holm's
// correction. Numbers may be infinite.
#pragma once

#include <algorithm>
#include <cmath>
#include <lssm/defence/roc.hpp>
#include <span>
#include <utility>
#include <vector>

namespace support {

/// P(at most k heads in n throws of a fair coin).
inline double fair_cdf(std::size_t k, std::size_t n) {
  return lssm::binomial_cdf(static_cast<lssm::integer>(k), static_cast<lssm::integer>(n), 0.5);
}

/// The narrowest pair of order statistics, as far from one end as from the other, that holds the median of what the values
/// were drawn from with at least 95 %. Fewer than six values say nothing: lowest and highest, whatever their level.
inline std::pair<double, double> median_interval(std::span<const double> of) {
  std::vector<double> sorted(of.begin(), of.end());
  std::sort(sorted.begin(), sorted.end());
  std::size_t low = 0;
  while (2 * low + 2 < sorted.size() && 2 * fair_cdf(low, sorted.size()) <= 0.05) ++low;
  low -= low > 0 ? 1 : 0;
  return {sorted[low], sorted[sorted.size() - 1 - low]};
}

/// x / y of two errors; a stalled pair (both infinite) is a tie.
inline std::vector<double> paired_ratios(std::span<const double> x, std::span<const double> y) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < x.size(); ++i)
    ratios.push_back(std::isinf(x[i]) && std::isinf(y[i]) ? 1 : x[i] / y[i]);
  return ratios;
}

/// The exact two-sided level of the sign test of "the median ratio is 1"; ties are left out.
inline double sign_test(std::span<const double> ratios) {
  std::size_t above = 0, below = 0;
  for (const double r : ratios) {
    above += r > 1 ? 1 : 0;
    below += r < 1 ? 1 : 0;
  }
  return std::min(1.0, 2 * fair_cdf(std::min(above, below), above + below));
}

/// Levels of several tests, each so that all of them together err with its chance at most (Holm 1979).
inline std::vector<double> holm(const std::vector<double>& levels) {
  std::vector<std::size_t> order(levels.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return levels[i] < levels[j]; });
  std::vector<double> out(levels.size());
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    largest =
        std::max(largest, std::min(1.0, levels[order[rank]] * static_cast<double>(order.size() - rank)));
    out[order[rank]] = largest;
  }
  return out;
}

}  // namespace support
