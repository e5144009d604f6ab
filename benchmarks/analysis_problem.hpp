// SPDX-License-Identifier: BSD-3-Clause
// The system that analysis.cpp and analysis_slicot.cpp measure.
#pragma once

#include <cmath>
#include <vector>

struct analysis_problem {
  std::vector<double> a, b, c;  // (d)

  explicit analysis_problem(std::size_t d) : b(d, 1.0) {
    const auto size = static_cast<double>(d);
    for (std::size_t j = 0; j < d; ++j) {
      a.push_back(-0.95 + 1.9 * (static_cast<double>(j) + 0.5) / size);
      c.push_back(std::sin(static_cast<double>(1 + j * j)));
    }
  }
};
