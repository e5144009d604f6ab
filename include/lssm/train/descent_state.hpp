// SPDX-License-Identifier: BSD-3-Clause
// A running descent: its steps, its stopping, and what observers may look at. It owns θ, the state of the update rule,
// counters and buffers, and contains no formula.
#pragma once

#include "../kernel/blocks.hpp"
#include "../objective/concepts.hpp"
#include "constraint.hpp"
#include "descent_leap.hpp"
#include "lane_statuses.hpp"
#include "rates.hpp"
#include "schedule.hpp"
#include "shared_objective.hpp"
#include "stop.hpp"
#include "training_point.hpp"
#include "unseen_steps.hpp"
#include "update_rule.hpp"

namespace lssm {

/// One lane of T per student. `Descent` is a descent. Fields in `parts` are all that a later run needs to go on from here
/// with the same bits; after changing them from outside call refresh(). Others may evaluate or change the objective between
/// steps: the next step, here() and restart() then begin with an evaluation at θ.
template <class Descent, DifferentiableObjective Objective>
class descent_state {
 public:
  using T = typename Objective::scalar;
  using stop_rules = typename Descent::stop_type;
  using constraint_type = typename Descent::constraint_type;

  /// One description per lane, repeated as needed; the objective must outlive the state.
  descent_state(std::span<const Descent> per_lane, Objective& objective)
      : objective_(objective),
        live_{objective.theta(), rule_state(each_of(per_lane, &Descent::rule), objective), {}},
        resting_(live_),
        before_(live_.theta),
        u_(live_.theta),
        rate_(gather<T>(per_lane, [](const auto& d) { return d.rate; })),
        after_(gather<T>(per_lane, [](const auto& d) { return static_cast<double>(d.after); })),
        constraint_(
            bound_policy<T>(std::span<const constraint_type>(each_of(per_lane, &Descent::constraint)))),
        constrained_(std::as_const(objective)),
        clip_(bound_policy<T>(std::span<const clipping>(each_of(per_lane, &Descent::clipping)))),
        schedules_(each_of(per_lane, &Descent::schedule)),
        stop_(each_of(per_lane, &Descent::stop)),
        factors_(per_lane, objective),
        leap_(objective, rate_) {
    refresh();
    live_.now.best_loss = live_.now.loss;
    statuses_.end(!is_finite(live_.now.loss), status::not_finite);
    ask(statuses_.mask(), live_.now.loss);
  }

  bool running() const { return statuses_.some_run(); }
  status lane_status(std::size_t lane) const { return statuses_[lane]; }
  const progress<T>& now() const { return live_.now; }
  const T& last_step() const { return live_.now.rate; }
  std::span<const T> theta() const { return view<T>(live_.theta); }
  void cancel() { statuses_.end(status::cancelled); }
  void cancel(std::size_t lane) { statuses_.end(lane, status::cancelled); }

  /// Loss, system and cotangent at the current θ.
  auto here() {
    if (away_) evaluate();
    settle();
    const progress<T>& now = live_.now;
    const Objective& there = *objective_;
    return descent_point<Objective>{
        {now.time, now.loss, there.system(), view<T>(objective_->cotangent()), there}, now.rate, now.steps};
  }
  /// Evaluates the objective at θ: after a change of θ from outside. A change of the objective is seen without it.
  void refresh() {
    if (objective_.disturbed()) leap_ = leap_type(*objective_, rate_);
    unseen_.forget();
    evaluate();
  }

  /// Why no such training can stand where the parts say, which are from a file; empty where one can. What has ended may
  /// have come to numbers that are not finite.
  std::string objection() {
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      progress<lane_of<T>> mine;
      get_lane(live_.now, lane, mine);
      if (std::string why = mine.objection(statuses_[lane] != status::running); !why.empty()) return why;
    }
    const mask_of<T> running = statuses_.mask();
    for (const T& x : live_.theta)
      if (any_lane<T>(running && !is_finite(x))) return "has parameters that are not finite";
    if constexpr (requires { live_.rule.objection(running); }) return live_.rule.objection(running);
    return {};
  }

  /// At most n steps, with nothing to see in between; fewer where they end. Where no part of the training asks for the
  /// losses in between, they are not computed: faster, and the same as n times step() up to rounding.
  void advance(extent<> steps) {
    integer n = steps;
    settle();
    if constexpr (skips_losses) {
      if (n > 0 && running() && objective_->gram_suffices() && advance_unseen(n)) return;
    }
    for (; n > 0 && running(); --n) step();
  }

  /// New descriptions, one per lane: where the mask holds a lane begins anew, from the objective's parameters; the
  /// others go on, bit for bit.
  void restart(const mask_of<T>& lanes, std::span<const Descent> per_lane) {
    objective_.check_size();
    descent_state fresh(per_lane, *objective_);
    keep_lanes<T>(lanes, fresh.live_, live_);
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      if (!scalar_traits<T>::get_mask(lanes, lane)) fresh.statuses_[lane] = statuses_[lane];
    *this = std::move(fresh);
    refresh();
  }

  /// One step in every running lane.
  void step() {
    settle();
    step_lanes(statuses_.mask());
  }

  /// Steps until a running lane has ended, for those who do not look at the steps between. Where these can be taken
  /// together (descent_leap.hpp) they agree with step() to rounding, and no loss but the first and the last counts as seen.
  /// Ends also where stopped() holds.
  template <class Stopped>
  void advance_to_an_end(Stopped&& stopped) {
    settle();
    const auto before = statuses_.all();
    do {
      if constexpr (leap_type::possible) {
        leap_where_possible();
      } else {
        step();
      }
    } while (statuses_.all() == before && !stopped());
  }

  static constexpr auto parts(auto& s) {
    return std::tuple(part("live", s.live_), part("statuses", s.statuses_.all()));
  }

 private:
  /// One step in the lanes of the mask, which run; the others stay where they are.
  void step_lanes(const mask_of<T> moving) {
    if (any_lane<T>(!moving)) resting_ = live_;
    auto& [theta, rule, now] = live_;
    const T last_loss = now.loss;
    clip_(std::span<T>(u_));
    now.rate = rule.direction(*objective_, view<T>(theta), std::span<T>(u_), scheduled_rate());
    factors_.apply(std::span<T>(u_));
    kernel::add_scaled<T>(T(0) - now.rate, fixed_view<known_parameters>(std::as_const(u_)),
                          fixed_view<known_parameters>(theta), fixed_view<known_parameters>(before_));
    now.steps = now.steps + T(1);
    now.time = now.time + now.rate;

    T tested(0);
    if constexpr (!after_stop_test<constraint_type>) {
      constrain();
      tested = now.loss = loss_and_gradient();
    } else {
      if (any_lane<T>(before_target())) tested = objective_->value(view<T>(theta));
      constrain();
      now.loss = loss_and_gradient();
    }
    keep_finite(moving, last_loss);
    const mask_of<T> better = now.loss < now.best_loss;
    now.best_loss = where(better, now.loss, now.best_loss);
    now.best_steps = where(better, now.steps, now.best_steps);
    ask(moving, tested);
    if (!any_lane<T>(!moving)) return;
    keep_lanes<T>(moving, live_, resting_);
    away_ = true;
  }

  T loss_and_gradient() {
    const T loss = objective_->value_and_gradient(theta(), std::span<T>(u_));
    objective_.remember();
    return loss;
  }
  void evaluate() {
    live_.now.loss = loss_and_gradient();
    away_ = false;
  }
  /// Back to θ where somebody else has used the objective.
  void settle() {
    if (objective_.disturbed()) refresh();
  }

  using rule_state = typename Descent::rule_type::template state<Objective>;
  using clipping = typename Descent::clipping_type;
  using theta_type = detail::theta_of<Objective>;
  static constexpr integer known_parameters = known_size<theta_type>;

  /// What a step changes.
  struct live {
    theta_type theta;  // (n)
    rule_state rule;
    progress<T> now;
    static constexpr auto parts(auto& s) {
      return std::tuple(part("theta", s.theta), part("rule", s.rule), part("now", s.now));
    }
  };

  using unseen = unseen_steps<typename Descent::rule_type, Objective>;
  static constexpr bool skips_losses = unseen::available && detail::is_plain_descent<Descent>;

  /// False, with nothing done, where the loss in the end is not finite: then steps one by one tell when that began.
  bool advance_unseen(integer n) {
    auto& [theta, rule, now] = live_;
    resting_ = live_;
    const double left = stop_.steps_left(0, static_cast<double>(now.steps));
    // As step() does, also where the limit is smaller than what has been taken: a run may be resumed with another one.
    if (left < static_cast<double>(n)) n = std::max<integer>(1, static_cast<integer>(left));
    unseen_.run(*objective_, std::span<T>(theta), rate_, n);
    evaluate();
    if (!is_finite(now.loss)) {
      live_ = resting_;
      evaluate();
      return false;
    }
    const T steps = T(static_cast<double>(n));
    now.rate = rate_;
    now.steps = now.steps + steps;
    now.time = mul_add(steps, rate_, now.time);
    if (now.loss < now.best_loss) now.best_loss = now.loss, now.best_steps = now.steps;
    ask(statuses_.mask(), now.loss);
    return true;
  }

  T scheduled_rate() const {
    if constexpr (std::is_same_v<typename Descent::schedule_type, constant_rate>) {
      return rate_;
    } else {
      T rate = rate_;
      for (std::size_t i = 0; i < lanes_of<T>; ++i) {
        using L = lane_of<T>;
        const double steps = value_of(scalar_traits<T>::get(live_.now.steps, i));
        const L factor = L(schedules_[i % schedules_.size()].factor(steps));
        scalar_traits<T>::set(rate, i, scalar_traits<T>::get(rate, i) * factor);
      }
      return rate;
    }
  }

  void constrain() { constrained_.template apply<T>(constraint_, std::as_const(*objective_), live_.theta); }

  using leap_type = detail::descent_leap<Descent, Objective>;

  /// Many steps of the lanes whose data allow it, then as many of the others one by one: what a lane does never depends on
  /// its neighbours.
  void leap_where_possible() requires leap_type::possible {
    const mask_of<T> fast = statuses_.mask() && objective_->gram_suffices(),
                     slow = statuses_.mask() && !objective_->gram_suffices();
    const bool some_slow = any_lane<T>(slow);
    integer count = 1;
    if (any_lane<T>(fast)) {
      count = leap(fast);
      if (some_slow) evaluate();  // the gradient of those that did not move
    }
    for (; some_slow && count > 0; --count) step_lanes(slow && statuses_.mask());
    if (some_slow && any_lane<T>(fast)) evaluate();
  }

  /// Some steps at once, or one alone where a loss on the way is not finite. Returns how many.
  integer leap(const mask_of<T> moving) requires leap_type::possible {
    using learned = typename Objective::model::learned;
    if (any_lane<T>(!moving)) resting_ = live_;
    auto& [theta, rule, now] = live_;
    before_ = theta;
    const T last_loss = now.loss;
    integer count = leap_.steps_left(stop_, now.steps, statuses_);
    learned::to_system(view<T>(theta), objective_->system());
    bool sound = leap_.steps(objective_->system(), count, moving);
    if (sound) {
      learned::from_system(objective_->system(), std::span<T>(theta));
      evaluate();
      sound = !any_lane<T>(moving && !is_finite(now.loss));
    }
    leap_.remember(sound, count);
    if (!sound) {
      theta = before_;
      now.loss = last_loss;
      if (count > 1) {  // fewer next time
        evaluate();
        return 0;
      }
      learned::to_system(view<T>(theta), objective_->system());
      leap_.careful_step(objective_->system());
      learned::from_system(objective_->system(), std::span<T>(theta));
      evaluate();
    }
    now.rate = rate_;
    now.steps = now.steps + T(static_cast<lane_of<T>>(count));
    for (integer n = 0; n < count; ++n) now.time = now.time + rate_;
    keep_finite(moving, last_loss);
    ask(moving, now.loss);
    const mask_of<T> better = moving && !statuses_.mask() && now.loss < now.best_loss;
    now.best_loss = where(better, now.loss, now.best_loss);
    now.best_steps = where(better, now.steps, now.best_steps);
    if (any_lane<T>(!moving)) {
      keep_lanes<T>(moving, live_, resting_);
      away_ = true;
    }
    return count;
  }

  mask_of<T> before_target() const { return live_.now.target_steps < T(0); }

  /// Sends lanes that moved to a loss that is not finite back, and ends them.
  void keep_finite(const mask_of<T>& moved, const T& last_loss) {
    const mask_of<T> finite = is_finite(live_.now.loss);
    if (!any_lane<T>(!finite)) return;
    for (std::size_t i = 0; i < before_.size(); ++i)
      live_.theta[i] = where(finite, live_.theta[i], before_[i]);
    live_.now.loss = where(finite, live_.now.loss, last_loss);
    statuses_.end(moved && !finite, status::not_finite);
    away_ = true;
  }

  /// Asks, for the lanes that moved: the stop rules where the target is not reached yet, and the count of steps after it
  /// where it is.
  void ask(const mask_of<T> moved, const T& tested) {
    progress<T>& now = live_.now;
    const mask_of<T> waiting = moved && before_target();
    progress<T> seen = now;
    seen.loss = tested;
    if (any_lane<T>(waiting) && stop_.may_fire(seen, waiting && statuses_.mask())) {
      auto asked = statuses_.all();
      for (std::size_t i = 0; i < lanes_of<T>; ++i)
        if (!scalar_traits<T>::get_mask(waiting, i)) asked[i] = status::target_reached;
      stop_.ask(seen, asked);
      for (std::size_t i = 0; i < lanes_of<T>; ++i) {
        if (statuses_[i] != status::running || asked[i] == status::running) continue;
        if (!scalar_traits<T>::get_mask(waiting, i)) continue;
        if (asked[i] == status::target_reached) {
          scalar_traits<T>::set(now.target_steps, i, scalar_traits<T>::get(now.steps, i));
        } else {
          statuses_[i] = asked[i];
        }
      }
    }
    statuses_.end(moved && !before_target() && now.phase_steps() >= after_, status::target_reached);
  }

  /// Factors of the rate, where entries differ.
  class factors {
   public:
    factors(std::span<const Descent> per_lane, const Objective& f) {
      if constexpr (!std::is_same_v<typename Descent::rates_type, same_rate>) {
        of_ = detail::zeros_like_theta(f);
        std::vector<double> one(of_.size());
        for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
          per_lane[lane % per_lane.size()].rates.write(typename Objective::model::learned{}, f.system(),
                                                       std::span<double>(one));
          for (std::size_t i = 0; i < one.size(); ++i)
            scalar_traits<T>::set(of_[i], lane, lane_of<T>(one[i]));
        }
      }
    }
    void apply(std::span<T> u) const {
      if constexpr (!std::is_same_v<typename Descent::rates_type, same_rate>)
        for (std::size_t i = 0; i < u.size(); ++i) u[i] = u[i] * of_[i];
    }

   private:
    std::conditional_t<std::is_same_v<typename Descent::rates_type, same_rate>, std::tuple<>, theta_type>
        of_{};
  };

  detail::shared_objective<Objective> objective_;
  live live_, resting_;
  theta_type before_, u_;  // θ before the step; the gradient at θ, then the direction
  T rate_, after_;
  decltype(bound_policy<T>(std::span<const constraint_type>())) constraint_;
  [[no_unique_address]] detail::bound_constraint<constraint_type, Objective> constrained_;
  decltype(bound_policy<T>(std::span<const clipping>())) clip_;
  std::vector<typename Descent::schedule_type> schedules_;
  bound_stop<T, stop_rules> stop_;
  [[no_unique_address]] factors factors_;
  [[no_unique_address]] unseen unseen_;
  [[no_unique_address]] leap_type leap_;
  lane_statuses<T> statuses_;
  bool away_ = false;  // the objective was last evaluated at another θ in some lane
};

}  // namespace lssm
