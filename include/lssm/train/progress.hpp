// SPDX-License-Identifier: BSD-3-Clause
// Where a training stands: what stop rules and observers look at. One value per lane.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include "../core/parts.hpp"
#include "../core/status.hpp"

namespace lssm {

/// Loss, time and steps of each lane.
template <class T>
struct progress {
  T loss = T(0);      ///< training loss at the current parameters
  T time = T(0);      ///< flow time; of a descent the sum of its rates
  T steps = T(0);     ///< accepted steps
  T rejected = T(0);  ///< attempted steps that were not accepted
  /// tolerance times the mean squared label (of zero labels the mean squared input): below it a flow's own error shows
  T resolution = T(0);
  T rate = T(0);           ///< of the last update, after schedule and rule
  T best_loss = T(0);      ///< the lowest so far, of those that were computed
  T best_steps = T(0);     ///< steps when it was seen first
  T target_steps = T(-1);  ///< steps when the target was reached; -1 before, and in flows
  /// N, of whose losses `loss` is the mean; 0 where the objective does not tell. It is no part: the data's, not the run's.
  T sequences = T(0);
  T steps_per_epoch = T(1);  ///< of mini-batches; no part, either

  static constexpr auto parts(auto& p) {
    return std::tuple(part("loss", p.loss), part("time", p.time), part("steps", p.steps),
                      part("rejected", p.rejected), part("resolution", p.resolution), part("rate", p.rate),
                      part("best_loss", p.best_loss), part("best_steps", p.best_steps),
                      part("target_steps", p.target_steps));
  }
  /// Why no descent can stand here, for numbers from a file; empty where one can. Time and best loss may have become
  /// infinite in one that has ended.
  std::string objection(bool has_ended) const requires SingleScalar<T> {
    const double most = std::min(2 / epsilon_of<T>, 0x1p62);  // where counting ends
    const auto counts = [most](const T& x, double least) {
      const double n = value_of(x);
      return n >= least && n <= most && n == std::trunc(n);
    };
    if (!counts(steps, 0)) return "counts its steps by no whole number";
    if (!counts(target_steps, -1) || target_steps > steps)
      return "reached its target after a number of steps that it has not taken";
    if (!counts(best_steps, 0) || best_steps > steps)
      return "was best after a number of steps that it has not taken";
    if (!(rejected == T(0)) || !(resolution == T(0))) return "has rejected steps, which no descent does";
    if (!has_ended && !(is_finite(time) && is_finite(rate) && best_loss == best_loss))
      return "is at no finite time, rate or loss";
    return {};
  }
  /// Steps since the start or, later, since the target was reached.
  T phase_steps() const { return where(target_steps < T(0), steps, steps - target_steps); }
};

namespace detail {
/// One lane of a progress, with what is no part of it.
template <class T>
progress<lane_of<T>> progress_of_lane(const progress<T>& all, std::size_t lane) {
  if constexpr (lanes_of<T> == 1) {
    return all;
  } else {
    progress<lane_of<T>> one;
    get_lane(all, lane, one);
    one.sequences = scalar_traits<T>::get(all.sequences, lane);
    one.steps_per_epoch = scalar_traits<T>::get(all.steps_per_epoch, lane);
    return one;
  }
}
}  // namespace detail

}  // namespace lssm
