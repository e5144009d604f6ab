// SPDX-License-Identifier: BSD-3-Clause
// Adam (D. P. Kingma and J. Ba, 2015, Algorithm 1) and AdamW (I. Loshchilov and F. Hutter, 2019, Algorithm 2).
//
//   m ← m + (1-β₁)(∇L - m),   v ← v + (1-β₂)((∇L)² - v)
//   u = m̂ / (√v̂ + ε),         m̂ = m / (1-β₁^t),   v̂ = v / (1-β₂^t),   t = 1, 2, ...
//   adamw adds λ θ to u: weights decay by rate · λ, whatever the size of their gradients
//   keras_adam has ε outside the correction of v (the paper's Section 2, last lines):
//     u = m / (√v + ε), taken with rate · √(1-β₂^t) / (1-β₁^t)
//
// Defaults as in the papers and in PyTorch; of keras_adam as in Keras.
#pragma once

#include "../kernel/moving_means.hpp"
#include "decaying_power.hpp"
#include "momentum.hpp"

namespace lssm {

namespace detail {

template <class Rule, class Objective>
struct adam_state {
  using T = typename Objective::scalar;
  T fresh1, fresh2, epsilon;  // 1-β₁, 1-β₂, ε
  theta_of<Objective> m, v;   // (n)
  decaying_power<T> power1, power2;

  adam_state(std::span<const Rule> per_lane, const Objective& f)
      : fresh1(T(1) - gather<T>(per_lane, [](const Rule& r) { return r.beta1; })),
        fresh2(T(1) - gather<T>(per_lane, [](const Rule& r) { return r.beta2; })),
        epsilon(gather<T>(per_lane, [](const Rule& r) { return r.epsilon; })),
        m(zeros_like_theta(f)),
        v(m),
        power1(gather<T>(per_lane, [](const Rule& r) { return r.beta1; })),
        power2(gather<T>(per_lane, [](const Rule& r) { return r.beta2; })) {}
  static constexpr auto parts(auto& s) {
    return std::tuple(part("m", s.m), part("v", s.v), part("power1", s.power1), part("power2", s.power2));
  }

  std::string objection(const mask_of<T>& running) const {
    return objection_unless(all_are_numbers<T>(m, running) && all_are_numbers<T>(v, running, true) &&
                            !any_lane<T>(running && !(power1.is_sound() && power2.is_sound())));
  }

  void to_direction(std::span<T> u, const T& correction1, const T& correction2) {
    constexpr integer n = known_size<theta_of<Objective>>;
    kernel::scaled_mean<T>({fresh1, fresh2, correction1, correction2, epsilon}, fixed_view<n>(m),
                           fixed_view<n>(v), fixed_span<T, n>(u));
  }
  void to_corrected_direction(std::span<T> u) {
    to_direction(u, T(1) / (T(1) - power1.next()), T(1) / (T(1) - power2.next()));
  }
};

template <class Rule>
void validate_adam(const char* name, const Rule& r) {
  validate_factor(name, "beta1", r.beta1);
  validate_factor(name, "beta2", r.beta2);
  require(r.epsilon >= 0, name, "epsilon", "at least 0", r.epsilon);
}

}  // namespace detail

/// u = m̂ / (√v̂ + ε) (D. P. Kingma, J. Ba, 2015).
struct adam {
  double beta1 = 0.9;     ///< β₁, in [0, 1)
  double beta2 = 0.999;   ///< β₂, in [0, 1)
  double epsilon = 1e-8;  ///< ε, >= 0

  void validate() const { detail::validate_adam("adam", *this); }
  friend bool operator==(const adam&, const adam&) = default;

  template <class Objective>
  struct state : detail::adam_state<adam, Objective> {
    using detail::adam_state<adam, Objective>::adam_state;
    using T = typename Objective::scalar;
    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T> u, const T& rate) {
      this->to_corrected_direction(u);
      return rate;
    }
  };
};

/// u = m / (√v + ε), with rate √(1-β₂^t) / (1-β₁^t).
struct keras_adam {
  double beta1 = 0.9;     ///< β₁, in [0, 1)
  double beta2 = 0.999;   ///< β₂, in [0, 1)
  double epsilon = 1e-7;  ///< ε, >= 0

  void validate() const { detail::validate_adam("keras_adam", *this); }
  friend bool operator==(const keras_adam&, const keras_adam&) = default;

  template <class Objective>
  struct state : detail::adam_state<keras_adam, Objective> {
    using detail::adam_state<keras_adam, Objective>::adam_state;
    using T = typename Objective::scalar;
    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T> u, const T& rate) {
      this->to_direction(u, T(1), T(1));
      return rate * sqrt_of(T(1) - this->power2.next()) / (T(1) - this->power1.next());
    }
  };
};

/// Adam's u + λ θ (I. Loshchilov, F. Hutter, 2019).
struct adamw {
  double beta1 = 0.9;          ///< β₁, in [0, 1)
  double beta2 = 0.999;        ///< β₂, in [0, 1)
  double epsilon = 1e-8;       ///< ε, >= 0
  double weight_decay = 0.01;  ///< λ, >= 0

  void validate() const {
    detail::validate_adam("adamw", *this);
    require(weight_decay >= 0, "adamw", "weight_decay", "at least 0", weight_decay);
  }
  friend bool operator==(const adamw&, const adamw&) = default;

  template <class Objective>
  struct state : detail::adam_state<adamw, Objective> {
    using T = typename Objective::scalar;
    T weight_decay;

    state(std::span<const adamw> per_lane, const Objective& f)
        : detail::adam_state<adamw, Objective>(per_lane, f),
          weight_decay(gather<T>(per_lane, [](const adamw& r) { return r.weight_decay; })) {}
    T direction(const evaluated<Objective>&, std::span<const T> theta, std::span<T> u, const T& rate) {
      this->to_corrected_direction(u);
      for (std::size_t i = 0; i < u.size(); ++i) u[i] = mul_add(weight_decay, theta[i], u[i]);
      return rate;
    }
  };
};

}  // namespace lssm
