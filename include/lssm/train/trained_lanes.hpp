// SPDX-License-Identifier: BSD-3-Clause
// θ in every lane with what belongs to it: the evaluation, which always stands at θ, counters, and who still runs. What
// steps of any kind have in common is here; how θ moves is the caller's.
//
//   begin(moving)              remembers all lanes
//   (the caller moves live().theta, and writes to before() where it was)
//   evaluate(moving)           lanes that rest get their θ back; loss and gradient at θ
//   end(moving, tested)        lanes with a loss or parameter that is not finite go back and end; the stop rules are asked
#pragma once

#include "../core/parts.hpp"
#include "../kernel/blocks.hpp"
#include "../objective/evaluated.hpp"
#include "phased_stop.hpp"
#include "shared_objective.hpp"
#include "step_rate.hpp"

namespace lssm::detail {

/// Which losses count for the best so far: those of all steps, or only those where lanes end.
enum class losses_seen { all, at_ends };

/// The lanes of a descent.
template <class Objective, class RuleState, class Stop>
class trained_lanes {
 public:
  using T = typename Objective::scalar;
  using theta_type = theta_of<Objective>;

  /// What a step changes.
  struct live_type {
    theta_type theta;  // (n)
    RuleState rule;
    progress<T> now;
    static constexpr auto parts(auto& s) {
      return std::tuple(part("theta", s.theta), part("rule", s.rule), part("now", s.now));
    }
  };

  trained_lanes(const Objective& objective, std::span<const T> theta, RuleState state,
                phased_stop<T, Stop> stop)
      : objective_(objective),
        at_(objective.workspace()),
        live_{objective.theta(), std::move(state), {}},
        resting_(live_),
        before_(live_.theta),
        u_(live_.theta),
        stop_(std::move(stop)) {
    if (theta.size() != live_.theta.size())
      refuse("training", "theta", "of " + to_text(live_.theta.size()) + " numbers", theta.size());
    std::copy(theta.begin(), theta.end(), live_.theta.begin());
    count_data();
    loss_and_gradient();
    note_start(T(0) == T(0));
  }
  /// The lanes of the mask begin anew at `theta` with their lanes of `fresh`; the others go on, bit for bit.
  void restart(const mask_of<T>& lanes, std::span<const T> theta, RuleState fresh,
               phased_stop<T, Stop> stop) {
    progress<T> now;
    keep_lanes<T>(lanes, now, live_.now);
    keep_lanes<T>(lanes, fresh, live_.rule);
    for (std::size_t i = 0; i < theta.size(); ++i) live_.theta[i] = where(lanes, theta[i], live_.theta[i]);
    live_.rule = std::move(fresh);
    live_.now = now;
    stop_ = std::move(stop);
    statuses_.begin(lanes);
    refresh();
    note_start(lanes);
  }

  const shared_objective<Objective>& objective() const { return objective_; }
  evaluation_of<Objective>& at() { return at_; }
  evaluated<Objective> here() const { return {*objective_, at_}; }
  live_type& live() { return live_; }
  const live_type& live() const { return live_; }
  theta_type& before() { return before_; }
  /// The gradient at θ, which the caller turns into a direction.
  theta_type& u() { return u_; }
  const theta_type& u() const { return u_; }
  lane_statuses<T>& statuses() { return statuses_; }
  const lane_statuses<T>& statuses() const { return statuses_; }
  const phased_stop<T, Stop>& stop() const { return stop_; }
  static constexpr auto parts(auto& s) {
    return std::tuple(part("live", s.live_), part("statuses", s.statuses_.all()));
  }

  /// Evaluates at θ; anew after a change of the objective.
  void refresh() {
    if (objective_.changed()) at_ = objective_->workspace();
    objective_.remember();
    count_data();
    loss_and_gradient();
  }

  void begin(const mask_of<T>& moving) {
    if (any_lane<T>(!moving)) resting_ = live_;
    last_loss_ = live_.now.loss;
  }
  /// Back to where begin() was.
  void undo() {
    live_.theta = before_;
    live_.now.loss = last_loss_;
  }
  /// The loss at θ, without a gradient.
  T value(const mask_of<T>& moving) {
    hold(moving);
    take_batch();
    return objective_->value(view<T>(live_.theta), at_);
  }
  void evaluate(const mask_of<T>& moving) {
    hold(moving);
    loss_and_gradient();
  }
  void keep_finite(const mask_of<T>& moving) {
    auto& [theta, rule, now] = live_;
    const mask_of<T> finite = stands_on_numbers();
    if (!any_lane<T>(!finite)) return;
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] = where(finite, theta[i], before_[i]);
    const T loss = where(finite, now.loss, last_loss_);
    statuses_.end(moving && !finite, status::not_finite);
    if (any_lane<T>(moving && !finite)) loss_and_gradient();
    now.loss = loss;
  }
  /// Notes the best loss and asks the stop rules; lanes that rest are as begin() found them.
  void end(const mask_of<T>& moving, const T& tested, losses_seen seen) {
    if (seen == losses_seen::all) note_best(moving);
    stop_.ask(live_.now, statuses_, moving, tested);
    if (seen == losses_seen::at_ends) note_best(moving && !statuses_.mask());
    if (any_lane<T>(!moving)) keep_lanes<T>(moving, live_, resting_);
  }

 private:
  void note_start(const mask_of<T>& lanes) {
    progress<T>& now = live_.now;
    now.best_loss = where(lanes, now.loss, now.best_loss);
    statuses_.end(lanes && !stands_on_numbers(), status::not_finite);
    stop_.ask(now, statuses_, lanes && statuses_.mask(), now.loss);
  }
  /// Whether loss and parameters are finite: the loss alone may be so where a nonlinearity saturates.
  mask_of<T> stands_on_numbers() const {
    const auto theta = fixed_view<known_size<theta_type>>(live_.theta);
    return is_finite(live_.now.loss) && kernel::all_finite(theta);
  }
  void count_data() {
    live_.now.sequences = sequences_of<Stop>(*objective_);
    live_.now.steps_per_epoch = T(lane_of<T>(static_cast<double>(epoch_of(*objective_))));
  }
  void note_best(const mask_of<T>& lanes) {
    progress<T>& now = live_.now;
    const mask_of<T> better = lanes && now.loss < now.best_loss;
    now.best_loss = where(better, now.loss, now.best_loss);
    now.best_steps = where(better, now.steps, now.best_steps);
  }
  void hold(const mask_of<T>& moving) {
    if (!any_lane<T>(!moving)) return;
    for (std::size_t i = 0; i < before_.size(); ++i)
      live_.theta[i] = where(moving, live_.theta[i], before_[i]);
    live_.now.steps = where(moving, live_.now.steps, resting_.now.steps);
  }
  /// Where the objective comes in batches, to that of the step to come; lanes that went back from a loss that was not finite
  /// stand at that of their last step again.
  void take_batch() {
    if constexpr (requires { objective_->move_to(at_, live_.now.steps); }) {
      T steps = live_.now.steps;
      for (std::size_t i = 0; i < lanes_of<T>; ++i)
        if (statuses_[i] == status::not_finite)
          scalar_traits<T>::set(steps, i, batch_step(scalar_traits<T>::get(steps, i), statuses_[i]));
      objective_->move_to(at_, steps);
    }
  }
  void loss_and_gradient() {
    take_batch();
    live_.now.loss = objective_->value_and_gradient(view<T>(live_.theta), std::span<T>(u_), at_);
  }

  shared_objective<Objective> objective_;
  evaluation_of<Objective> at_;
  live_type live_, resting_;
  theta_type before_, u_;
  T last_loss_{};
  phased_stop<T, Stop> stop_;
  lane_statuses<T> statuses_;
};

}  // namespace lssm::detail
