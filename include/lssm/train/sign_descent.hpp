// SPDX-License-Identifier: BSD-3-Clause
// Descents by signs: every entry moves by the rate, whatever the size of its gradient.
//
//   sign_descent   u = sign(∇L)                                        (J. Bernstein et al., 2018, Algorithm 1)
//   signum         v ← μ v + (1-μ) ∇L,   u = sign(v)                   (the same, Algorithm 2)
//   lion           u = sign(β₁ v + (1-β₁) ∇L) + λ θ,  then  v ← β₂ v + (1-β₂) ∇L   (X. Chen et al., 2023, Algorithm 2)
//
// sign(0) is 0: an entry whose gradient vanishes stays. Near a minimum every other entry goes back and forth by the rate;
// a schedule that falls to zero ends that.
#pragma once

#include "momentum.hpp"

namespace lssm {

/// u = sign(∇L) (J. Bernstein et al., 2018).
struct sign_descent {
  template <class Objective>
  struct state {
    using T = typename Objective::scalar;
    state(std::span<const sign_descent>, const Objective&) {}
    static constexpr auto parts(auto&) { return std::tuple<>(); }
    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T> u, const T& rate) {
      for (T& x : u) x = detail::sign_of(x);
      return rate;
    }
  };
  friend constexpr bool operator==(sign_descent, sign_descent) { return true; }
};

/// v ← μ v + (1-μ) ∇L, u = sign(v) (J. Bernstein et al., 2018).
struct signum {
  double momentum = 0.9;  ///< μ, in [0, 1)

  void validate() const { detail::validate_factor("signum", "momentum", momentum); }
  friend bool operator==(const signum&, const signum&) = default;

  template <class Objective>
  struct state : detail::velocity_state<signum, Objective, &signum::momentum> {
    using T = typename Objective::scalar;
    using state::velocity_state::velocity_state;
    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T> u, const T& rate) {
      const T fresh = T(1) - this->momentum;
      for (std::size_t i = 0; i < u.size(); ++i) {
        this->velocity[i] = mul_add(this->momentum, this->velocity[i], fresh * u[i]);
        u[i] = detail::sign_of(this->velocity[i]);
      }
      return rate;
    }
  };
};

/// u = sign(β₁ v + (1-β₁) ∇L) + λ θ, then v ← β₂ v + (1-β₂) ∇L (X. Chen et al., 2023).
struct lion {
  double beta1 = 0.9;       ///< β₁, in [0, 1)
  double beta2 = 0.99;      ///< β₂, in [0, 1)
  double weight_decay = 0;  ///< λ, >= 0

  void validate() const {
    detail::validate_factor("lion", "beta1", beta1);
    detail::validate_factor("lion", "beta2", beta2);
    detail::require_not_negative("lion", "weight_decay", weight_decay);
  }
  friend bool operator==(const lion&, const lion&) = default;

  template <class Objective>
  struct state : detail::velocity_state<lion, Objective, &lion::beta2> {
    using T = typename Objective::scalar;
    T beta1, weight_decay;

    state(std::span<const lion> per_lane, const Objective& f)
        : state::velocity_state(per_lane, f),
          beta1(gather<T>(per_lane, &lion::beta1)),
          weight_decay(gather<T>(per_lane, &lion::weight_decay)) {}
    T direction(const evaluated<Objective>&, std::span<const T> theta, std::span<T> u, const T& rate) {
      for (std::size_t i = 0; i < u.size(); ++i) {
        const T gradient = u[i], v = this->velocity[i];
        u[i] = mul_add(weight_decay, theta[i], detail::sign_of(mul_add(beta1, v, (T(1) - beta1) * gradient)));
        this->velocity[i] = mul_add(this->momentum, v, (T(1) - this->momentum) * gradient);
      }
      return rate;
    }
  };
};

}  // namespace lssm
