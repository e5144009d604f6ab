// SPDX-License-Identifier: BSD-3-Clause
// Schedules: the factor of the rate at each step, from the number of steps already taken.
//
//   constant_rate                          1
//   step_decay{.every = 1000, .decay = .1}    decay^⌊steps / every⌋
//   cosine{.steps = 10000, .floor = 0}     from 1 to `floor` along half a cosine, then `floor`
//   warm_up<Schedule>{.steps = 100}        rises linearly from 1/steps to 1, then the schedule, counted from there
//   each_epoch<Schedule>{...}              the schedule, counted in whole epochs of mini-batches in place of steps
//   one's own                              a struct with `double factor(double steps) const`, or, where it counts epochs,
//                                          with `double factor_of_epochs(double epochs) const`
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <numbers>
#include <type_traits>

#include "../core/error.hpp"

namespace lssm {

/// Whether a schedule counts epochs in place of steps. A schedule of steps around it finds no factor(steps) in it.
template <class S>
concept CountsEpochs = requires(const S s, double epochs) {
  { s.factor_of_epochs(epochs) } -> std::convertible_to<double>;
};
/// A factor of the rate for each number of steps taken, or of epochs.
template <class S>
concept Schedule = CountsEpochs<S> || requires(const S s, double steps) {
  { s.factor(steps) } -> std::convertible_to<double>;
};

/// 1.
struct constant_rate {
  static constexpr double factor(double) { return 1; }
  friend constexpr bool operator==(constant_rate, constant_rate) { return true; }
};

/// decay^⌊steps / every⌋.
struct step_decay {
  double every = -1;   ///< steps between decays, > 0; to be given
  double decay = 0.1;  ///< factor of each, > 0

  void validate() const {
    detail::require_given_positive("step_decay", "every", every);
    require(decay > 0 && std::isfinite(decay), "step_decay", "decay", "finite and positive", decay);
  }
  double factor(double steps) const { return std::pow(decay, std::floor(steps / every)); }
  friend bool operator==(const step_decay&, const step_decay&) = default;
};

/// From 1 to `floor` along half a cosine, then `floor`.
struct cosine {
  double steps = -1;  ///< length of the descent to `floor`, > 0; to be given
  double floor = 0;   ///< what remains, in [0, 1]

  void validate() const {
    detail::require_given_positive("cosine", "steps", steps);
    require(floor >= 0 && floor <= 1, "cosine", "floor", "from 0 to 1", floor);
  }
  double factor(double taken) const {
    if (taken >= steps) return floor;
    return floor + (1 - floor) * 0.5 * (1 + std::cos(std::numbers::pi * taken / steps));
  }
  friend bool operator==(const cosine&, const cosine&) = default;
};

/// From 1/steps to 1, then the other schedule.
template <Schedule Then = constant_rate>
struct warm_up {
  static_assert(
      !CountsEpochs<Then>,
      "warm_up: it counts steps and the schedule behind it epochs; write each_epoch<warm_up<...>>, which "
      "counts epochs in both (docs/descent.md)");
  double steps = -1;  ///< > 0; to be given
  Then then{};

  void validate() const {
    detail::require_given_positive("warm_up", "steps", steps);
    if constexpr (requires { then.validate(); }) then.validate();
  }
  double factor(double taken) const {
    return taken < steps ? std::min((taken + 1) / steps, 1.0) : then.factor(taken - steps);
  }
  friend bool operator==(const warm_up&, const warm_up&) = default;
};

/// The other schedule, counted in whole epochs of mini-batches (data/batches.hpp) in place of steps.
template <Schedule Of>
struct each_epoch {
  static_assert(!CountsEpochs<Of>, "each_epoch: the schedule counts epochs already (docs/descent.md)");
  Of schedule{};

  void validate() const {
    if constexpr (requires { schedule.validate(); }) schedule.validate();
  }
  double factor_of_epochs(double epochs) const { return schedule.factor(epochs); }
  /// Refused while compiling: a schedule around this one would give it steps.
  template <class Steps>
  double factor(const Steps&) const {
    static_assert(
        std::is_void_v<Steps>,
        "each_epoch: a schedule around it has to ask for factor_of_epochs(epochs), and to tell it as "
        "its own (docs/descent.md)");
    return 0;
  }
  friend bool operator==(const each_epoch&, const each_epoch&) = default;
};

}  // namespace lssm
