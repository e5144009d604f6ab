// SPDX-License-Identifier: BSD-3-Clause
// Training in discrete steps, θ ← θ - rate_t · u_t: a description.
//
//   descent<>                                                        gradient descent until the loss is 0.01
//   descent<adam>{.rate = 1e-3}                                      another update rule                  (update_rule.hpp)
//   descent<adaptive_rate<>, fixed_input_output>                     with a constraint                     (constraint.hpp)
//   descent<heavy_ball, unconstrained, first_of<target_loss, patience>>    another stop rule                    (stop.hpp)
//   descent<adam, unconstrained, step_limit, cosine, clip_norm, rate_per_matrix, batches>    everything
//
// In one step, in this order: the gradient at θ, clipped; direction and rate of the rule; the update; the constraint; the
// loss at the new θ; the stop rules. A constraint that is marked so acts behind the stop rules.
#pragma once

#include "../data/batches.hpp"
#include "adam.hpp"
#include "adaptive_rate.hpp"
#include "clipping.hpp"
#include "constraint.hpp"
#include "descent_state.hpp"
#include "gradient_descent.hpp"
#include "momentum.hpp"
#include "rates.hpp"
#include "rmsprop.hpp"
#include "schedule.hpp"
#include "stop.hpp"

namespace lssm {

/// Discrete training: θ ← θ - rate · u. validate() throws bad_argument where a number is out of range.
template <class Rule = gradient_descent, class Constraint = unconstrained,
          class Stop = first_of<target_loss, step_limit>, class Schedule = constant_rate,
          class Clipping = unclipped, class Rates = same_rate, class Batches = all_at_once>
struct descent {
  static_assert(lssm::Schedule<Schedule>,
                "descent: the schedule lacks factor(steps) or factor_of_epochs(epochs) (docs/descent.md)");

  using rule_type = Rule;
  using constraint_type = Constraint;
  using stop_type = Stop;
  using schedule_type = Schedule;
  using clipping_type = Clipping;
  using rates_type = Rates;
  using batches_type = Batches;

  double rate = 0.01;  ///< finite and > 0
  Rule rule{};
  Constraint constraint{};
  Stop stop{};
  integer after = 0;  ///< further steps once the target is reached, without stop rules, >= 0
  Schedule schedule{};
  Clipping clipping{};
  Rates rates{};
  Batches batches{};

  template <Scalar T>
  void validate() const {
    require(std::isfinite(rate) && rate > 0, "descent", "rate", "finite and positive", rate);
    detail::require_positive_in<T>("descent", "rate", rate);
    require(is_finite(lane_of<T>(rate)), "descent", "rate", "finite in the scalar of the run", rate);
    require(after >= 0, "descent", "after", "at least 0", after);
    // Steps are counted in T, which has no odd numbers beyond.
    const double countable = 2 / epsilon_of<T>;
    double steps = static_cast<double>(after);
    if constexpr (requires { stop.template get<step_limit>(); })
      steps += stop.template get<step_limit>().steps;
    if constexpr (std::is_same_v<Stop, step_limit>) steps += stop.steps;
    if (!(steps < countable))
      refuse("descent", "the steps permitted, and those after",
             "below " + to_text(countable) + " together, where counting ends in this scalar", steps);
    detail::validate_policy<T>(rule);
    detail::validate_policy<T>(constraint);
    detail::validate_policy<T>(stop);
    detail::validate_policy<T>(schedule);
    detail::validate_policy<T>(clipping);
    detail::validate_policy<T>(rates);
    detail::validate_policy<T>(batches);
  }
  friend bool operator==(const descent&, const descent&) = default;

  /// One description and one seed per lane; it starts at `theta` (n). The objective must outlive the state.
  template <DifferentiableObjective Objective>
  static auto start(std::span<const descent> per_lane, const Objective& objective,
                    std::span<const typename Objective::scalar> theta,
                    std::span<const std::uint32_t> seeds = {}) {
    static_assert(HasRuleState<Rule, Objective>,
                  "descent: the update rule lacks state<Objective>(per_lane, objective) (docs/descent.md)");
    if constexpr (HasRuleState<Rule, Objective>) {
      static_assert(HasDirection<Rule, Objective>,
                    "descent: the update rule lacks direction(objective, theta, u, rate) (docs/descent.md)");
      static_assert(HasRuleParts<Rule, Objective>,
                    "descent: the update rule lacks parts(state) (docs/descent.md)");
    }
    using T = typename Objective::scalar;
    using bound_constraint = decltype(bound_policy<T>(std::span<const Constraint>()));
    using bound_clipping = decltype(bound_policy<T>(std::span<const Clipping>()));
    static_assert(
        lssm::Constraint<bound_constraint, T>,
        "descent: the constraint lacks operator()(Slot, x) for A, B or C; axes are Rule, Constraint, Stop, "
        "Schedule, Clipping, Rates, Batches (docs/descent.md)");
    if constexpr (detail::of_eigenvalues<Constraint>)
      static_assert(
          detail::diagonal_model<typename Objective::model> ||
              detail::acts_on_modes<Constraint, typename Objective::model>,
          "descent: the constraint is one of eigenvalues, and this structure has no modes to act on "
          "(docs/descent.md)");
    static_assert(std::is_same_v<Constraint, unconstrained> || CanConstrain<Objective, bound_constraint>,
                  "descent: the parameter map lacks constrain(system, theta, constraint) (docs/descent.md)");
    static_assert(std::invocable<const bound_clipping&, std::span<T>>,
                  "descent: the clipping lacks operator()(gradient), a span (docs/descent.md)");
    static_assert(std::is_same_v<Rates, same_rate> || !detail::takes_one_rate<Rule>,
                  "descent: the noise of langevin belongs to one rate for all entries (docs/descent.md)");
    static_assert(std::is_same_v<Rates, same_rate> || RatesFor<Rates, Objective>,
                  "descent: the rates lack write(factors), or write(learn, system, factors) of an objective "
                  "of a model (docs/descent.md)");
    return descent_state<descent, Objective>(per_lane, objective, theta, seeds);
  }
  /// Starts at the objective's own θ.
  template <DifferentiableObjective Objective>
  static auto start(std::span<const descent> per_lane, const Objective& objective) {
    const auto theta = objective.theta();
    return start(per_lane, objective, view<typename Objective::scalar>(theta));
  }
};

}  // namespace lssm
