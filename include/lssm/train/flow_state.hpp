// SPDX-License-Identifier: BSD-3-Clause
// A running gradient flow: steps, their control, stopping, and what observers may look at.
//
// A step is accepted where the error estimate, relative to each unknown's own size (the field's weights), is at most
// rtol, everything is finite and the loss has not doubled: along a gradient flow it never rises. The finish after
// `convergence`: near a zero-loss minimum the flow runs straight down the linearized residual, whose limit is the
// minimum-norm Gauss-Newton step; two of them take the place of an infinite tail.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "../core/inverse_root.hpp"
#include "../objective/concepts.hpp"
#include "concepts.hpp"
#include "dense_output.hpp"
#include "lane_statuses.hpp"
#include "shared_objective.hpp"
#include "stationary_lanes.hpp"
#include "stop.hpp"
#include "training_point.hpp"

namespace lssm {

/// One lane of T per student. `Flow` is a gradient_flow. The objective is never changed; where its owner has put another one
/// of the same size in its place, the next step and here() begin with an evaluation of that one at the current point.
template <class Flow, ScaledObjective Objective>
class flow_state {
 public:
  using method = typename Flow::method_type;
  using stop_rules = typename Flow::stop_type;
  using T = typename Objective::scalar;
  using field_type = typename Flow::chart_type::template field<Objective>;
  using state_type = typename field_type::state_type;

  /// One description per lane, repeated as needed; it starts at `theta` (n). The objective must outlive the state.
  [[gnu::cold]] flow_state(std::span<const Flow> per_lane, const Objective& objective,
                           std::span<const T> theta)
      : objective_(objective),
        field_(objective, checked(theta, objective)),
        stepper_(field_),
        stop_([&] {
          std::vector<stop_rules> rules;
          for (const auto& p : per_lane) rules.push_back(p.stop);
          return rules;
        }()),
        y_(field_.start()),
        before_(y_),
        next_(y_),
        f_(y_),
        f_next_(y_),
        weights_(y_),
        stationary_(y_),
        rtol_(gather<T>(per_lane, [](const auto& p) { return p.rtol; })) {
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      scalar_traits<T>::set(end_, lane, lane_of<T>(stop_.horizon(lane)));
    evaluate();
    tau_ = first_step();
    mark_not_finite();
    ask();
  }

  bool running() const { return statuses_.some_run(); }
  status lane_status(std::size_t lane) const { return statuses_[lane]; }
  const progress<T>& now() const { return now_; }
  /// Flow time and length of the last accepted step.
  const T& last_step() const { return taken_; }

  /// Loss, θ, gradient, system and cotangent at the current point.
  training_point<Objective> here() {
    settle();
    return field_.point(now_.time, now_.loss, view<T>(y_), view<T>(f_));
  }
  /// The same at a time within the last accepted step, by dense output.
  training_point<Objective> at(const T& time) {
    settle();
    const T theta = where(taken_ > T(0), (time - (now_.time - taken_)) / taken_, T(1));
    return within_.look(field_, stepper_, time, theta, before_, y_, taken_);
  }
  void cancel() { statuses_.end(status::cancelled); }
  void cancel(std::size_t lane) { statuses_.end(lane, status::cancelled); }

  /// Takes one step in every running lane, attempting until all have accepted one or ended.
  void step() {
    settle();
    mask_of<T> waiting = statuses_.mask();
    while (any_lane<T>(waiting)) {
      attempt(waiting);
      ask();
      waiting = waiting && statuses_.mask();
    }
    statuses_.end(stationary_.look(y_) && now_.loss > now_.resolution, status::stationary);
  }

 private:
  /// Rounding of an error estimate in units of the tolerance.
  T rounding() const { return T(8 * epsilon_of<T>) / rtol_; }

  /// Loss and rate at y, and the scale of the loss.
  void evaluate() {
    now_.loss = field_.rate(view<T>(y_), std::span<T>(f_));
    now_.sequences = detail::sequences_of<stop_rules>(*objective_);
    const T power = objective_->loss_scale();
    now_.resolution = rtol_ * power;
    const mask_of<T> unlabelled = power == T(0);
    if (any_lane<T>(unlabelled))
      now_.resolution = where(unlabelled, rtol_ * unlabelled_scale(), now_.resolution);
  }
  /// What stands for the mean squared label where all labels are zero: the loss then falls by powers of time, for ever.
  T unlabelled_scale() const {
    if constexpr (requires { objective_->input_power(); }) {
      return objective_->input_power();
    } else {
      return now_.loss;
    }
  }
  static std::span<const T> checked(std::span<const T> theta, const Objective& objective) {
    if (length(theta) != objective.parameters())
      refuse("training", "theta", "of " + to_text(objective.parameters()) + " numbers", theta.size());
    return theta;
  }
  /// Evaluates at y after a change of the objective.
  void settle() {
    if (objective_.changed()) start_anew();
  }
  [[gnu::cold, gnu::noinline]] void start_anew() {
    objective_.remember();
    within_.forget();
    field_.refresh();
    evaluate();
  }

  void attempt(mask_of<T>& waiting) {
    const T tau = limited_step();
    // A step that is cut to reach the horizon is one of time.
    const mask_of<T> may_bend = tau < end_ - now_.time;
    const mask_of<T> sound = detail::try_step(stepper_, field_, y_, f_, tau, may_bend, next_);
    // Lanes that do not wait stay at y, where the field is evaluated in them.
    if (any_lane<T>(!waiting))
      for (std::size_t i = 0; i < y_.size(); ++i) next_[i] = where(waiting, next_[i], y_[i]);
    const T loss = field_.rate(view<T>(next_), std::span<T>(f_next_));
    const state_type& local = stepper_.error(tau, f_next_);
    field_.weights(view<T>(y_), view<T>(next_), rounding(), std::span<T>(weights_));
    T worst(0);
    mask_of<T> finite = is_finite(loss);
    for (std::size_t i = 0; i < y_.size(); ++i) {
      const T e = abs_of(local[i]);
      worst = max_of(worst, where(e > T(0), e / weights_[i], T(0)));
      finite = finite && is_finite(local[i]) && is_finite(next_[i]) && is_finite(f_next_[i]);
    }
    T elapsed = tau, pace(1);
    mask_of<T> good = sound && finite && loss <= T(2) * now_.loss + now_.resolution;
    if constexpr (detail::MeasuresTime<stepper_type, T>) {
      elapsed = stepper_.elapsed(tau);
      pace = stepper_.pace(f_next_);
      worst = max_of(worst, abs_of(stepper_.time_error()) / (now_.time + elapsed));
      const T left = end_ - now_.time;
      good = good && (elapsed <= left || left <= T(0)) && pace > T(0) && pace <= T(lane_of<T>(6));
    }
    worst = worst / rtol_;
    good = good && worst <= T(1);
    const mask_of<T> accept = good && waiting;
    within_.accept(accept, tau, may_bend);
    for (std::size_t i = 0; i < y_.size(); ++i) {
      before_[i] = where(accept, y_[i], before_[i]);
      y_[i] = where(accept, next_[i], y_[i]);
      f_[i] = where(accept, f_next_[i], f_[i]);
    }
    now_.loss = where(accept, loss, now_.loss);
    now_.time = where(accept, time_after(tau, elapsed), now_.time);
    taken_ = where(accept, elapsed, taken_);
    now_.steps = where(accept, now_.steps + T(1), now_.steps);
    now_.rejected = where(waiting && !accept, now_.rejected + T(1), now_.rejected);
    adapt(tau, worst, sound, finite, accept, waiting, pace);
    waiting = waiting && !accept;
    if (!any_lane<T>(waiting)) return;
    field_.rate(view<T>(y_), std::span<T>(f_));  // back from a candidate
    give_up_stalled(waiting, finite);
  }

  /// τ grows and shrinks with the fifth root of the error, as the local error is of fifth order in it; one horizon-bound
  /// step does not spoil the next.
  void adapt(const T& tau, const T& worst, const mask_of<T>& sound, const mask_of<T>& finite,
             const mask_of<T>& accept, const mask_of<T>& waiting, const T& pace) {
    const T root = per_lane(worst, [](const auto& w) {
      using L = std::remove_cvref_t<decltype(w)>;
      const double e = std::clamp(value_of(w), 1e-8, 1e8);
      return L(std::clamp(0.9 * detail::inverse_root<method::order>(e), 0.2, 6.0));
    });
    T factor = where(finite, where(sound, root, T(lane_of<T>(0.8))), T(lane_of<T>(0.25)));
    factor = where(accept, where(held_, min_of(factor, T(1)), factor), min_of(factor, T(lane_of<T>(0.8))));
    tau_ = where(waiting, where(accept && tau < tau_ && factor > T(1), tau_, tau * factor), tau_);
    tau_ = where(accept, tau_ * pace, tau_);
    held_ = waiting && !accept;
  }

  [[gnu::cold]] void give_up_stalled(const mask_of<T>& waiting, const mask_of<T>& finite) {
    T fastest(0);
    field_.weights(view<T>(y_), view<T>(y_), rounding(), std::span<T>(weights_));
    for (std::size_t i = 0; i < y_.size(); ++i)
      fastest = max_of(fastest, where(abs_of(f_[i]) > T(0), abs_of(f_[i]) / weights_[i], T(0)));
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      if (!scalar_traits<T>::get_mask(waiting, lane)) continue;
      const double change = value_of(scalar_traits<T>::get(tau_ * fastest, lane));
      if (change < epsilon_of<T> || !(value_of(scalar_traits<T>::get(tau_, lane)) > 0)) {
        statuses_[lane] = scalar_traits<T>::get_mask(finite, lane) ? status::stalled : status::not_finite;
      }
    }
  }

  /// The step to try next: not beyond the horizon.
  T limited_step() const {
    const T left = end_ - now_.time;
    return where(left > T(0), min_of(tau_, left), tau_);
  }
  /// The time after a step, and the horizon itself after one that was cut to reach it.
  T time_after(const T& tau, const T& elapsed) const {
    return where(tau == end_ - now_.time, end_, now_.time + elapsed);
  }

  /// A hundredth of the shortest time in which some unknown changes by its own size.
  T first_step() {
    field_.weights(view<T>(y_), view<T>(y_), rounding(), std::span<T>(weights_));
    T fastest(0);
    for (std::size_t i = 0; i < y_.size(); ++i)
      fastest = max_of(fastest,
                       where(abs_of(f_[i]) > T(0) && weights_[i] > T(0), abs_of(f_[i]) / weights_[i], T(0)));
    return where(fastest > T(0), T(lane_of<T>(0.01)) / fastest, T(1));
  }

  void mark_not_finite() {
    mask_of<T> finite = is_finite(now_.loss);
    for (std::size_t i = 0; i < y_.size(); ++i) finite = finite && is_finite(y_[i]) && is_finite(f_[i]);
    statuses_.end(!finite, status::not_finite);
  }

  void ask() {
    const auto before = statuses_.all();
    stop_.ask(now_, statuses_.all());
    bool finish = false;
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      finish = finish || (before[lane] == status::running && statuses_[lane] == status::converged);
    if constexpr (FinishingField<field_type>) {
      if (finish) gauss_newton(before);
    } else if (finish) {
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
        if (before[lane] == status::running && statuses_[lane] == status::converged)
          statuses_[lane] = status::target_reached;
    }
  }

  /// Two Gauss-Newton steps in the lanes that have just converged; each is kept where it is small and the loss falls.
  [[gnu::cold]] void gauss_newton(const std::array<status, lanes_of<T>>& before) {
    mask_of<T> fresh = statuses_.mask();
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      scalar_traits<T>::set_mask(fresh, lane,
                                 before[lane] == status::running && statuses_[lane] == status::converged);
    for (int turn = 0; turn < 2; ++turn) {
      field_.rate(view<T>(y_), std::span<T>(f_));
      field_.gauss_newton(view<T>(y_), std::span<T>(next_));
      const T loss = field_.rate(view<T>(next_), std::span<T>(f_next_));
      const mask_of<T> keep = fresh && loss <= now_.loss;
      for (std::size_t i = 0; i < y_.size(); ++i) y_[i] = where(keep, next_[i], y_[i]);
      now_.loss = where(keep, loss, now_.loss);
      for (std::size_t lane = 0; lane < lanes_of<T> && turn == 0; ++lane)
        if (scalar_traits<T>::get_mask(fresh, lane) && !scalar_traits<T>::get_mask(keep, lane))
          statuses_[lane] = status::target_reached;
    }
    field_.rate(view<T>(y_), std::span<T>(f_));
  }

  using stepper_type = typename method::template stepper<field_type>;

  detail::shared_objective<Objective> objective_;
  field_type field_;
  stepper_type stepper_;
  detail::dense_output<stepper_type, field_type> within_;
  bound_stop<T, stop_rules> stop_;
  state_type y_, before_, next_, f_, f_next_, weights_;
  detail::stationary_lanes<T, state_type> stationary_;
  T rtol_{}, tau_{}, taken_ = T(0), end_{};
  mask_of<T> held_ = T(0) < T(0);
  progress<T> now_{};
  lane_statuses<T> statuses_;
};

}  // namespace lssm
