// SPDX-License-Identifier: BSD-3-Clause
// Axes of a sweep: a name and the values that it takes.
//
//   sweep_axis{"amplitude", logarithmic_values(0.01, 10, 31)}     equal ratios
//   sweep_axis{"rate", linear_values(0.01, 0.05, 5)}              equal distances
//   sweep_axis{"position", {-2, -3, -4}}                          a list
//
// First and last value are the given ones, bit for bit.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"

namespace lssm {

/// A name and the numbers that it takes.
struct sweep_axis {
  std::string name;            ///< of the table's column: not empty, without control characters
  std::vector<double> values;  ///< at least 1, finite

  void validate() const {
    require(!name.empty(), "sweep_axis", "name", "not empty", "''");
    require(!values.empty(), "sweep_axis", "values", "at least one number", "none");
    for (double v : values) require(std::isfinite(v), "sweep_axis", "values", "finite", v);
  }
  friend bool operator==(const sweep_axis&, const sweep_axis&) = default;
};

/// `count` >= 1 values from low to high at equal distances; a single value is low.
inline std::vector<double> linear_values(double low, double high, extent<> count) {
  require(std::isfinite(low) && std::isfinite(high), "linear_values", "low and high", "finite",
          to_text(low) + " and " + to_text(high));
  require(count >= 1, "linear_values", "count", "at least 1", integer(count));
  require_entries("linear_values", "count", {count});
  std::vector<double> values(static_cast<std::size_t>(count), low);
  for (integer i = 1; i + 1 < count; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(count - 1);
    values[static_cast<std::size_t>(i)] = low * (1 - part) + high * part;
  }
  if (count > 1) values.back() = high;
  return values;
}

/// `count` >= 1 values from low to high with equal ratios; low and high > 0.
inline std::vector<double> logarithmic_values(double low, double high, extent<> count) {
  require(std::isfinite(low) && low > 0, "logarithmic_values", "low", "finite and positive", low);
  require(std::isfinite(high) && high > 0, "logarithmic_values", "high", "finite and positive", high);
  std::vector<double> values = linear_values(std::log(low), std::log(high), count);
  for (double& v : values) v = std::exp(v);
  values.front() = low;
  if (count > 1) values.back() = high;
  return values;
}

}  // namespace lssm
