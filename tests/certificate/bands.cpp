// SPDX-License-Identifier: BSD-3-Clause
// Bands of known optimum, and what they say: laws of the numbers of tests/certificate/bands.hpp.
#include "bands.hpp"

#include <doctest/doctest.h>

#include <lssm/certificate.hpp>

using namespace lssm;

namespace {

labelled<double> data_of(const bands::row& r) {
  labelled<double> d;
  d.kappa = r.kappa;
  d.channels = r.inputs;
  d.y = r.y;
  const auto lags = static_cast<std::size_t>(r.kappa), m = static_cast<std::size_t>(r.inputs);
  for (std::size_t n = 0; n < r.y.size(); ++n)
    for (std::size_t t = 0; t < lags; ++t)
      for (std::size_t c = 0; c < m; ++c) d.x.push_back(r.x[(n * lags + lags - 1 - t) * m + c]);
  return d;
}
teacher_prior prior_of(const bands::row& r) {
  return {.mass = r.mass, .low = r.low, .high = r.high, .noise = r.noise, .positive = r.positive};
}

}  // namespace

TEST_CASE("bands contain the known inner bounds, and exceed the known outer ones by little") {
  for (const bands::row& r : bands::rows) {
    CAPTURE(r.name);
    const response_band band = teacher_band(data_of(r), prior_of(r), 40);
    CHECK(band.refuted == r.refuted);
    CHECK(band.least_mass >= r.least_mass - 1e-3 * r.mass);
    double gap = 0;
    for (std::size_t i = 0; i < r.lags.size() && !r.refuted; ++i) {
      const auto at = static_cast<std::size_t>(r.lags[i] * r.inputs + r.input);
      // The numbers have seven decimals.
      CHECK(band.low[at] <= r.inner_low[i] + 5e-8);
      CHECK(band.high[at] >= r.inner_high[i] - 5e-8);
      gap = std::max({gap, r.outer_low[i] - band.low[at], band.high[at] - r.outer_high[i]});
    }
    MESSAGE(r.name << ": gap over mass " << gap / r.mass << ", least mass " << band.least_mass);
    if (!r.positive) CHECK(gap <= 0.005 * r.mass);
  }
}
