// SPDX-License-Identifier: BSD-3-Clause
// Goals: what an attacker wants of one victim, as a number of which more is better.
//
//   stealthy      the victim reaches its target, and errs when its training ends
//   persistent    the same after `times` as many steps past the target
//   at_lag        the same of one entry of the impulse response
//   denial        the victim does not reach its target
//   one's own     a struct with score(outcome): a number for one victim. Optional members:
//                   prepare(study)   changes the study that victims train by, as persistent does
//                   over(scores)     the goal's value over seeds; without it
//                   quantile         of the scores, which is that value; without both, their mean is
//
//   score   shape     what it is
//   -       ()        finite or infinite; NaN counts as none, -∞
//
// A victim that stalls is no success of a stealthy attacker: its score is 0, the lowest. In reports of errors it counts as
// infinite all the same (attack/report.hpp).
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <vector>

#include "../study/run.hpp"

namespace lssm {

/// What an attacker wants of an outcome of a victim.
template <class G, class Outcome>
concept Goal = requires(const G g, const Outcome& outcome) {
  { g.score(outcome) } -> std::convertible_to<double>;
};

/// Whether a run has stalled: it ended, in whatever way, before its target.
template <class Outcome>
bool stalled(const Outcome& outcome) {
  return !(value_of(outcome.at_end.target_steps) >= 0) || outcome.status == status::not_finite;
}

namespace detail {
/// The error of a victim that has reached its target, else 0.
template <class Outcome>
double error_past_target(const Outcome& outcome, integer horizon) {
  return stalled(outcome) ? 0 : value_of(outcome.generalization(horizon));
}
/// So many times as many further steps of a training, which count them in doubles.
inline integer further_steps(const char* of, integer after, integer times) {
  require(times >= 1, of, "times", "at least 1", times);
  const integer most = (integer{1} << 53) / std::max(after, integer{1});
  if (!(times <= std::max(most, integer{1})))
    refuse(of, "times",
           "at most " + to_text(most) + " where a training takes " + to_text(after) + " further steps",
           times);
  return after * times;
}
inline void validate_goal(const char* of, integer horizon, double quantile) {
  require(horizon >= 1, of, "horizon", "at least 1", horizon);
  require(quantile >= 0 && quantile <= 1, of, "quantile", "from 0 to 1", quantile);
}
}  // namespace detail

/// The target reached, and a large error at the end.
struct stealthy {
  integer horizon = 40;   ///< entries of the impulse responses that are compared
  double quantile = 0.5;  ///< over seeds; .25 is a goal that three in four victims must meet

  void validate() const { detail::validate_goal("stealthy", horizon, quantile); }
  double score(const auto& outcome) const { return detail::error_past_target(outcome, horizon); }
  friend bool operator==(const stealthy&, const stealthy&) = default;
};

/// A large error still after `times` as many steps past the target.
struct persistent {
  integer times = 10;  ///< >= 1
  integer horizon = 40;
  double quantile = 0.5;

  void validate() const {
    detail::validate_goal("persistent", horizon, quantile);
    require(times >= 1, "persistent", "times", "at least 1", times);
  }
  void prepare(auto& study) const {
    study.training.after = detail::further_steps("persistent", study.training.after, times);
  }
  double score(const auto& outcome) const { return detail::error_past_target(outcome, horizon); }
  friend bool operator==(const persistent&, const persistent&) = default;
};

/// A large error of the response at one lag, in units of the teacher's largest over the horizon.
struct at_lag {
  integer lag = 0;  ///< below horizon
  integer horizon = 40;
  double quantile = 0.5;

  void validate() const {
    detail::validate_goal("at_lag", horizon, quantile);
    require(lag >= 0 && lag < horizon, "at_lag", "lag", "from 0 to below the horizon", lag);
  }
  template <class Outcome>
  double score(const Outcome& outcome) const {
    if (stalled(outcome)) return 0;
    using T = typename decltype(outcome.student)::scalar;
    const std::size_t channels =
        static_cast<std::size_t>(Outcome::structure::inputs * Outcome::structure::outputs);
    std::vector<T> h(static_cast<std::size_t>(horizon) * channels), h_star = h;
    outcome.student.impulse_response(std::span<T>(h));
    outcome.teacher.impulse_response(std::span<T>(h_star));
    T error(0), scale(0);
    for (std::size_t i = static_cast<std::size_t>(lag) * channels;
         i < (static_cast<std::size_t>(lag) + 1) * channels; ++i)
      error = max_of(error, abs_of(h[i] - h_star[i]));
    for (const T& x : h_star) scale = max_of(scale, abs_of(x));
    return error == T(0) ? 0 : value_of(error / scale);
  }
  friend bool operator==(const at_lag&, const at_lag&) = default;
};

/// The share of victims that stall. Below a stall, late targets count as parts of one.
struct denial {
  double most_steps = 1e6;  ///< steps that a target may take, > 0: a victim there is worth 1/2

  void validate() const { require(most_steps > 0, "denial", "most_steps", "positive", most_steps); }
  double score(const auto& outcome) const {
    if (stalled(outcome)) return 1;
    return std::min(0.5, value_of(outcome.at_end.target_steps) / (2 * most_steps));
  }
  friend bool operator==(const denial&, const denial&) = default;
};

}  // namespace lssm
