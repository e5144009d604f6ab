// SPDX-License-Identifier: BSD-3-Clause
// Sampling of a trajectory: at equal ratios of flow time, and every `every` steps.
//
//   t_k = first · 10^(k / per_decade),  k = 0, 1, 2, ...
//
// Plateaus last for many orders of magnitude of time, so equal ratios show them; the escape from a plateau can take a
// millionth of its time, and only the integrator's own steps show that.
#pragma once

#include <algorithm>
#include <cmath>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/parts.hpp"

namespace lssm {

/// Samples the start, times at equal ratios, steps if `every` is set, and the end.
struct sample_times {
  double first = 1e-3;     ///< flow time of the first sample after the start, > 0
  double per_decade = 25;  ///< samples per factor of ten of flow time, >= 0; 0: none
  integer every = 0;       ///< also samples after every so many accepted steps, >= 0; 0: none

  void validate() const {
    require(std::isfinite(first) && first > 0, "sample_times", "first", "finite and positive", first);
    require(std::isfinite(per_decade) && per_decade >= 0 && per_decade <= 1e6, "sample_times", "per_decade",
            "from 0 to 1e6", per_decade);
    require(every >= 0, "sample_times", "every", "at least 0", every);
  }

  /// t_k; infinite if no time is sampled.
  double time(integer k) const {
    if (per_decade == 0) return HUGE_VAL;
    double t = first, decades = static_cast<double>(k) / per_decade;
    // Between the smallest number and the largest are 632 decades, and a ratio alone may be beyond the range.
    for (int part = 0; part < 2 && decades > 300; ++part) t *= 1e300, decades -= 300;
    return t * std::pow(10.0, decades);
  }
  /// A lower bound of the k of the last t_k before a finite time, close to it, for T of any precision.
  integer shortly_before(double time) const {
    if (per_decade == 0 || !(time > first)) return 0;
    const double ratio = time / first,
                 decades = std::isfinite(ratio) ? std::log10(ratio) : std::log10(time) - std::log10(first);
    return std::max<integer>(0, static_cast<integer>(per_decade * decades) - 2);
  }
  bool counts(double steps) const { return every > 0 && std::fmod(steps, static_cast<double>(every)) == 0; }

  static constexpr auto parts(auto& s) {
    return std::tuple(part("first", s.first), part("per_decade", s.per_decade), part("every", s.every));
  }
  friend bool operator==(const sample_times&, const sample_times&) = default;
};

}  // namespace lssm
