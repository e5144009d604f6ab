// SPDX-License-Identifier: BSD-3-Clause
// Levels that assume nothing about a distribution: the sign test of a median, and Holm's correction of several. Numbers may be
// infinite.
#pragma once

#include <algorithm>
#include <cmath>
#include <lssm/defence/roc.hpp>
#include <span>
#include <vector>

namespace real_sequences {

/// P(at most k heads in n throws of a fair coin).
inline double fair_cdf(std::size_t k, std::size_t n) {
  return lssm::binomial_cdf(static_cast<lssm::integer>(k), static_cast<lssm::integer>(n), 0.5);
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

}  // namespace real_sequences
