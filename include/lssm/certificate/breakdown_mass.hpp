// SPDX-License-Identifier: BSD-3-Clause
// The breakdown mass R(τ): the largest mass of a teacher under which a student is still certified within τ. It is the figure
// to quote beside a bound, which depends on an R that nobody knows.
//
// The bound of each entry by one λ is affine in R, and the best bound is concave. So the line of a λ that proves a band at
// one R reaches the tolerance at a larger R, up to which the same λ proves: Newton's method from the left, every step proved.
#pragma once

#include "certify.hpp"

namespace lssm {

namespace detail {
/// The largest mass at which the lines of a band keep the response within the tolerance.
inline double reached_mass(const response_band& band, std::span<const double> h, double tolerance) {
  double mass = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < h.size(); ++i)
    for (const double sign : {1.0, -1.0}) {
      const affine_bound& line = (sign > 0 ? band.above : band.below)[i];
      const double room = tolerance + sign * h[i] - line.at_zero;
      const double slack = 16 * unit_roundoff * (tolerance + std::abs(h[i]) + std::abs(line.at_zero));
      mass = std::min(mass, (room - slack) / line.per_mass * (1 - 16 * unit_roundoff));
    }
  return mass;
}
}  // namespace detail

/// R(τ) of a response h (horizon, m), to a thousandth from below; 0 where no mass that fits the labels certifies it. At most a
/// million times the least mass or the tolerance, whichever is more. The mass of the prior does not matter.
template <SingleScalar T>
double breakdown_mass(const labelled<T>& data, teacher_prior prior, std::span<const double> h,
                      double tolerance) {
  require(std::isfinite(tolerance) && tolerance > 0, "breakdown_mass", "tolerance", "finite and positive",
          tolerance);
  detail::require_fitting("breakdown_mass", data);
  const auto channels = static_cast<std::size_t>(data.channels);
  if (h.empty() || h.size() % channels != 0)
    refuse("breakdown_mass", "the response", "of whole lags of " + to_text(data.channels) + " numbers",
           h.size());
  for (double x : h)
    if (!std::isfinite(x)) return 0;
  const auto horizon = static_cast<integer>(h.size() / channels);
  if (prior.mass == teacher_prior().mass) prior.mass = 1;  // not given, nor needed
  double least = teacher_band(data, prior, horizon).least_mass;
  const double most = 1e6 * std::max(least, tolerance);
  double reached = 0;
  for (int step = 0; step < 30 && reached < most; ++step) {
    prior.mass = reached > 0 ? reached : std::max(least * (1 + 1e-6), 1e-3 * tolerance);
    const response_band band = teacher_band(data, prior, horizon);
    if (band.refuted) {
      least = band.least_mass;
      continue;
    }
    const double next = std::min(most, detail::reached_mass(band, h, tolerance));
    if (!(next >= prior.mass)) break;
    const bool closed = next - reached <= 1e-3 * next;
    reached = std::max(reached, next);
    if (closed) break;
  }
  return reached;
}

}  // namespace lssm
