// SPDX-License-Identifier: BSD-3-Clause
// Update rules: from a gradient to a direction u and the rate it is taken with, θ ← θ - rate · u.
//
//   gradient_descent             u = ∇L                                                     train/gradient_descent.hpp
//   heavy_ball, nesterov         with momentum                                              train/momentum.hpp
//   sign_descent, signum, lion   each entry by the rate                                     train/sign_descent.hpp
//   normalized_descent           u = ∇L / ‖∇L‖                                              train/normalized_descent.hpp
//   rmsprop, adam, adamw         each entry divided by the size of its recent gradients     train/rmsprop.hpp, adam.hpp
//   adaptive_rate<Norm>          one rate for all, from the recent gradient norm            train/adaptive_rate.hpp
//   group_rmsprop<Norm>          the same from its square
//   langevin<Rule>               a rule with thermal noise                                  train/langevin.hpp
//   muon                         the nearest orthogonal matrix to each matrix of momentum   train/muon.hpp
//   one's own                    a description with a member template state<Objective>:
//
//     state(per_lane, objective)                what it keeps, at the start; or
//     state(per_lane, objective, seeds)         the same of a rule that draws numbers, or has other rules in it, which it makes
//                                               by make_rule_state
//     direction(f, theta, u, rate)              f: the objective at θ (objective/evaluated.hpp); u holds the gradient and
//                                               becomes the direction; returns the rate to use
//     update(gradient, theta, before, rate)     optional: direction() and the step in one pass, for steps without factors of
//                                               rates, with the same bits; `before` becomes the old theta
//     parts(self)                               its fields, for checkpoints and lanes
//     move(rate), keep(move), kept(self)        of the library's own rules: the update of a register of parameters
//                                               (kernel/gram/plain_move.hpp), its scalars afterwards, and where the numbers stand that
//                                               it keeps for each parameter; moves_registers() where its own may forbid it;
//                                               moving_state, the state itself, so that none which inherits from it moves so
//     objection(running)                        optional: why its fields, read from a file, cannot be a state of it, in one of
//                                               the lanes that run; empty where they can
//
// The objective stands at θ when it is asked. Deliberately absent: rules that evaluate the objective elsewhere (line
// searches, closures); they are methods of their own.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>

#include "../core/parts.hpp"
#include "../objective/evaluated.hpp"
#include "gather.hpp"

namespace lssm {

/// state<Objective>(per_lane, objective, seeds): what a rule keeps that draws numbers.
template <class R, class Objective>
concept HasSeededState = requires {
  typename R::template state<Objective>;
}
&&std::constructible_from<typename R::template state<Objective>, std::span<const R>, const Objective&,
                          std::span<const std::uint32_t>>;
/// state<Objective>(per_lane, objective), or a seeded one: what the rule keeps.
template <class R, class Objective>
concept HasRuleState = HasSeededState<R, Objective> || requires {
  typename R::template state<Objective>;
  requires std::constructible_from < typename R::template state<Objective>, std::span<const R>,
  const Objective& > ;
};

/// The state of a rule, one description and one seed for each lane, repeated as needed; without seeds they are 0.
template <class R, class Objective>
typename R::template state<Objective> make_rule_state(std::span<const R> per_lane, const Objective& f,
                                                      std::span<const std::uint32_t> seeds) {
  if constexpr (HasSeededState<R, Objective>) {
    return {per_lane, f, seeds};
  } else {
    return {per_lane, f};
  }
}

/// direction(objective, θ, u, rate): turns the gradient u into a direction, returns the rate.
template <class R, class Objective>
concept HasDirection = requires(typename R::template state<Objective> s, const evaluated<Objective> f,
                                std::span<const typename Objective::scalar> theta,
                                std::span<typename Objective::scalar> u,
                                const typename Objective::scalar rate) {
  { s.direction(f, theta, u, rate) } -> std::convertible_to<typename Objective::scalar>;
};
/// parts(state): its fields.
template <class R, class Objective>
concept HasRuleParts = requires(typename R::template state<Objective> s) {
  R::template state<Objective>::parts(s);
};
/// Turns gradients into steps; its state names its fields.
template <class R, class Objective>
concept UpdateRule = HasRuleState<R, Objective> && HasDirection<R, Objective> && HasRuleParts<R, Objective>;

namespace detail {
/// Storage of the shape of θ, all zero.
template <class Objective>
auto zeros_like_theta(const Objective& f) {
  auto t = f.theta();
  for (auto& x : t) x = typename Objective::scalar(0);
  return t;
}
/// Whether every number is one in these lanes (infinite ones are), and at least 0 where it is a mean of squares.
template <class T, class Storage>
bool all_are_numbers(const Storage& x, const mask_of<T>& lanes, bool of_squares = false) {
  for (const T& v : x)
    if (any_lane<T>(lanes && !(of_squares ? v >= T(0) : v == v))) return false;
  return true;
}
inline std::string objection_unless(bool holds) {
  return holds ? std::string() : "has an update rule with numbers that it cannot come to";
}
/// Whether a rule says that one rate is for all entries, by `static constexpr bool one_rate`.
template <class Rule>
inline constexpr bool takes_one_rate = requires {
  requires Rule::one_rate;
};
}  // namespace detail

}  // namespace lssm
