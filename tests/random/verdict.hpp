// SPDX-License-Identifier: BSD-3-Clause
// The laws, and what a study says about them.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "numbers.hpp"

namespace random_studies {

enum class law { loss, across, gradient, lanes, resumed, static_sizes, refused, chunks };
inline constexpr std::size_t laws = 8;
inline constexpr std::array<const char*, laws> law_names{
    "loss",      // Gram form = raw form: the loss of every form is that of a plain evaluation
    "across",    // Gram form = raw form: its gradient across the larger sequences where these are fitted
    "gradient",  // the gradient of every form is the derivative of a plain evaluation
    "lanes",     // lanes = the same program with one lane = single runs
    "resumed",   // resumed = uninterrupted
    "sizes",     // static sizes = dynamic sizes
    "refused",   // nonsense is refused, or not_finite, or right
    "chunks",    // steps in portions = one by one
};

/// What one study violates, and how near it came: errors in units of what is allowed.
class verdict {
 public:
  struct violation {
    law of;
    std::string what;
  };

  void check(law of, bool holds, const std::string& what) {
    ++asked_[index(of)];
    if (!holds) violations_.push_back({of, what});
  }
  /// An error in units of the allowed one; NaN violates.
  void compare(law of, double error, const std::string& what) {
    if (error <= 1) worst_[index(of)] = std::max(worst_[index(of)], error);
    check(of, error <= 1, what + ": " + std::to_string(error) + " times what is allowed");
  }
  void describe(const std::string& text) { description_ += text; }

  const std::vector<violation>& violations() const { return violations_; }
  const std::string& description() const { return description_; }
  const std::array<double, laws>& worst() const { return worst_; }
  const std::array<std::size_t, laws>& asked() const { return asked_; }

 private:
  static std::size_t index(law of) { return static_cast<std::size_t>(of); }
  std::vector<violation> violations_;
  std::string description_;
  std::array<double, laws> worst_{};
  std::array<std::size_t, laws> asked_{};
};

/// One composed type of study: checks the study that is drawn from a stream.
struct kind {
  const char* name;
  void (*check)(draws, verdict&);
};

}  // namespace random_studies
