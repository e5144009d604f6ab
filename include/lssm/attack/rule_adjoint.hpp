// SPDX-License-Identifier: BSD-3-Clause
// Update rules backwards: from the derivative by what a step has made to that by what it was made of.
//
//   forwards   u, taken = rule(gradient, θ, rate, its state);   θ' = θ - taken · factors · u
//   backwards  ū, taken̄ (derivatives of the final measure)  →  gradient, θ, rate, the state before
//
//   gradient_descent, heavy_ball, nesterov, rmsprop, adam, adamw, keras_adam, normalized_descent, decayed<Where, Rule>
//   adaptive_rate, group_rmsprop: adaptive_adjoint.hpp
//
// A rule of one's own: a specialization rule_adjoint<Rule> with the members below. Deliberately absent: rules by signs,
// whose derivative is zero or not there, and rules with noise.
#pragma once

#include <utility>

#include "../kernel/blocks.hpp"
#include "../train/adam.hpp"
#include "../train/decayed.hpp"
#include "../train/momentum.hpp"
#include "../train/normalized_descent.hpp"
#include "../train/rmsprop.hpp"

namespace lssm {

/// What a step was taken with, and where its derivatives go.
template <class Objective>
struct adjoint_step {
  using T = typename Objective::scalar;
  using theta_type = theta_of<Objective>;
  theta_type theta, gradient;  ///< (n): before the step; the gradient as the rule sees it
  T rate{}, taken{};           ///< the scheduled rate, and that which the rule took
  theta_type u;               ///< (n): the direction; on the way back ū, then the derivative by the gradient
  T taken_bar{}, rate_bar{};  ///< derivatives by `taken` and `rate`
  theta_type theta_bar;       ///< (n): derivative by θ

  explicit adjoint_step(const Objective& f)
      : theta(detail::zeros_like_theta(f)), gradient(theta), u(theta), theta_bar(theta) {}
};

/// The adjoint of an update rule: of<Objective>{objective} with replay(state, step), which writes u, and
/// pull_back(state, step); `state` is the rule's before the step.
template <class Rule>
struct rule_adjoint {
  static constexpr bool missing = true;
};

template <>
struct rule_adjoint<gradient_descent> {
  template <class Objective>
  struct of {
    explicit of(const Objective&) {}
    void replay(const auto&, auto& step) { std::swap(step.u, step.gradient); }
    void pull_back(const auto&, auto& step) { step.rate_bar = step.taken_bar; }
  };
};

namespace detail {
/// v' = μ v + ∇L; u = v', or ∇L + μ v' (looks ahead).
template <class Objective, bool LooksAhead>
struct velocity_adjoint {
  theta_of<Objective> bar;  // derivative by the velocity
  explicit velocity_adjoint(const Objective& f) : bar(zeros_like_theta(f)) {}
  void replay(const auto& before, auto& step) {
    for (std::size_t i = 0; i < bar.size(); ++i) {
      const auto v = mul_add(before.momentum, before.velocity[i], step.gradient[i]);
      step.u[i] = LooksAhead ? mul_add(before.momentum, v, step.gradient[i]) : v;
    }
  }
  void pull_back(const auto& before, auto& step) {
    for (std::size_t i = 0; i < bar.size(); ++i) {
      const auto after = LooksAhead ? mul_add(before.momentum, step.u[i], bar[i]) : bar[i] + step.u[i];
      step.u[i] = LooksAhead ? step.u[i] + after : after;
      bar[i] = before.momentum * after;
    }
    step.rate_bar = step.taken_bar;
  }
};
}  // namespace detail

template <>
struct rule_adjoint<heavy_ball> {
  template <class Objective>
  using of = detail::velocity_adjoint<Objective, false>;
};
template <>
struct rule_adjoint<nesterov> {
  template <class Objective>
  using of = detail::velocity_adjoint<Objective, true>;
};

template <>
struct rule_adjoint<rmsprop> {
  template <class Objective>
  struct of {
    using T = typename Objective::scalar;
    theta_of<Objective> bar, root;  // derivative by the mean square, and its root after the step
    explicit of(const Objective& f) : bar(detail::zeros_like_theta(f)), root(bar) {}
    void replay(const auto& before, auto& step) {
      for (std::size_t i = 0; i < bar.size(); ++i) {
        const T g = step.gradient[i];
        root[i] =
            sqrt_of(mul_add((T(1) - before.smoothing) * g, g, before.smoothing * before.mean_square[i]));
        step.u[i] = g / (root[i] + before.epsilon);
      }
    }
    void pull_back(const auto& before, auto& step) {
      for (std::size_t i = 0; i < bar.size(); ++i) {
        const T g = step.gradient[i], scaled = step.u[i] / (root[i] + before.epsilon);
        const T by_root = g / (root[i] + before.epsilon) * scaled;
        const T square = bar[i] - where(root[i] > T(0), by_root / (root[i] + root[i]), T(0));
        step.u[i] = mul_add((T(1) - before.smoothing) * (g + g), square, scaled);
        bar[i] = before.smoothing * square;
      }
      step.rate_bar = step.taken_bar;
    }
  };
};

namespace detail {
template <class Rule, class Objective>
struct adam_adjoint {
  using T = typename Objective::scalar;
  theta_of<Objective> m_bar, v_bar, root;  // derivatives by m and v; √(v' s₂)
  T s1{}, s2{}, of_rate{};                 // corrections, and taken / rate
  explicit adam_adjoint(const Objective& f) : m_bar(zeros_like_theta(f)), v_bar(m_bar), root(m_bar) {}

  void replay(const auto& before, auto& step) {
    auto power1 = before.power1, power2 = before.power2;
    const T kept1 = T(1) - power1.next(), kept2 = T(1) - power2.next();
    constexpr bool by_rate = requires { requires Rule::corrects_rate; };
    s1 = by_rate ? T(1) : T(1) / kept1;
    s2 = by_rate ? T(1) : T(1) / kept2;
    of_rate = by_rate ? sqrt_of(kept2) / kept1 : T(1);
    kernel::with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
      const auto one = [](const T& x) { return kernel::fill_block<W>(x); };
      const auto fresh1 = one(before.fresh1), fresh2 = one(before.fresh2), epsilon = one(before.epsilon),
                 scale1 = one(s1), scale2 = one(s2), decay = one(before.weight_decay);
      for (integer j = 0; j < length(root); j += W) {
        const auto g = at<W>(step.gradient, j), m = at<W>(before.m, j), v = at<W>(before.v, j);
        const auto size = kernel::square_root(fused(fresh2, fused(g, g, one(T(0)) - v), v) * scale2);
        put(size, root, j);
        const auto u = fused(fresh1, g - m, m) * scale1 / (size + epsilon);
        put(fused(decay, at<W>(step.theta, j), u), step.u, j);
      }
    });
  }
  void pull_back(const auto& before, auto& step) {
    kernel::with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
      const auto one = [](const T& x) { return kernel::fill_block<W>(x); };
      const auto fresh1 = one(before.fresh1), fresh2 = one(before.fresh2), epsilon = one(before.epsilon),
                 scale1 = one(s1), scale2 = one(s2), decay = one(before.weight_decay), zero = one(T(0));
      for (integer j = 0; j < length(root); j += W) {
        const auto g = at<W>(step.gradient, j), m = at<W>(before.m, j), u = at<W>(step.u, j),
                   size = at<W>(root, j), inverse = one(T(1)) / (size + epsilon);
        put(fused(decay, u, at<W>(step.theta_bar, j)), step.theta_bar, j);
        const auto scaled = u * scale1 * inverse, mean = at<W>(m_bar, j) + scaled;
        const auto by_root = fused(fresh1, g - m, m) * inverse * scaled * scale2 / (size + size);
        const auto square = at<W>(v_bar, j) - where_positive(size, by_root, zero);
        put(fused(fresh1, mean, fresh2 * (g + g) * square), step.u, j);
        put((one(T(1)) - fresh1) * mean, m_bar, j);
        put((one(T(1)) - fresh2) * square, v_bar, j);
      }
    });
    step.rate_bar = step.taken_bar * of_rate;
  }

 private:
  template <integer W>
  static auto at(const theta_of<Objective>& x, integer j) {
    return kernel::load_block<W>(fixed_view<known_size<theta_of<Objective>>>(x), j);
  }
  static void put(const auto& block, theta_of<Objective>& x, integer j) {
    kernel::store_block(block, fixed_view<known_size<theta_of<Objective>>>(x), j);
  }
};
}  // namespace detail

template <>
struct rule_adjoint<adam> {
  template <class Objective>
  using of = detail::adam_adjoint<adam, Objective>;
};
template <>
struct rule_adjoint<adamw> {
  template <class Objective>
  using of = detail::adam_adjoint<adamw, Objective>;
};
template <>
struct rule_adjoint<keras_adam> {
  template <class Objective>
  using of = detail::adam_adjoint<keras_adam, Objective>;
};

template <>
struct rule_adjoint<normalized_descent> {
  template <class Objective>
  struct of {
    using T = typename Objective::scalar;
    T norm{};
    explicit of(const Objective&) {}
    void replay(const auto&, auto& step) {
      const auto n = kernel::scaled_norm(std::span<const T>(step.gradient));
      norm = n.largest * n.ratio;
      for (std::size_t i = 0; i < step.u.size(); ++i)
        step.u[i] = norm > T(0) ? step.gradient[i] / n.largest / n.ratio : T(0);
    }
    void pull_back(const auto&, auto& step) {
      T along(0);
      for (std::size_t i = 0; i < step.u.size(); ++i)
        along = norm > T(0) ? mul_add(step.u[i], step.gradient[i] / norm, along) : T(0);
      for (std::size_t i = 0; i < step.u.size(); ++i)
        step.u[i] = norm > T(0) ? (step.u[i] - along * (step.gradient[i] / norm)) / norm : T(0);
      step.rate_bar = step.taken_bar;
    }
  };
};

template <class Where, class Rule>
struct rule_adjoint<decayed<Where, Rule>> {
  template <class Objective>
  struct of {
    typename rule_adjoint<Rule>::template of<Objective> rule;
    explicit of(const Objective& f) : rule(f) {}
    void replay(const auto& before, auto& step) {
      rule.replay(before.rule, step);
      for (std::size_t i = 0; i < step.u.size(); ++i)
        step.u[i] = mul_add(before.decay[i], step.theta[i], step.u[i]);
    }
    void pull_back(const auto& before, auto& step) {
      for (std::size_t i = 0; i < step.u.size(); ++i)
        step.theta_bar[i] = mul_add(before.decay[i], step.u[i], step.theta_bar[i]);
      rule.pull_back(before.rule, step);
    }
  };
};

namespace detail {
/// Whether a rule can be swept backwards; a decayed one as what it decays.
template <class Rule>
inline constexpr bool has_adjoint = !requires {
  rule_adjoint<Rule>::missing;
};
template <class Where, class Rule>
inline constexpr bool has_adjoint<decayed<Where, Rule>> = has_adjoint<Rule> && !requires {
  typename Rule::norm_type;
};
}  // namespace detail

}  // namespace lssm
