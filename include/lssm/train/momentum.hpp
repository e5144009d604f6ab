// SPDX-License-Identifier: BSD-3-Clause
// Gradient descent with momentum, in the form of PyTorch's SGD (dampening 0):
//
//   v ← μ v + ∇L,   heavy_ball: u = v              (B. T. Polyak, 1964)
//                   nesterov:   u = ∇L + μ v       (Y. Nesterov, 1983; as I. Sutskever et al., 2013, rearrange it)
//
// The velocity does not contain the rate, so a new rate also rescales the accumulated velocity.
#pragma once

#include "update_rule.hpp"

namespace lssm {

namespace detail {

inline void validate_factor(const char* rule, const char* name, double value) {
  require(value >= 0 && value < 1, rule, name, "at least 0 and below 1", value);
}

/// A velocity and the factor by which it is kept, the rule's number `Momentum`.
template <class Rule, class Objective, double Rule::*Momentum>
struct velocity_state {
  using T = typename Objective::scalar;
  T momentum;
  theta_of<Objective> velocity;  // (n)

  velocity_state(std::span<const Rule> per_lane, const Objective& f)
      : momentum(gather<T>(per_lane, [](const Rule& r) { return r.*Momentum; })),
        velocity(zeros_like_theta(f)) {}
  static constexpr auto parts(auto& s) { return std::tuple(part("velocity", s.velocity)); }
  std::string objection(const mask_of<T>& running) const {
    return objection_unless(all_are_numbers<T>(velocity, running));
  }
};

}  // namespace detail

/// v ← μ v + ∇L, u = v (B. T. Polyak, 1964).
struct heavy_ball {
  double momentum = 0.9;  ///< μ, in [0, 1)

  void validate() const { detail::validate_factor("heavy_ball", "momentum", momentum); }
  friend bool operator==(const heavy_ball&, const heavy_ball&) = default;

  template <class Objective>
  struct state : detail::velocity_state<heavy_ball, Objective, &heavy_ball::momentum> {
    using state::velocity_state::velocity_state;
    using T = typename Objective::scalar;
    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T> u, const T& rate) {
      for (std::size_t i = 0; i < u.size(); ++i)
        u[i] = this->velocity[i] = mul_add(this->momentum, this->velocity[i], u[i]);
      return rate;
    }
  };
};

/// v ← μ v + ∇L, u = ∇L + μ v (Y. Nesterov, 1983).
struct nesterov {
  double momentum = 0.9;  ///< μ, in [0, 1)

  void validate() const { detail::validate_factor("nesterov", "momentum", momentum); }
  friend bool operator==(const nesterov&, const nesterov&) = default;

  template <class Objective>
  struct state : detail::velocity_state<nesterov, Objective, &nesterov::momentum> {
    using state::velocity_state::velocity_state;
    using T = typename Objective::scalar;
    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T> u, const T& rate) {
      for (std::size_t i = 0; i < u.size(); ++i) {
        this->velocity[i] = mul_add(this->momentum, this->velocity[i], u[i]);
        u[i] = mul_add(this->momentum, this->velocity[i], u[i]);
      }
      return rate;
    }
  };
};

}  // namespace lssm
