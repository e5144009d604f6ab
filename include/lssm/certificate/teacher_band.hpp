// SPDX-License-Identifier: BSD-3-Clause
// A proven band for the impulse response of a teacher, from labelled sequences and a bound of its mass:
//
//   low_k <= h*_k <= high_k     for every lag k < horizon and every input channel
//
//   teacher_band(data, prior, horizon)                  the band; data: labelled<T> (data/label.hpp)
//   student_band(data, prior, horizon, mass, loss)      before labels: |h_k - h*_k| of every student of that mass and loss
//   answer_of(data, i)                                  labels of output i alone, also of every step, for a band of its own
//
// Bounds are proved in double (certificate/dual_proof.hpp) whatever the data, and tell nothing of the way to them. The labels'
// own rounding, in the scalar of the data, is allowed for. Noise beyond it must be stated in the prior: labels that no teacher
// can have given are refused.
//
// Deliberately absent: complex modes. On the unit circle nothing follows for lags that no sequence sees.
#pragma once

#include <limits>

#include "../data/label.hpp"
#include "atomic_program.hpp"
#include "lagged_data.hpp"

namespace lssm {

/// Bounds of h* (horizon, m), each for itself. Where the prior is refuted they are not a number.
struct response_band {
  integer horizon = 0, channels = 1;
  double mass = 0;        ///< R
  double least_mass = 0;  ///< a teacher of a smaller mass does not fit the labels
  bool refuted = false;   ///< whether R is such a mass
  std::vector<double> low, high;
  std::vector<double> inner_low, inner_high;  ///< attained by `lowest` and `highest`
  std::vector<std::vector<weighted_mode>> lowest, highest;
  /// -h* and h* for any other mass R: at(R) of these.
  std::vector<detail::affine_bound> below, above;

  /// The middle of the band: of all predictors the one whose largest possible error is least, at each lag.
  std::vector<double> centre() const {
    std::vector<double> h;
    for (std::size_t i = 0; i < low.size(); ++i) h.push_back(low[i] + (high[i] - low[i]) / 2);
    return h;
  }
};

namespace detail {

/// Bounds by the multipliers that a program proposes, whatever they are.
template <class Program>
response_band prove_band(Program& program, dual_proof& proof, const teacher_prior& prior, integer horizon,
                         integer channels, bool both_sides = true) {
  const auto lags = static_cast<std::size_t>(horizon), m = static_cast<std::size_t>(channels);
  response_band band{horizon, channels, prior.mass, 0, false, {}, {}, {}, {}, {}, {}, {}, {}};
  const std::vector<double> fit = program.least_mass(proof);
  if (!fit.empty()) band.least_mass = least_mass_of(proof.prove({}, fit));
  band.refuted = band.least_mass > prior.mass;
  const std::vector<double> none(lags * m, std::numeric_limits<double>::quiet_NaN());
  band.low = band.high = band.inner_low = band.inner_high = none;
  if (band.refuted) return band;
  band.lowest.resize(lags * m);
  band.highest = band.lowest;
  band.below.resize(lags * m);
  band.above = band.below;
  for (std::size_t channel = 0; channel < m; ++channel)
    for (const double sign : {1.0, -1.0}) {
      if (sign < 0 && !both_sides) continue;
      program.restart();
      for (std::size_t k = 0; k < lags; ++k) {
        const functional of{k, sign, channel};
        const std::vector<double> lambda = program.multipliers(proof, of);
        affine_bound best = proof.trivial(of);
        if (!lambda.empty()) {
          const affine_bound b = proof.prove(of, lambda, program.attained() + 4e-3 * prior.mass);
          if (b.at(prior.mass) < best.at(prior.mass)) best = b;
        }
        const std::size_t i = k * m + channel;
        (sign > 0 ? band.high : band.low)[i] = sign * best.at(prior.mass);
        (sign > 0 ? band.inner_high : band.inner_low)[i] = sign * program.attained();
        (sign > 0 ? band.highest : band.lowest)[i] = program.teacher();
        (sign > 0 ? band.above : band.below)[i] = best;
      }
    }
  return band;
}

inline response_band band_of(const lagged_data& data, const teacher_prior& prior, integer horizon,
                             bool both_sides = true) {
  seen_rows rows = see(data, std::pow(std::max(1.0, prior.reach()), static_cast<double>(data.lags - 1)));
  atomic_program program(rows, prior, static_cast<std::size_t>(horizon));
  dual_proof proof(rows, prior, static_cast<std::size_t>(horizon));
  return prove_band(program, proof, prior, horizon, static_cast<integer>(data.channels), both_sides);
}

}  // namespace detail

/// The band of every teacher of the prior that fits the labels. Throws bad_argument where the data are not finite, the prior is
/// none, or the labels are off by more than it states.
template <SingleScalar T>
response_band teacher_band(const labelled<T>& data, const teacher_prior& prior, extent<> horizon) {
  const detail::lagged_data by_lag = detail::checked_lags("teacher_band", data, prior, horizon);
  detail::require_explained("teacher_band", data, by_lag, prior);
  return detail::band_of(by_lag, prior, horizon);
}

/// Before labels: |h_k - h*_k| (horizon, m) is at most this for every student of at most such a mass, with modes in the
/// interval of the prior, and of at most such a squared loss.
template <SingleScalar T>
std::vector<double> student_band(labelled<T> data, teacher_prior prior, extent<> horizon, double mass,
                                 double loss) {
  require(std::isfinite(mass) && mass > 0, "student_band", "mass", "finite and positive", mass);
  require(std::isfinite(loss) && loss >= 0, "student_band", "loss", "finite and at least 0", loss);
  std::fill(data.y.begin(), data.y.end(), T(0));
  detail::lagged_data by_lag = detail::checked_lags("student_band", data, prior, horizon);
  prior.mass += mass;
  prior.noise += std::sqrt(loss) * (1 + 8 * detail::unit_roundoff);
  prior.positive = false;
  return detail::band_of(by_lag, prior, horizon, false).high;
}

/// The same sequences with the labels of one output alone. Where every step is labelled, each step makes a sequence of what
/// came until then, behind zeros: (N kappa, kappa, m), to which a linear teacher gives the same labels.
template <SingleScalar T>
labelled<T> answer_of(const labelled<T>& data, extent<> output) {
  require(data.kappa >= 1 && data.channels >= 1 && data.answers >= 1 &&
              (data.steps == 1 || (data.steps == data.kappa && data.answers % data.steps == 0)),
          "answer_of", "labels", "of the last step or of all steps of a sequence", data.steps);
  if (!(output >= 0 && output < data.outputs()))
    refuse("answer_of", "output", "from 0 to " + to_text(data.outputs() - 1), integer(output));
  const auto m = static_cast<std::size_t>(data.channels), row = static_cast<std::size_t>(data.kappa) * m,
             outputs = static_cast<std::size_t>(data.outputs()), steps = static_cast<std::size_t>(data.steps),
             n = data.y.size() / (steps * outputs);
  if (data.x.size() != n * row || data.y.size() != n * steps * outputs)
    refuse("answer_of", "x", "of " + to_text(n * row) + " numbers", data.x.size());
  require_entries("answer_of", "labels x kappa x channels",
                  {static_cast<integer>(n * steps), data.kappa, data.channels});
  labelled<T> one;
  one.kappa = data.kappa;
  one.channels = data.channels;
  for (std::size_t s = 0; s < n * steps; ++s) {
    const auto sequence = data.x.begin() + static_cast<integer>(s / steps * row);
    const std::size_t unseen = (steps - 1 - s % steps) * m;  // entries that come after this step
    one.x.insert(one.x.end(), unseen, T(0));
    one.x.insert(one.x.end(), sequence, sequence + static_cast<integer>(row - unseen));
    one.y.push_back(data.y[s * outputs + static_cast<std::size_t>(integer(output))]);
  }
  return one;
}

}  // namespace lssm
