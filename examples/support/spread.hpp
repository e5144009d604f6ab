// SPDX-License-Identifier: BSD-3-Clause
// What several runs of one kind came to: mean, median, lowest, highest.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "text_table.hpp"

namespace support {

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
  double median() const {
    std::vector<double> sorted = values_;
    std::sort(sorted.begin(), sorted.end());
    const std::size_t n = sorted.size();
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
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
