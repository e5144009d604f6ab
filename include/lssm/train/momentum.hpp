// SPDX-License-Identifier: BSD-3-Clause
// Gradient descent with momentum, in the form of PyTorch's SGD (dampening 0):
//
//   v ← μ v + ∇L,   heavy_ball: u = v              (B. T. Polyak, 1964)
//                   nesterov:   u = ∇L + μ v       (Y. Nesterov, 1983; as I. Sutskever et al., 2013, rearrange it)
//
// The velocity does not contain the rate, so a new rate also rescales the accumulated velocity.
#pragma once

#include <array>

#include "../kernel/block.hpp"
#include "../kernel/gram/plain_move.hpp"
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

/// In registers (kernel/gram/plain_move.hpp); it keeps v.
template <class Rule, class T>
struct momentum_move {
  T momentum, rate;
  static constexpr std::size_t kept = 1;
  static constexpr bool rated = false;

  template <class N>
  struct step {
    N momentum, factor;
    [[gnu::always_inline]] void operator()(N& x, const N& g, std::array<N, 1>& velocity) const {
      x = fused(factor, Rule::turned(momentum, g, velocity[0]), x);
    }
  };
  template <class N>
  [[gnu::always_inline]] step<N> next() const {
    return {N::fill(momentum), N::fill(T(0) - rate)};
  }
};

/// What both rules share, which differ in turned(μ, ∇L, v): u, after v has moved.
template <class Rule, class Objective>
struct momentum_state : velocity_state<Rule, Objective, &Rule::momentum> {
  using momentum_state::velocity_state::velocity_state;
  using T = typename Objective::scalar;
  using moving_state = momentum_state;
  T direction(const evaluated<Objective>&, std::span<const T>, std::span<T> u, const T& rate) {
    using number = kernel::block<T, 1>;
    for (std::size_t i = 0; i < u.size(); ++i) {
      number v{this->velocity[i]};
      u[i] = Rule::turned(number{this->momentum}, number{u[i]}, v).v;
      this->velocity[i] = v.v;
    }
    return rate;
  }
  momentum_move<Rule, T> move(const T& rate) const { return {this->momentum, rate}; }
  void keep(const momentum_move<Rule, T>&) {}
  static constexpr auto kept(auto& s) { return std::array{&s.velocity}; }
};

}  // namespace detail

/// v ← μ v + ∇L, u = v (B. T. Polyak, 1964).
struct heavy_ball {
  double momentum = 0.9;  ///< μ, in [0, 1)

  void validate() const { detail::validate_factor("heavy_ball", "momentum", momentum); }
  friend bool operator==(const heavy_ball&, const heavy_ball&) = default;

  template <class Objective>
  using state = detail::momentum_state<heavy_ball, Objective>;

  /// u, in blocks and registers; v moves.
  template <class N>
  static constexpr N turned(const N& momentum, const N& gradient, N& velocity) {
    return velocity = fused(momentum, velocity, gradient);
  }
};

/// v ← μ v + ∇L, u = ∇L + μ v (Y. Nesterov, 1983).
struct nesterov {
  double momentum = 0.9;  ///< μ, in [0, 1)

  void validate() const { detail::validate_factor("nesterov", "momentum", momentum); }
  friend bool operator==(const nesterov&, const nesterov&) = default;

  template <class Objective>
  using state = detail::momentum_state<nesterov, Objective>;

  /// u, in blocks and registers; v moves.
  template <class N>
  static constexpr N turned(const N& momentum, const N& gradient, N& velocity) {
    velocity = fused(momentum, velocity, gradient);
    return fused(momentum, velocity, gradient);
  }
};

}  // namespace lssm
