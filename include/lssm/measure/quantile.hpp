// SPDX-License-Identifier: BSD-3-Clause
// Quantiles of numbers over seeds, some of which may be infinite, and how far they can be trusted.
//
//   quantile_of(values, p)                  between order statistics, linearly; infinite where either neighbour is,
//                                           -∞ between both infinities
//   bootstrap_interval(values, p, {...})    the quantiles (1 ∓ confidence) / 2 of the quantile p of n values drawn anew with
//                                           replacement from the n given, `resamples` times
//
// An interval without a draw, for medians: median_interval (attack/statistics.hpp). (B. Efron, Ann. Statist. 7:1, 1979: the
// percentile interval.)
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/philox.hpp"

namespace lssm {

namespace detail {
/// The quantile p of values in rising order.
inline double quantile_of_sorted(std::span<const double> sorted, double p) {
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto i = static_cast<std::size_t>(place);
  const double low = sorted[i], high = sorted[std::min(i + 1, sorted.size() - 1)];
  const double part = place - static_cast<double>(i);
  if (part == 0 || low == high || std::isinf(low)) return low;
  const double apart = high - low;  // of finite numbers it may be too large for a double
  return std::isfinite(apart) || std::isinf(high) ? low + part * apart : (1 - part) * low + part * high;
}
inline std::vector<double> sorted_numbers(std::string_view function, std::span<const double> values,
                                          double p) {
  require(!values.empty(), function, "values", "at least one", "none");
  require(p >= 0 && p <= 1, function, "p", "from 0 to 1", p);
  for (const double v : values) require(v == v, function, "values", "numbers", v);
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}
}  // namespace detail

/// The quantile p of values, none of which is NaN.
inline double quantile_of(std::span<const double> values, double p) {
  const auto sorted = detail::sorted_numbers("quantile_of", values, p);
  return detail::quantile_of_sorted(sorted, p);
}

/// How an interval is drawn.
struct bootstrap {
  double confidence = 0.95;  ///< above 0 and below 1
  integer resamples = 2000;  ///< from 1 to 1e6
  std::uint32_t seed = 0;    ///< the same seed gives the same interval

  void validate() const {
    require(confidence > 0 && confidence < 1, "bootstrap", "confidence", "above 0 and below 1", confidence);
    require(resamples >= 1 && resamples <= 1'000'000, "bootstrap", "resamples", "from 1 to 1000000",
            resamples);
  }
};

/// The bootstrap's percentile interval of the quantile p of values, none of which is NaN.
inline std::array<double, 2> bootstrap_interval(std::span<const double> values, double p = 0.5,
                                                const bootstrap& how = {}) {
  how.validate();
  const auto sorted = detail::sorted_numbers("bootstrap_interval", values, p);
  const std::size_t n = sorted.size();
  keyed_stream stream(how.seed);
  std::vector<double> drawn(n), found(static_cast<std::size_t>(how.resamples));
  std::vector<std::size_t> places(n);
  for (double& quantile : found) {
    std::fill(places.begin(), places.end(), 0);
    for (std::size_t i = 0; i < n; ++i)
      ++places[std::min(n - 1, static_cast<std::size_t>(stream.uniform() * static_cast<double>(n)))];
    std::size_t at = 0;  // in rising order, without a sort
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t times = 0; times < places[i]; ++times) drawn[at++] = sorted[i];
    quantile = detail::quantile_of_sorted(drawn, p);
  }
  std::sort(found.begin(), found.end());
  return {detail::quantile_of_sorted(found, (1 - how.confidence) / 2),
          detail::quantile_of_sorted(found, (1 + how.confidence) / 2)};
}

}  // namespace lssm
