// SPDX-License-Identifier: BSD-3-Clause
// Many steps of gradient descent at once: the kernels of descent_leap.hpp (lanes, sizes known at compile time, nothing asks
// for the losses in between) and unseen_steps.hpp (one student, with or without the losses) on the lanes of a descent.
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
  /// Whether one student takes its steps in a kernel, and whether nothing asks for their losses.
  static constexpr bool watches = unseen::available && is_plain_descent<Descent>;
  static constexpr bool skips_losses = watches && counts_steps_alone<Descent>;
  static constexpr bool leaps = leap_type::possible;

  fused_descent(const Objective& objective, const T& rate) : leap_(objective, rate) {}

  /// After θ has been moved by others.
  void forget() { known_ = false; }

  /// The loss at θ, as steps compute it.
  T loss(auto& lanes, const T& rate) requires watches {
    auto& theta = lanes.live().theta;
    const auto at = unseen_.watch(*lanes.objective(), std::span<T>(theta), rate, 0, T(0), T(0), false);
    known_ = true;
    return at.loss;
  }

  /// At most n steps of one student, fewer where they end it; the bits are the same in whatever portions they come. None
  /// where the next one has to be taken with the rows of the data, because it comes to numbers that are not finite.
  integer watch(auto& lanes, const T& rate, integer n) requires watches {
    auto& [theta, rule, now] = lanes.live();
    const mask_of<T> all = T(0) == T(0);
    const auto [left, target] = lanes.stop().unasked(now);
    // Also where the limit is smaller than what has been taken: a run may be resumed with another one.
    if (left < static_cast<double>(n)) n = std::max<integer>(1, static_cast<integer>(left));
    lanes.begin(all);
    lanes.before() = theta;
    const auto take = [&](integer most) {
      const auto seen =
          unseen_.watch(*lanes.objective(), std::span<T>(theta), rate, most, target, now.best_loss, known_);
      known_ = true;
      return seen;
    };
    auto seen = take(n);
    if (!is_finite(seen.loss)) {
      lanes.undo();
      forget();
      unseen_.forget();
      if (seen.steps == 1) return 0;
      seen = take(seen.steps - 1);
    }
    const auto after = [&](integer steps) { return now.steps + T(static_cast<double>(steps)); };
    now.best_loss = seen.best;
    if (seen.best_step > 0) now.best_steps = after(seen.best_step);
    now.loss = seen.loss;
    now.rate = rate;
    now.steps = after(seen.steps);
    for (integer i = 0; i < seen.steps; ++i) now.time = now.time + rate;
    lanes.end(all, now.loss, losses_seen::all);
    return seen.steps;
  }

  /// All but the last of n steps of one student without their losses, fewer where a limit is met. False, with nothing done,
  /// where they do not come to a finite loss: then steps with losses tell when that began.
  bool skip(auto& lanes, const T& rate, integer& n) requires skips_losses {
    auto& [theta, rule, now] = lanes.live();
    const double left = lanes.stop().unasked(now).first;
    if (left < static_cast<double>(n)) n = std::max<integer>(1, static_cast<integer>(left));
    if (n < 2) return true;
    lanes.before() = theta;
    unseen_.run(*lanes.objective(), std::span<T>(theta), rate, n - 1);
    if (!is_finite(loss(lanes, rate))) {
      theta = lanes.before();
      forget();
      unseen_.forget();
      return false;
    }
    now.rate = rate;
    now.steps = now.steps + T(static_cast<double>(n - 1));
    for (integer i = 1; i < n; ++i) now.time = now.time + rate;
    n = 1;
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
  bool known_ = false;  // whether the kernel has the slopes at θ
};

}  // namespace lssm::detail
