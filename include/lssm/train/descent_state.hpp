// SPDX-License-Identifier: BSD-3-Clause
// A running descent: its steps, its stopping, and what observers may look at. It contains no formula.
#pragma once

#include "../kernel/blocks.hpp"
#include "adaptive_lanes.hpp"
#include "clipping.hpp"
#include "constraint.hpp"
#include "fused_descent.hpp"
#include "step_rate.hpp"
#include "trained_lanes.hpp"
#include "training_point.hpp"
#include "update_rule.hpp"

namespace lssm {

/// One lane of T per student. `Descent` is a descent. Fields in `parts` are all that a later run needs to go on from here
/// with the same bits; after changing them from outside call refresh(). The objective is never changed; where its owner has
/// put another one of the same size in its place, the next step begins with an evaluation of that one at θ.
template <class Descent, DifferentiableObjective Objective>
class descent_state {
  using constraint_type = typename Descent::constraint_type;
  using clipping_type = typename Descent::clipping_type;
  using rule_type = typename Descent::rule_type;
  using rule_state = typename rule_type::template state<Objective>;
  using lanes_type = detail::trained_lanes<Objective, rule_state, typename Descent::stop_type>;
  using fused_type = detail::fused_descent<Descent, Objective>;
  using adaptive_type = detail::adaptive_lanes<Descent, Objective>;

 public:
  using T = typename Objective::scalar;

  /// One description and one seed per lane, repeated as needed; it starts at `theta` (n). The objective must outlive the state.
  descent_state(std::span<const Descent> per_lane, const Objective& objective, std::span<const T> theta,
                std::span<const std::uint32_t> seeds = {})
      : rate_(per_lane, objective),
        constraint_(constraint_of(per_lane)),
        constrained_(objective),
        clip_(clipping_of(per_lane)),
        fused_(objective, rate_.constant()),
        lanes_(objective, theta, rule_of(per_lane, objective, seeds), stop_of(per_lane)) {}

  bool running() const { return lanes_.statuses().some_run(); }
  status lane_status(std::size_t lane) const { return lanes_.statuses()[lane]; }
  const progress<T>& now() const { return lanes_.live().now; }
  const T& last_step() const { return now().rate; }
  std::span<const T> theta() const { return view<T>(lanes_.live().theta); }
  void cancel() { lanes_.statuses().end(status::cancelled); }
  void cancel(std::size_t lane) { lanes_.statuses().end(lane, status::cancelled); }

  /// Loss, θ, gradient, system and cotangent now.
  descent_point<Objective> here() {
    settle();
    stand();
    const evaluated<Objective> at = lanes_.here();
    return {{detail::point_at(at), now().time, now().loss, theta(), view<T>(lanes_.u()), at},
            now().rate,
            now().steps};
  }
  /// Evaluates the objective at θ: after a change of θ from outside. A change of the objective is seen without it.
  void refresh() {
    if (lanes_.objective().changed()) fused_.begin(*lanes_.objective(), rate_.constant());
    lanes_.refresh();
    stands_ = true;
    if constexpr (fused_type::walks) {
      // The start's loss is that of the general path. What ended beyond the numbers stands where its last step began.
      const T stands_after = now().steps - T(lane_status(0) == status::not_finite ? 1 : 0);
      if (stands_after > T(0) && walks())
        lanes_.live().now.loss = fused_.loss(lanes_, rate_.constant(), now().loss);
    }
  }

  /// Why no such training can stand where the parts say, which are from a file; empty where one can. What has ended may
  /// have come to numbers that are not finite.
  std::string objection() {
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      progress<lane_of<T>> mine;
      get_lane(now(), lane, mine);
      if (std::string why = mine.objection(lane_status(lane) != status::running); !why.empty()) return why;
    }
    const mask_of<T> running = lanes_.statuses().mask();
    for (const T& x : theta())
      if (any_lane<T>(running && !is_finite(x))) return "has parameters that are not finite";
    if constexpr (requires { lanes_.live().rule.objection(running); })
      return lanes_.live().rule.objection(running);
    return {};
  }

  /// One step in every running lane.
  void step() {
    settle();
    some_steps(1);
  }
  /// The same by the general path, or to its bits: those of every number of lanes.
  void step_as_lanes() {
    settle();
    some_steps_of_lanes(1);
  }
  /// At most n such steps, fewer where they end.
  void walk_as_lanes(extent<> steps) requires(lanes_of<T> == 1) {
    settle();
    for (integer n = steps; n > 0 && running();) n -= some_steps_of_lanes(n);
  }
  /// At most n steps, fewer where they end: the same bits as n times step(), which nobody sees in between. For one student,
  /// since lanes end one by one.
  void walk(extent<> steps) requires(lanes_of<T> == 1) {
    settle();
    for (integer n = steps; n > 0 && running();) n -= some_steps(n);
  }
  /// At most n steps, with nothing to see in between; fewer where they end. Where no part of the training asks for the
  /// losses in between, they are not computed: faster, and n times step() to the bit (of dual
  /// numbers to rounding), but that the best loss is one of those at the ends.
  void advance(extent<> steps) {
    integer n = steps;
    settle();
    if constexpr (fused_type::skips_losses)
      if (n > 0 && running() && walks() && fused_.advance(lanes_, rate_.constant(), n)) {
        stands_ = !fused_type::walks;
        return;
      }
    while (n > 0 && running()) n -= some_steps(n);
  }
  /// Steps until a running lane has ended, for those who do not look at the steps between. Where these can be taken
  /// together (descent_leap.hpp) they agree with step() to rounding, and no loss but the first and the last counts as seen;
  /// all others are those of the general path, whatever the number of lanes. Ends also where stopped() holds.
  template <class Stopped>
  void advance_to_an_end(Stopped&& stopped) {
    settle();
    stand();
    if constexpr (adaptive_type::possible)
      if (lanes_.statuses().all_run()) return adaptive_type::run(lanes_, rate_, stopped);
    const auto before = lanes_.statuses().all();
    do {
      if constexpr (fused_type::leaps) {
        leap_where_possible();
      } else {
        some_steps_of_lanes(64);
      }
    } while (lanes_.statuses().all() == before && !stopped());
  }

  /// New descriptions and seeds, one per lane: where the mask holds a lane begins anew at `theta`; the others go on, bit for bit.
  void restart(const mask_of<T>& lanes, std::span<const Descent> per_lane, std::span<const T> theta,
               std::span<const std::uint32_t> seeds = {}) {
    lanes_.objective().check_size();
    const Objective& objective = *lanes_.objective();
    auto constraint = constraint_of(per_lane);
    auto clip = clipping_of(per_lane);
    auto rate = detail::step_rate<Descent, Objective>(per_lane, objective);
    auto rule = rule_of(per_lane, objective, seeds);
    auto stop = stop_of(per_lane);
    // Nothing has changed where a description is refused.
    constraint_ = std::move(constraint);
    clip_ = std::move(clip);
    constrained_ = detail::bound_constraint<constraint_type, Objective>(objective);
    rate_ = std::move(rate);
    fused_.begin(objective, rate_.constant());
    lanes_.restart(lanes, theta, std::move(rule), std::move(stop));
    stands_ = true;
  }

  static constexpr auto parts(auto& s) { return lanes_type::parts(s.lanes_); }

 private:
  static constexpr integer known_parameters = known_size<theta_of<Objective>>;

  static auto constraint_of(std::span<const Descent> per_lane) {
    return bound_policy<T>(std::span<const constraint_type>(each_of(per_lane, &Descent::constraint)));
  }
  static auto clipping_of(std::span<const Descent> per_lane) {
    return bound_policy<T>(std::span<const clipping_type>(each_of(per_lane, &Descent::clipping)));
  }
  static rule_state rule_of(std::span<const Descent> per_lane, const Objective& objective,
                            std::span<const std::uint32_t> seeds) {
    return make_rule_state<rule_type>(each_of(per_lane, &Descent::rule), objective, seeds);
  }
  static detail::phased_stop<T, typename Descent::stop_type> stop_of(std::span<const Descent> per_lane) {
    return {each_of(per_lane, &Descent::stop),
            gather<T>(per_lane, [](const auto& d) { return static_cast<double>(d.after); })};
  }
  void settle() {
    if (lanes_.objective().changed()) refresh();
  }

  /// Whether a kernel may hold the Gram matrix of one student, and its rule.
  bool walks() const {
    if constexpr (fused_type::walks || fused_type::skips_losses)
      return fused_type::moves(lanes_.live().rule) && lanes_.objective()->gram_is_cheap() &&
             any_lane<T>(lanes_.objective()->gram_suffices());
    return false;
  }
  /// The evaluation at θ, where walks have left it behind. The loss stays theirs: another sum would round differently.
  void stand() {
    if (stands_) return;
    const T loss = now().loss;
    lanes_.evaluate(T(0) == T(0));
    lanes_.live().now.loss = loss;
    stands_ = true;
  }
  /// Of n steps as many as can be taken together, at least one. Returns how many.
  integer some_steps(integer n) {
    if constexpr (fused_type::walks)
      if (running() && walks())
        if (const integer taken = fused_.walk(lanes_, rate_.constant(), n); taken > 0) {
          stands_ = false;
          return taken;
        }
    return some_steps_of_lanes(n);
  }
  /// The same by the general path, or to its bits.
  integer some_steps_of_lanes(integer n) {
    stand();
    if constexpr (fused_type::strolls)
      if (running())
        if (const integer taken = fused_.stroll(lanes_, rate_.constant(), n); taken > 0) return taken;
    step_lanes(lanes_.statuses().mask());
    return 1;
  }
  /// One step in the lanes of the mask, which run; the others stay where they are.
  void step_lanes(const mask_of<T> moving) {
    lanes_.begin(moving);
    auto& theta = lanes_.live().theta;
    auto& now = lanes_.live().now;
    clip_(std::span<T>(lanes_.u()));
    move(theta, lanes_.u());
    now.steps = now.steps + T(1);
    now.time = now.time + now.rate;

    T tested(0);
    if constexpr (after_stop_test<constraint_type>)
      if (any_lane<T>(lanes_.stop().before_target(now))) tested = lanes_.value(moving);
    constrain(theta);
    lanes_.evaluate(moving);
    if constexpr (!after_stop_test<constraint_type>) tested = now.loss;
    lanes_.keep_finite(moving);
    lanes_.end(moving, tested, detail::losses_seen::all);
  }
  /// θ ← θ - rate · u, u the direction that the rule makes of the gradient.
  void move(theta_of<Objective>& theta, theta_of<Objective>& u) {
    auto& rule = lanes_.live().rule;
    auto& now = lanes_.live().now;
    const T rate = rate_.at(now);
    if constexpr (decltype(rate_)::same &&
                  requires { rule.update(view<T>(u), theta, lanes_.before(), rate); }) {
      now.rate = rule.update(view<T>(u), theta, lanes_.before(), rate);
    } else {
      now.rate = rule.direction(lanes_.here(), view<T>(theta), std::span<T>(u), rate);
      rate_.scale(std::span<T>(u));
      kernel::add_scaled<T>(T(0) - now.rate, fixed_view<known_parameters>(std::as_const(u)),
                            fixed_view<known_parameters>(theta),
                            fixed_view<known_parameters>(lanes_.before()));
    }
  }
  void constrain(theta_of<Objective>& theta) {
    constrained_.template apply<T>(constraint_, *lanes_.objective(), theta);
  }

  /// Many steps of the lanes whose data allow it, then as many of the others one by one: what a lane does never depends on
  /// its neighbours.
  void leap_where_possible() {
    const mask_of<T> running = lanes_.statuses().mask(), suffices = lanes_.objective()->gram_suffices();
    const mask_of<T> fast = running && suffices, slow = running && !suffices;
    integer count = any_lane<T>(fast) ? fused_.leap(lanes_, rate_.constant(), fast) : 1;
    for (; any_lane<T>(slow) && count > 0; --count) step_lanes(slow && lanes_.statuses().mask());
  }

  detail::step_rate<Descent, Objective> rate_;
  decltype(bound_policy<T>(std::span<const constraint_type>())) constraint_;
  [[no_unique_address]] detail::bound_constraint<constraint_type, Objective> constrained_;
  decltype(bound_policy<T>(std::span<const clipping_type>())) clip_;
  [[no_unique_address]] fused_type fused_;
  lanes_type lanes_;
  bool stands_ = true;  // whether the evaluation is that of θ
};

}  // namespace lssm
