// SPDX-License-Identifier: BSD-3-Clause
// Labelled data by lag and in double, checked: shapes, finite numbers, and labels that a linear teacher may have given.
#pragma once

#include "../data/label.hpp"
#include "prior.hpp"
#include "seen_rows.hpp"

namespace lssm::detail {

template <SingleScalar T>
lagged_data checked_lags(const char* function, const labelled<T>& data, const teacher_prior& prior,
                         integer horizon) {
  require(horizon >= 1, function, "horizon", "at least 1", horizon);
  require(data.answers == 1 && data.steps == 1, function, "labels",
          "one number for each sequence, as a linear teacher of one output gives them", data.answers);
  require(data.kappa >= 1 && data.channels >= 1 && !data.y.empty(), function, "the data",
          "of at least one sequence of at least one entry", data.y.size());
  require_entries(function, "horizon x channels", {horizon, data.channels});
  const auto lags = static_cast<std::size_t>(data.kappa), m = static_cast<std::size_t>(data.channels);
  const std::size_t n = data.y.size();
  if (data.x.size() != n * lags * m)
    refuse(function, "x", "of " + to_text(n * lags * m) + " numbers", data.x.size());
  if (!(prior.label_errors.empty() || prior.label_errors.size() == n))
    refuse(function, "label_errors", "empty or of " + to_text(n) + " numbers", prior.label_errors.size());
  prior.validate(std::max(horizon, data.kappa));
  // A label is a sum of kappa m products of entries of the response that were rounded before.
  const double unit = std::max(unit_roundoff, scalar_traits<T>::epsilon / 2) *
                      static_cast<double>(4 * data.kappa + 16) *
                      std::pow(std::max(1.0, prior.reach()), static_cast<double>(data.kappa - 1));
  lagged_data out{n, lags, m, std::vector<double>(n * lags * m), {}, {}, scalar_traits<T>::epsilon > 1e-12};
  for (std::size_t s = 0; s < n; ++s) {
    double size = 0;
    for (std::size_t l = 0; l < lags; ++l)
      for (std::size_t c = 0; c < m; ++c) {
        const double x = value_of(data.x[(s * lags + lags - 1 - l) * m + c]);
        require(std::isfinite(x) && std::abs(x) <= 1e100, function, "x", "of finite numbers below 1e100", x);
        out.x[(s * m + c) * lags + l] = x;
        size += std::abs(x);
      }
    const double y = value_of(data.y[s]);
    require(std::isfinite(y) && std::abs(y) <= 1e100, function, "labels", "finite numbers below 1e100", y);
    out.y.push_back(y);
    out.rounding.push_back(unit * size);
  }
  return out;
}

/// The root of the sum of squares of what no impulse response of this length explains of the labels.
inline double unexplained(const lagged_data& d) {
  const std::vector<double> w = row_weights(d);
  std::vector<double> rest = d.y;
  for (int twice = 0; twice < 2; ++twice)
    for (std::size_t q = 0; q < w.size(); q += d.sequences) {
      double along = 0, length = 0;
      for (std::size_t s = 0; s < d.sequences; ++s)
        along += w[q + s] * rest[s], length += w[q + s] * w[q + s];
      for (std::size_t s = 0; s < d.sequences; ++s) rest[s] -= along / length * w[q + s];
    }
  double squares = 0;
  for (double r : rest) squares += r * r;
  return std::sqrt(squares);
}

/// Refuses labels that no linear teacher gave, up to their rounding and the errors that the prior states.
template <SingleScalar T>
void require_explained(const char* function, const labelled<T>& data, const lagged_data& d,
                       const teacher_prior& prior) {
  const double n = static_cast<double>(d.sequences);
  double size = 0, label = 0, stated = std::sqrt(n) * prior.noise, rounding = 0, box = 0;
  for (double x : d.x) size += x * x;
  for (double y : d.y) label += y * y;
  for (double e : prior.label_errors) box += e * e;
  for (double r : d.rounding) rounding += r * prior.mass;
  const double slack = std::max(1e-8, 64 * static_cast<double>(d.lags) * scalar_traits<T>::epsilon) *
                       (std::sqrt(size) * prior.mass + std::sqrt(label));
  stated += std::sqrt(box) + rounding + slack;
  const double rest = unexplained(d);
  if (!(rest <= stated))
    refuse(function, "labels",
           "those of a linear teacher, or of stated noise (noise or label_errors of the prior)",
           "labels of which a root mean square of " + to_text(rest / std::sqrt(n)) +
               " has no linear explanation");
  if (data.h_star.empty()) return;
  double off = 0;
  for (std::size_t s = 0; s < d.sequences; ++s) {
    double y = d.y[s];
    for (std::size_t c = 0; c < d.channels; ++c)
      for (std::size_t l = 0; l < d.lags; ++l)
        y -= d.x[(s * d.channels + c) * d.lags + l] * value_of(data.h_star[l * d.channels + c]);
    off += y * y;
  }
  if (!(std::sqrt(off) <= stated))
    refuse(function, "labels",
           "those of h_star, or of stated noise (noise or label_errors of the prior); h_star of another "
           "teacher is empty",
           "labels that are off by a root mean square of " + to_text(std::sqrt(off / n)));
}

}  // namespace lssm::detail
