// SPDX-License-Identifier: BSD-3-Clause
// Many steps at once, on the lanes of a descent.
//
//   walk     one student, with the losses, whose Gram matrix a kernel may hold: gram_form_steps.hpp. These are the steps of
//            step(), run and drive; the general path agrees with them to rounding.
//   stroll   one student, with the losses, to the bits of the general path and of lanes: kernel/gram/rows.hpp. For rates that
//            adapt to the gradient there is no walk, so that these are their steps.
//   advance  the steps of walk without their losses, where nothing asks for them
//   leap     lanes and sizes known at compile time, without the losses, to rounding: descent_leap.hpp
#pragma once

#include <array>

#include "adaptive_rate.hpp"
#include "descent_leap.hpp"
#include "gram_form_steps.hpp"
#include "trained_lanes.hpp"

namespace lssm::detail {

template <class Objective>
inline constexpr bool descends_in_registers = false;
template <class T, class M, integer Kappa>
inline constexpr bool descends_in_registers<gram_objective<T, M, Kappa>> =
    gram_objective<T, M, Kappa>::has_kernel&& learned_plainly<typename M::learned>;

/// Whether steps of a rule that adapts its rate stay in registers; triangles of many modes do not.
template <class Rule, class Objective>
inline constexpr bool adapts_in_registers = false;
template <class Rule, class T, integer D, class Learn, integer Kappa>
  requires(adapts_rate<Rule>&& descends_in_registers<gram_objective<T, ssm<real_diagonal<D>, Learn>, Kappa>>)
inline constexpr bool adapts_in_registers<Rule, gram_objective<T, ssm<real_diagonal<D>, Learn>, Kappa>> =
    !adapts_to_full_norm<Rule> || !kernel::detail::many_modes(D, Kappa);

/// The fused steps of a descent at a constant rate.
template <class Descent, class Objective>
class fused_descent {
  using T = typename Objective::scalar;
  using steps_type = gram_form_steps<typename Descent::rule_type, Objective>;
  using leap_type = descent_leap<Descent, Objective>;

 public:
  static constexpr bool skips_losses =
      steps_type::available && is_rule_alone<Descent> && counts_steps<Descent>;
  static constexpr bool walks = is_rule_alone<Descent> && steps_type::watched;
  static constexpr bool adapts =
      is_rule_alone<Descent> && adapts_in_registers<typename Descent::rule_type, Objective>;
  static constexpr bool strolls = adapts || (is_plain_descent<Descent> && descends_in_registers<Objective>);
  static constexpr bool leaps = leap_type::possible;

  fused_descent(const Objective& objective, const T& rate) : leap_(objective, rate) {}
  /// Anew, of another objective or at another rate.
  void begin(const Objective& objective, const T& rate) {
    steps_.forget();
    leap_ = leap_type(objective, rate);
  }

  /// Whether numbers of the rule allow it to move registers.
  static bool moves(const auto& rule) {
    if constexpr (requires { rule.moves_registers(); }) {
      return rule.moves_registers();
    } else {
      return true;
    }
  }

  /// The loss at θ as walk sees it; `otherwise` where that is not finite.
  T loss(auto& lanes, const T& rate, const T& otherwise) requires walks {
    const T now = steps_.loss(*lanes.objective(), view<T>(lanes.live().theta), rate);
    return is_finite(now) ? now : otherwise;
  }
  /// At most n steps of one student, fewer where they end it: the same bits in whatever portions they come. None where the
  /// next one comes to a loss that is not finite, and has to be taken with care. The evaluation stays where it was.
  integer walk(auto& lanes, const T& rate, integer n) requires walks {
    auto& live = lanes.live();
    return watched(lanes, rate, n, [&](kernel::watched_steps<T>& seen) {
      steps_.run(*lanes.objective(), std::span<T>(live.theta), live.rule, seen);
    });
  }
  /// The same, and the evaluation goes with it.
  integer stroll(auto& lanes, const T& rate, integer n) requires strolls {
    using learned = typename Objective::model::learned;
    auto& theta = lanes.live().theta;
    return watched(lanes, rate, n, [&](kernel::watched_steps<T>& seen) {
      if constexpr (adapts) {
        adapt(lanes, rate, seen);
      } else {
        lanes.objective()->template descend<moved_by<learned>>(lanes.at(), seen);
      }
      if (!is_finite(seen.loss)) return;
      learned::from_system(lanes.at().system(), std::span<T>(theta));
      learned::pullback(view<T>(theta), lanes.at().gradient(), std::span<T>(lanes.u()));
    });
  }

  /// n steps of one student, fewer where a limit is met; the evaluation stays where it was. False, with nothing done, where the
  /// loss in the end is not finite: then steps one by one tell when that began.
  bool advance(auto& lanes, const T& rate, integer n) requires skips_losses {
    auto& [theta, rule, now] = lanes.live();
    const mask_of<T> all = T(0) == T(0);
    const double left = lanes.stop().rules().steps_left(0, value_of(now.steps));
    // As step() does, also where the limit is smaller than what has been taken: a run may be resumed with another one.
    if (left < static_cast<double>(n)) n = std::max<integer>(1, static_cast<integer>(left));
    lanes.begin(all);
    if constexpr (walks) {
      const T loss = steps_.run(*lanes.objective(), std::span<T>(theta), rule, rate, n);
      if (!is_finite(loss)) return false;
      now.loss = loss;
    } else {
      lanes.before() = theta;
      steps_.run(*lanes.objective(), std::span<T>(theta), rate, n);
      lanes.evaluate(all);
      if (!is_finite(now.loss)) {
        lanes.undo();
        lanes.evaluate(all);
        return false;
      }
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
  /// Steps by take(watch), which leaves θ where its last loss is not finite; the counters follow them. None where the first
  /// loss is not.
  static integer watched(auto& lanes, const T& rate, integer n, const auto& take) {
    auto& now = lanes.live().now;
    const mask_of<T> all = T(0) == T(0);
    const auto [left, target] = lanes.stop().unasked(now);
    // Also where the limit is smaller than what has been taken: a run may be resumed with another one.
    if (left < static_cast<double>(n)) n = std::max<integer>(1, static_cast<integer>(left));
    lanes.begin(all);
    const kernel::watched_steps<T> before{rate,          target,         n,         now.loss,
                                          now.best_loss, now.best_steps, now.steps, now.time};
    kernel::watched_steps<T> seen = before;
    take(seen);
    if (!is_finite(seen.loss)) {
      if (seen.taken <= 1) return 0;
      const integer sound = seen.taken - 1;
      seen = before;
      seen.most = sound;
      take(seen);
    }
    now.loss = seen.loss;
    now.best_loss = seen.best;
    now.best_steps = seen.best_steps;
    now.steps = seen.steps;
    now.time = seen.time;
    now.rate = seen.rate;
    lanes.end(all, now.loss, losses_seen::all);
    return seen.taken;
  }
  /// The rate of a step, from the squares of its gradient.
  struct adapting_rate {
    moving_mean<T> mean;
    T rate;
    T operator()(const std::array<T, 3>& squares) {
      using state = typename Descent::rule_type::template state<Objective>;
      return mean.adapted(rate, state::size_of({squares[0], squares[1], squares[2], T(0), T(0)}));
    }
  };
  /// Steps at rates that adapt; the rule goes with them, unless the last loss is not finite.
  static void adapt(auto& lanes, const T& rate, kernel::watched_steps<T>& seen) {
    using rule_type = typename Descent::rule_type;
    constexpr auto norm =
        adapts_to_full_norm<rule_type> ? kernel::norm_of_state::full : kernel::norm_of_state::diagonal;
    auto& rule = lanes.live().rule;
    adapting_rate rate_of{rule, rate};
    lanes.objective()->template descend<moved_by<typename Objective::model::learned>, norm>(lanes.at(), seen,
                                                                                            rate_of);
    if (is_finite(seen.loss)) static_cast<moving_mean<T>&>(rule) = rate_of.mean;
  }
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

  [[no_unique_address]] steps_type steps_;
  [[no_unique_address]] leap_type leap_;
};

}  // namespace lssm::detail
