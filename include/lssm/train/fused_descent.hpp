// SPDX-License-Identifier: BSD-3-Clause
// Many steps of gradient descent at once, where nothing asks for the losses in between: the kernels of descent_leap.hpp
// (lanes, sizes known at compile time) and unseen_steps.hpp (one student) on the lanes of a descent.
#pragma once

#include "descent_leap.hpp"
#include "trained_lanes.hpp"
#include "unseen_steps.hpp"

namespace lssm::detail {

/// The fused steps of a descent at a constant rate.
template <class Descent, class Objective>
class fused_descent {
  using T = typename Objective::scalar;
  using unseen = unseen_steps<typename Descent::rule_type, Objective>;
  using leap_type = descent_leap<Descent, Objective>;

 public:
  static constexpr bool skips_losses = unseen::available && is_plain_descent<Descent>;
  static constexpr bool leaps = leap_type::possible;

  fused_descent(const Objective& objective, const T& rate) : leap_(objective, rate) {}

  /// n steps of one student, fewer where a limit is met. False, with nothing done, where the loss in the end is not finite:
  /// then steps one by one tell when that began.
  bool advance(auto& lanes, const T& rate, integer n) requires skips_losses {
    auto& [theta, rule, now] = lanes.live();
    const mask_of<T> all = T(0) == T(0);
    const double left = lanes.stop().rules().steps_left(0, value_of(now.steps));
    // As step() does, also where the limit is smaller than what has been taken: a run may be resumed with another one.
    if (left < static_cast<double>(n)) n = std::max<integer>(1, static_cast<integer>(left));
    lanes.begin(all);
    lanes.before() = theta;
    unseen_.run(*lanes.objective(), std::span<T>(theta), rate, n);
    lanes.evaluate(all);
    if (!is_finite(now.loss)) {
      lanes.undo();
      lanes.evaluate(all);
      return false;
    }
    const T steps = T(static_cast<double>(n));
    now.rate = rate;
    now.steps = now.steps + steps;
    now.time = mul_add(steps, rate, now.time);
    lanes.end(all, now.loss, losses_seen::all);
    return true;
  }

  /// Steps in the lanes of the mask, or one alone where a loss on the way is not finite. Returns how many; none where fewer
  /// have to be tried.
  integer leap(auto& lanes, const T& rate, const mask_of<T> moving) requires leaps {
    lanes.begin(moving);
    auto& [theta, rule, now] = lanes.live();
    lanes.before() = theta;
    const integer count = leap_.steps_left(lanes.stop().rules(), now.steps, lanes.statuses());
    T time = now.time;
    const auto steps = [&](auto& system) { return leap_.steps(system, count, rate, time, moving); };
    const bool sound = move(lanes, moving, steps) && !any_lane<T>(moving && !is_finite(now.loss));
    leap_.remember(sound, count);
    if (!sound) {
      lanes.undo();
      if (count > 1) {
        lanes.evaluate(moving);
        return 0;
      }
      time = now.time;
      move(lanes, moving, [&](auto& system) { return leap_.careful_step(system, rate, time), true; });
    }
    now.rate = rate;
    now.steps = now.steps + T(static_cast<lane_of<T>>(count));
    now.time = time;
    lanes.keep_finite(moving);
    lanes.end(moving, now.loss, losses_seen::at_ends);
    return count;
  }

 private:
  /// θ by steps of the system, then loss and gradient there; false, with neither, where steps(system) is.
  static bool move(auto& lanes, const mask_of<T>& moving, auto steps) {
    using learned = typename Objective::model::learned;
    auto& system = lanes.at().system();
    auto& theta = lanes.live().theta;
    learned::to_system(view<T>(theta), system);
    if (!steps(system)) return false;
    learned::from_system(system, std::span<T>(theta));
    lanes.evaluate(moving);
    return true;
  }

  [[no_unique_address]] unseen unseen_;
  [[no_unique_address]] leap_type leap_;
};

}  // namespace lssm::detail
