// SPDX-License-Identifier: BSD-3-Clause
// What is assumed of a teacher before its impulse response is bounded from labels:
//
//   h*_k = Σ_j w_j a_j^k,   a_j real in [low, high],   Σ_j |w_j| <= R
//
// R is the teacher's mass, Σ_j |b_j c_j| of a real_diagonal. Nothing else is assumed: not the number of modes, nor stability.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"

namespace lssm {

/// A mode of an explicit teacher: w_j a_j^k in the response of one input channel.
struct weighted_mode {
  double mode = 0, weight = 0;
  integer channel = 0;
};

/// A bound on the teacher's mass, the interval of its modes, and how far its labels may be off beside their rounding.
struct teacher_prior {
  double mass = -1;                    ///< R, finite and positive; to be given
  double low = -1, high = 1;           ///< the interval of modes, low < high
  double noise = 0;                    ///< largest root mean square of the errors of labels
  std::vector<double> label_errors{};  ///< largest error of each label (N), or empty
  bool positive = false;               ///< whether every w_j is at least 0

  /// The largest |a| of the interval.
  double reach() const { return std::max(std::abs(low), std::abs(high)); }

  /// Whether any error of labels is stated.
  bool states_noise() const { return noise > 0 || !label_errors.empty(); }

  /// Throws bad_argument where the assumption is none, or its powers up to `lags` are no numbers to compute with.
  void validate(integer lags = 1) const {
    detail::require_given_positive("teacher_prior", "mass", mass);
    if (!(std::isfinite(low) && std::isfinite(high) && low < high))
      refuse("teacher_prior", "the interval", "two finite numbers, the lower first",
             to_text(low) + ":" + to_text(high));
    if (!(std::pow(reach(), static_cast<double>(lags)) <= 1e100))
      refuse("teacher_prior", "the interval",
             "so close to 0 that powers up to " + to_text(lags) + " stay below 1e100",
             to_text(low) + ":" + to_text(high));
    require(std::isfinite(noise) && noise >= 0, "teacher_prior", "noise", "finite and at least 0", noise);
    for (double e : label_errors)
      require(std::isfinite(e) && e >= 0, "teacher_prior", "label_errors", "finite and at least 0", e);
  }
  friend bool operator==(const teacher_prior&, const teacher_prior&) = default;
};

}  // namespace lssm
