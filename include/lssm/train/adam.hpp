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

#include <array>
#include <limits>

#include "../kernel/gram/plain_move.hpp"
#include "../kernel/moving_means.hpp"
#include "decaying_power.hpp"
#include "momentum.hpp"

namespace lssm {

namespace detail {

/// The corrections of m and v, and the rate that is taken.
template <class T>
struct adam_corrections {
  T s1, s2, rate;
};
template <bool OfRate, class T>
adam_corrections<T> next_corrections(decaying_power<T>& power1, decaying_power<T>& power2, const T& rate) {
  const T kept2 = T(1) - power2.next(), kept1 = T(1) - power1.next();
  if constexpr (OfRate) {
    return {T(1), T(1), rate * sqrt_of(kept2) / kept1};
  } else {
    return {T(1) / kept1, T(1) / kept2, rate};
  }
}

/// The rule in registers (kernel/gram/plain_move.hpp); it keeps m and v.
template <class T, bool Decays>
struct adam_move {
  T fresh1, fresh2, epsilon, weight_decay, rate;
  decaying_power<T> power1, power2;
  static constexpr std::size_t kept = 2;
  static constexpr bool rated = false;

  template <class N>
  struct step {
    kernel::mean_weights<N> by;
    N weight_decay, factor;
    [[gnu::always_inline]] void operator()(N& x, const N& g, std::array<N, 2>& means) const {
      by.move(N::fill(T(0)), g, means[0], means[1]);
      N u = kernel::over_root(means[0] * by.s1, means[1] * by.s2, by.epsilon);
      if constexpr (Decays) u = fused(weight_decay, x, u);
      x = fused(factor, u, x);
    }
  };
  template <class N>
  [[gnu::always_inline]] step<N> next() {
    const auto [s1, s2, taken] = next_corrections<false>(power1, power2, rate);
    return {{N::fill(fresh1), N::fill(fresh2), N::fill(s1), N::fill(s2), N::fill(epsilon)},
            N::fill(weight_decay),
            N::fill(T(0) - taken)};
  }
};

template <class Rule, class Objective>
struct adam_state {
  using T = typename Objective::scalar;
  using moving_state = adam_state;
  static constexpr bool decays = requires { &Rule::weight_decay; };
  static constexpr bool of_rate = requires { requires Rule::corrects_rate; };
  T fresh1, fresh2, epsilon;  // 1-β₁, 1-β₂, ε
  T weight_decay;             // λ, or 0
  theta_of<Objective> m, v;   // (n)
  decaying_power<T> power1, power2;

  adam_state(std::span<const Rule> per_lane, const Objective& f)
      : fresh1(T(1) - gather<T>(per_lane, &Rule::beta1)),
        fresh2(T(1) - gather<T>(per_lane, &Rule::beta2)),
        epsilon(gather<T>(per_lane, &Rule::epsilon)),
        weight_decay(gather<T>(per_lane,
                               [](const Rule& r) {
                                 if constexpr (decays) {
                                   return r.weight_decay;
                                 } else {
                                   return 0.0;
                                 }
                               })),
        m(zeros_like_theta(f)),
        v(m),
        power1(gather<T>(per_lane, &Rule::beta1)),
        power2(gather<T>(per_lane, &Rule::beta2)) {}
  static constexpr auto parts(auto& s) {
    return std::tuple(part("m", s.m), part("v", s.v), part("power1", s.power1), part("power2", s.power2));
  }

  std::string objection(const mask_of<T>& running) const {
    return objection_unless(all_are_numbers<T>(m, running) && all_are_numbers<T>(v, running, true) &&
                            !any_lane<T>(running && !(power1.is_sound() && power2.is_sound())));
  }

  T direction(const evaluated<Objective>&, std::span<const T> theta, std::span<T> u, const T& rate) {
    const auto [s1, s2, taken] = next_corrections<of_rate>(power1, power2, rate);
    const auto to = fixed_span<T, known>(u.data(), u.size());
    each_direction(std::span<const T>(u), s1, s2, fixed_span<const T, known>(theta.data(), theta.size()),
                   [=](const auto& d, const auto&, integer j) { kernel::store_block(d, to, j); });
    return taken;
  }
  T update(std::span<const T> g, theta_of<Objective>& theta, theta_of<Objective>& before, const T& rate) {
    const auto [s1, s2, taken] = next_corrections<of_rate>(power1, power2, rate);
    const T factor = T(0) - taken;
    const auto to = fixed_view<known>(theta), from = fixed_view<known>(before);
    each_direction(g, s1, s2, fixed_view<known>(std::as_const(theta)),
                   [&]<integer W>(const kernel::block<T, W>& d, const auto& old, integer j) {
                     kernel::store_block(old, from, j);
                     kernel::store_block(fused(kernel::fill_block<W>(factor), d, old), to, j);
                   });
    return taken;
  }

  /// Whether its steps may be those of adam_move. The last register is filled up with zeros, which stay zeros where ε is not
  /// lost beside a root: 0 / (√0 + ε).
  bool moves_registers() const requires(!of_rate) { return epsilon >= T(std::numeric_limits<T>::min()); }
  adam_move<T, decays> move(const T& rate) const requires(!of_rate) {
    return {fresh1, fresh2, epsilon, weight_decay, rate, power1, power2};
  }
  void keep(const adam_move<T, decays>& moved) requires(!of_rate) {
    power1 = moved.power1, power2 = moved.power2;
  }
  static constexpr auto kept(auto& s) { return std::array{&s.m, &s.v}; }

 private:
  static constexpr integer known = known_size<theta_of<Objective>>;
  /// Calls f(u, θ, j) for blocks from entry j on.
  template <class F>
  void each_direction(std::span<const T> g, const T& s1, const T& s2, fixed_span<const T, known> theta,
                      const F& f) {
    kernel::scaled_mean<T>({fresh1, fresh2, s1, s2, epsilon}, fixed_view<known>(m), fixed_view<known>(v),
                           fixed_span<const T, known>(g.data(), g.size()),
                           [&]<integer W>(const kernel::block<T, W>& u, integer j) {
                             const auto at = kernel::load_block<W>(theta, j);
                             if constexpr (decays) {
                               f(fused(kernel::fill_block<W>(weight_decay), at, u), at, j);
                             } else {
                               f(u, at, j);
                             }
                           });
  }
};

template <class Rule>
void validate_adam(const char* name, const Rule& r) {
  validate_factor(name, "beta1", r.beta1);
  validate_factor(name, "beta2", r.beta2);
  require_not_negative(name, "epsilon", r.epsilon);
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
  using state = detail::adam_state<adam, Objective>;
};

/// u = m / (√v + ε), with rate √(1-β₂^t) / (1-β₁^t).
struct keras_adam {
  double beta1 = 0.9;     ///< β₁, in [0, 1)
  double beta2 = 0.999;   ///< β₂, in [0, 1)
  double epsilon = 1e-7;  ///< ε, >= 0
  static constexpr bool corrects_rate = true;

  void validate() const { detail::validate_adam("keras_adam", *this); }
  friend bool operator==(const keras_adam&, const keras_adam&) = default;

  template <class Objective>
  using state = detail::adam_state<keras_adam, Objective>;
};

/// Adam's u + λ θ (I. Loshchilov, F. Hutter, 2019).
struct adamw {
  double beta1 = 0.9;          ///< β₁, in [0, 1)
  double beta2 = 0.999;        ///< β₂, in [0, 1)
  double epsilon = 1e-8;       ///< ε, >= 0
  double weight_decay = 0.01;  ///< λ, >= 0

  void validate() const {
    detail::validate_adam("adamw", *this);
    detail::require_not_negative("adamw", "weight_decay", weight_decay);
  }
  friend bool operator==(const adamw&, const adamw&) = default;

  template <class Objective>
  using state = detail::adam_state<adamw, Objective>;
};

}  // namespace lssm
