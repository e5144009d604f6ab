// SPDX-License-Identifier: BSD-3-Clause
// What several runs of one kind came to: mean, median and other quantiles, lowest, highest.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "text_table.hpp"

namespace support {

/// Between the order statistics, linearly.
inline double quantile(std::span<const double> of, double p) {
  std::vector<double> sorted(of.begin(), of.end());
  std::sort(sorted.begin(), sorted.end());
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  const double below = sorted[low], above = sorted[std::min(low + 1, sorted.size() - 1)];
  const double between = place - static_cast<double>(low);
  return between == 0 || below == above ? below
                                        : below + between * (above - below);  // also where above is infinite
}

class spread {
 public:
  void add(double x) { values_.push_back(x); }
  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }
  double mean() const {
    double sum = 0;
    for (double x : values_) sum += x;
    return sum / static_cast<double>(values_.size());
  }
  double median() const { return quantile(values_, 0.5); }
  double lowest() const { return *std::min_element(values_.begin(), values_.end()); }
  double highest() const { return *std::max_element(values_.begin(), values_.end()); }
  std::string text() const {
    if (empty()) return "-";
    return rounded(mean(), 5) + " (" + rounded(lowest(), 5) + " to " + rounded(highest(), 5) + ")";
  }

 private:
  std::vector<double> values_;
};

}  // namespace support
