// SPDX-License-Identifier: BSD-3-Clause
// One rate for all parameters, adapted to the recent size of the gradient: steps stay visible on a plateau.
//
//   adaptive_rate   s ← γ s + (1-γ) n₁,   rate_t = rate / (√(s / (1-γ^t)) + ε),   n₁ = ‖∂A‖ + ‖∂B‖ + ‖∂C‖
//   group_rmsprop   s ← γ s + (1-γ) n₂,   the same from there,                    n₂ = ‖∂A‖² + ‖∂B‖² + ‖∂C‖²
//
// The first is the rule of the paper's standalone experiments: the mean of the norm itself stands under the root, so that
// the step is of size √‖∇L‖, not 1. The second is GroupRMSProp (N. Razin, A. Maman, N. Cohen, 2022), with steps of size
// rate. Which entries of ∂A count is a policy (train/gradient_norm.hpp).
#pragma once

#include "decaying_power.hpp"
#include "gradient_norm.hpp"
#include "momentum.hpp"

namespace lssm {

namespace detail {

/// The moving mean of a number per step, its bias taken away, and the rate that follows.
template <class T>
struct moving_mean {
  T decay, epsilon, mean = T(0);
  decaying_power<T> power = decaying_power<T>(decay);

  T adapted(const T& rate, const T& size) {
    mean = mul_add(decay, mean, (T(1) - decay) * size);
    return rate / (sqrt_of(mean / (T(1) - power.next())) + epsilon);
  }
};

/// Such a mean of a size of the gradient.
template <class Rule, class Objective>
struct adapted_rate_state : moving_mean<typename Objective::scalar> {
  using T = typename Objective::scalar;
  typename Rule::norm_type::template measure<Objective> norm;

  adapted_rate_state(std::span<const Rule> per_lane, const Objective& f)
      : moving_mean<T>{gather<T>(per_lane, &Rule::decay), gather<T>(per_lane, &Rule::epsilon)}, norm(f) {}
  static constexpr auto parts(auto& s) { return std::tuple(part("mean", s.mean), part("power", s.power)); }
  std::string objection(const mask_of<T>& running) const {
    return objection_unless(!any_lane<T>(running && !(this->mean >= T(0) && this->power.is_sound())));
  }
};

template <class Rule>
void validate_adapted(const char* name, const Rule& r) {
  validate_factor(name, "decay", r.decay);
  require_not_negative(name, "epsilon", r.epsilon);
}

}  // namespace detail

/// rate / (√ŝ + ε), ŝ the moving mean of ‖∂A‖ + ‖∂B‖ + ‖∂C‖: the paper's.
template <class Norm = full_matrix_norm>
struct adaptive_rate {
  using norm_type = Norm;
  double decay = 0.8;     ///< γ, in [0, 1)
  double epsilon = 1e-6;  ///< ε, >= 0

  void validate() const { detail::validate_adapted("adaptive_rate", *this); }
  friend bool operator==(const adaptive_rate&, const adaptive_rate&) = default;

  template <class Objective>
  struct state : detail::adapted_rate_state<adaptive_rate, Objective> {
    using detail::adapted_rate_state<adaptive_rate, Objective>::adapted_rate_state;
    using T = typename Objective::scalar;
    T direction(const evaluated<Objective>& f, std::span<const T>, std::span<T>, const T& rate) {
      return this->adapted(rate, size_of(this->norm.squares(f)));
    }
    /// n₁ of the squared norms by role.
    static T size_of(const std::array<T, role_count>& squares) {
      const auto& [a, b, c, network, time] = squares;
      T sum = sqrt_of(b) + sqrt_of(a) + sqrt_of(c);
      if constexpr (detail::counts_role<network_role, Objective>()) sum = sum + sqrt_of(network);
      if constexpr (detail::counts_role<time_role, Objective>()) sum = sum + sqrt_of(time);
      return sum;
    }
  };
};

/// One rate for all from the root mean of ‖∂A‖² + ‖∂B‖² + ‖∂C‖² (N. Razin, A. Maman, N. Cohen, 2022).
template <class Norm = diagonal_norm>
struct group_rmsprop {
  using norm_type = Norm;
  double decay = 0.99;    ///< γ, in [0, 1)
  double epsilon = 1e-6;  ///< ε, >= 0

  void validate() const { detail::validate_adapted("group_rmsprop", *this); }
  friend bool operator==(const group_rmsprop&, const group_rmsprop&) = default;

  template <class Objective>
  struct state : detail::adapted_rate_state<group_rmsprop, Objective> {
    using detail::adapted_rate_state<group_rmsprop, Objective>::adapted_rate_state;
    using T = typename Objective::scalar;
    T direction(const evaluated<Objective>& f, std::span<const T>, std::span<T>, const T& rate) {
      return this->adapted(rate, size_of(this->norm.squares(f)));
    }
    /// n₂ of the squared norms by role.
    static T size_of(const std::array<T, role_count>& squares) {
      const auto& [a, b, c, network, time] = squares;
      return a + b + c + network + time;
    }
  };
};

namespace detail {
/// Whether a rule is one of these, with a norm of the library's.
template <class Rule>
inline constexpr bool adapts_rate = false;
template <class Norm>
inline constexpr bool adapts_rate<adaptive_rate<Norm>> =
    std::is_same_v<Norm, full_matrix_norm> || std::is_same_v<Norm, diagonal_norm>;
template <class Norm>
inline constexpr bool adapts_rate<group_rmsprop<Norm>> = adapts_rate<adaptive_rate<Norm>>;
/// Whether it asks for all entries of a full A.
template <class Rule>
inline constexpr bool adapts_to_full_norm = false;
template <class Rule>
  requires adapts_rate<Rule>
inline constexpr bool adapts_to_full_norm<Rule> = std::is_same_v<typename Rule::norm_type, full_matrix_norm>;
}  // namespace detail

}  // namespace lssm
