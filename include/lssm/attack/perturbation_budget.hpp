// SPDX-License-Identifier: BSD-3-Clause
// How far each number of given inputs may be moved: an amplitude, entry by entry, inside a box.
//
//   |x'_{n,k,q} - x_{n,k,q}| <= amplitude · w_{k,q},      low <= x' <= high
//
//   weights {}                        w = 1
//   weights of kappa numbers          one for each step: 0 leaves a row alone, 2 gives it twice the amplitude
//   weights of kappa m numbers        one for each entry of a sequence, step by step: zeros and ones are a mask
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "../core/error.hpp"
#include "../core/storage.hpp"

namespace lssm {

/// The l∞ limits of altered inputs.
struct perturbation_budget {
  double amplitude = -1;  ///< in units of the inputs, finite and >= 0; to be given
  double low = -std::numeric_limits<double>::infinity();  ///< what inputs may be at least
  double high =
      std::numeric_limits<double>::infinity();  ///< and at most; those that are there already must be
  std::vector<double> weights{};                ///< (kappa) or (kappa, m), finite and >= 0

  /// For sequences (kappa, channels).
  void validate(integer kappa, integer channels) const {
    require(kappa >= 1 && channels >= 1, "perturbation_budget", "length and channels", "at least 1",
            std::min(kappa, channels));
    require(amplitude >= 0 && std::isfinite(amplitude), "perturbation_budget", "amplitude",
            "given, finite and at least 0", amplitude);
    if (!(low <= high)) refuse("perturbation_budget", "high", "at least low, " + to_text(low), high);
    const integer n = length(std::span(weights));
    if (!(n == 0 || n == kappa || n == kappa * channels))
      refuse("perturbation_budget", "weights",
             "none, " + to_text(kappa) + " (one for each step) or " + to_text(kappa * channels), n);
    for (const double w : weights)
      require(w >= 0 && std::isfinite(w), "perturbation_budget", "weights", "finite and at least 0", w);
  }
  /// Writes the lowest and the highest value of each of x (N, kappa, channels), rounded inwards. Throws bad_argument where
  /// an x is outside of low and high.
  template <class T>
  void limits(std::span<const T> x, integer kappa, integer channels, std::span<T> lowest,
              std::span<T> highest) const {
    validate(kappa, channels);
    if (!(lowest.size() == x.size() && highest.size() == x.size()))
      refuse("perturbation_budget", "the limits", "as many as inputs, " + to_text(x.size()),
             std::min(lowest.size(), highest.size()));
    using wide = std::common_type_t<T, double>;
    const auto row = static_cast<std::size_t>(kappa * channels);
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!(x[i] >= T(low) && x[i] <= T(high)))
        refuse("perturbation_budget", "inputs",
               "between low and high, " + to_text(low) + " and " + to_text(high), value_of(x[i]));
      const double most = amplitude * weight(i % row, row);
      T reach = T(most);
      if (wide(reach) > wide(most)) reach = std::nextafter(reach, T(0));
      const auto inwards = [&](T to) {
        return std::abs(wide(x[i]) - wide(to)) > wide(most) ? std::nextafter(to, x[i]) : to;
      };
      lowest[i] = std::max(inwards(x[i] - reach), T(low));
      highest[i] = std::min(inwards(x[i] + reach), T(high));
    }
  }
  friend bool operator==(const perturbation_budget&, const perturbation_budget&) = default;

 private:
  /// Of entry i of a sequence of `row` entries.
  double weight(std::size_t i, std::size_t row) const {
    return weights.empty() ? 1 : weights[i * weights.size() / row];
  }
};

}  // namespace lssm
