// SPDX-License-Identifier: BSD-3-Clause
// Weight decay of some slots, beside the step of another rule: u ← u + λ θ for the entries of a slot or role.
//
//   decayed<state_role>{.weight_decay = 0.01}                 gradient descent, A shrinks
//   decayed<input_matrix, adam>{.weight_decay = 0.01}         Adam, B shrinks
//   decayed<every_slot, adam>                                 as adamw
//   decayed_per_layer<every_slot, adam>{.weight_decay = {0, .01, .1}}    λ of each layer of deep<...>
//
// Decay is no penalty (objective/penalty.hpp): it acts on θ itself, whatever the rule does with the gradient, and no loss
// shows it (I. Loshchilov, F. Hutter, 2019).
#pragma once

#include <type_traits>
#include <vector>

#include "../ssm/learned_slots.hpp"
#include "gradient_descent.hpp"
#include "rates.hpp"
#include "update_rule.hpp"

namespace lssm {

/// The step of `Rule`, and λ θ for the entries that `Where` names.
template <class Where, class Rule = gradient_descent>
struct decayed {
  double weight_decay = -1;  ///< λ, finite and >= 0; to be given
  Rule rule{};

  template <Scalar T>
  void validate() const {
    detail::require_given("decayed", "weight_decay", weight_decay);
    detail::validate_policy<T>(rule);
  }
  friend bool operator==(const decayed&, const decayed&) = default;

  static constexpr bool one_rate = detail::takes_one_rate<Rule>;

  template <class Objective>
  struct state {
    using T = typename Objective::scalar;
    using learned = typename Objective::model::learned;
    typename Rule::template state<Objective> rule;
    theta_of<Objective> decay;  // (n): λ, or 0

    state(std::span<const decayed> per_lane, const Objective& f, std::span<const std::uint32_t> seeds)
        : rule(make_rule_state<Rule>(each_of(per_lane, &decayed::rule), f, seeds)),
          decay(detail::zeros_like_theta(f)) {
      const T lambda = gather<T>(per_lane, [](const decayed& r) { return r.weight_decay; });
      using system = std::remove_cvref_t<decltype(f.start_system())>;
      constexpr bool told = detail::TellsSlots<learned, system>;
      static_assert(told || std::is_same_v<Where, every_slot>,
                    "decayed: the parameter map of this model does not tell slots apart; take every_slot "
                    "(docs/descent.md)");
      static_assert(
          !told || detail::names_learned_slot<Where, learned, system>(),
          "decayed: it takes every_slot, or a slot or role that the model learns (docs/descent.md)");
      if constexpr (told) {
        learned::each_entry(f.start_system(), [&]<class Slot>(Slot, auto, std::size_t, std::size_t at) {
          if constexpr (detail::names_slot<Where, Slot>) decay[at] = lambda;
        });
      } else {
        for (T& d : decay) d = lambda;
      }
    }
    static constexpr auto parts(auto& s) { return std::tuple(part("rule", s.rule)); }
    std::string objection(const mask_of<T>& running) const {
      if constexpr (requires { rule.objection(running); }) return rule.objection(running);
      return {};
    }
    T direction(const evaluated<Objective>& f, std::span<const T> theta, std::span<T> u, const T& rate) {
      const T taken = rule.direction(f, theta, u, rate);
      for (std::size_t i = 0; i < u.size(); ++i) u[i] = mul_add(decay[i], theta[i], u[i]);
      return taken;
    }
  };
};

/// The step of `Rule`, and λ_l θ for the entries that `Where` names in layer l of deep<...>.
template <class Where = every_slot, class Rule = gradient_descent>
struct decayed_per_layer {
  std::vector<double> weight_decay{};  ///< λ_l, as many as there are layers, finite and >= 0
  Rule rule{};

  template <Scalar T>
  void validate() const {
    for (double l : weight_decay) detail::require_not_negative("decayed_per_layer", "weight_decay", l);
    detail::validate_policy<T>(rule);
  }
  friend bool operator==(const decayed_per_layer&, const decayed_per_layer&) = default;

  static constexpr bool one_rate = detail::takes_one_rate<Rule>;

  template <class Objective>
  struct state : decayed<Where, Rule>::template state<Objective> {
    using T = typename Objective::scalar;
    using learned = typename Objective::model::learned;
    using base = typename decayed<Where, Rule>::template state<Objective>;

    state(std::span<const decayed_per_layer> per_lane, const Objective& f,
          std::span<const std::uint32_t> seeds)
        : base(ones(per_lane), f, seeds) {
      const auto& system = f.start_system();
      static_assert(detail::TellsLayers<learned, std::remove_cvref_t<decltype(system)>>,
                    "decayed_per_layer: this model is no deep<...>; use decayed (docs/descent.md)");
      for (const decayed_per_layer& one : per_lane)
        detail::require_per_layer<learned>("decayed_per_layer", "weight_decay", system,
                                           one.weight_decay.size());
      learned::each_range(system, [&](std::size_t l, std::size_t first, std::size_t n) {
        const T lambda = gather<T>(per_lane, [l](const decayed_per_layer& r) { return r.weight_decay[l]; });
        for (std::size_t i = first; i < first + n; ++i) this->decay[i] = lambda * this->decay[i];
      });
    }

   private:
    static std::vector<decayed<Where, Rule>> ones(std::span<const decayed_per_layer> per_lane) {
      std::vector<decayed<Where, Rule>> all;
      for (const decayed_per_layer& one : per_lane) all.push_back({.weight_decay = 1, .rule = one.rule});
      return all;
    }
  };
};

}  // namespace lssm
