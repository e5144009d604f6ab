// SPDX-License-Identifier: BSD-3-Clause
// One rate for all parameters, from the norm of the gradient, backwards: adaptive_rate and group_rmsprop, with either norm.
//
//   size = Σ ‖∂‖ or Σ ‖∂‖² over A, B and C;   taken = rate / (√(mean / (1 - γ^t)) + ε)
//
// Of the full matrix at a diagonal one, ‖∂A‖² = Σ_ij (c_i b_j S_ij)² (kernel/full_gradient.hpp) depends on modes, weights and
// the cotangent g of h, and has a derivative by each; κ d² work, as the norm itself.
#pragma once

#include <array>
#include <vector>

#include "../train/adaptive_rate.hpp"
#include "rule_adjoint.hpp"

namespace lssm {

namespace detail {

/// Adds w d‖∂A‖²/d(...) for the d² entries of a full matrix: to `ds` by (a, b, c), to `q` by g.
template <class T, class System>
void full_norm_adjoint(const System& s, std::span<const T> g, const T& w, System& ds, std::span<T> q,
                       std::vector<T>& work) {
  const std::size_t d = s.a.size(), kappa = g.size();
  if (kappa < 2) return;
  work.assign(5 * d + kappa, T(0));
  // Of all modes j beside one i: S_ij, its slope by a_j, its weight, Σ_{s+t=k-1} a_i^s a_j^t and a_j^(k-1).
  T *const value = work.data(), *const slope = value + d, *const v = slope + d, *const sum = v + d,
           *const power = sum + d, *const left = power + d;
  for (std::size_t i = 0; i < d; ++i) {
    const T x = s.a[i], b = s.b[i], c = s.c[i];
    left[kappa - 2] = g[kappa - 1];  // S(a_i, x) = Σ_m left_m x^m
    for (std::size_t m = kappa - 2; m-- > 0;) left[m] = mul_add(x, left[m + 1], g[m + 1]);
    for (std::size_t j = 0; j < d; ++j) value[j] = slope[j] = T(0);
    for (std::size_t m = kappa - 1; m-- > 0;)
      for (std::size_t j = 0; j < d; ++j) {
        slope[j] = mul_add(slope[j], s.a[j], value[j]);
        value[j] = mul_add(value[j], s.a[j], left[m]);
      }
    T of_c(0);
    for (std::size_t j = 0; j < d; ++j) {
      const T scaled = (w + w) * value[j], by_b = c * c * scaled, by_c = s.b[j] * s.b[j] * scaled;
      ds.b[j] = mul_add(by_b * value[j], s.b[j], ds.b[j]);
      of_c = mul_add(by_c, value[j], of_c);
      v[j] = s.b[j] * s.b[j] * by_b;
      ds.a[j] = mul_add(mul_add(b * b * scaled, s.c[j] * s.c[j], v[j]), slope[j], ds.a[j]);
      sum[j] = power[j] = T(1);
    }
    ds.c[i] = mul_add(of_c, c, ds.c[i]);
    for (std::size_t k = 1; k < kappa; ++k) {
      T along(0);
      for (std::size_t j = 0; j < d; ++j) {
        along = mul_add(v[j], sum[j], along);
        power[j] = power[j] * s.a[j];
        sum[j] = mul_add(x, sum[j], power[j]);
      }
      q[k] = q[k] + along;
    }
  }
}

template <class Norm>
inline constexpr bool norm_has_adjoint =
    std::is_same_v<Norm, diagonal_norm> || std::is_same_v<Norm, full_matrix_norm>;

/// The rule's own numbers backwards; `Roots`: the norms are summed, else their squares.
template <class Rule, class Objective, bool Roots>
struct adapted_adjoint {
  using T = typename Objective::scalar;
  static constexpr bool measures_gradient = true;
  T bar{};                                        // derivative by the mean
  T mean{}, kept{}, size_bar{};                   // after the step: mean, 1 - γ^t; derivative by the size
  typename Objective::system_type s_bar, direct;  // by dL/d(A, B, C); by (A, B, C) themselves
  std::vector<T> q;                               // by g

  explicit adapted_adjoint(const Objective& f)
      : s_bar(f.start_system()), direct(s_bar), q(f.workspace().response().size(), T(0)), norm_(f) {}

  void replay(const auto& before, const evaluated<Objective>& f, auto& step) {
    step.u = step.gradient;
    squares_ = norm_.squares(f);
    T size(0);
    for (const T& x : squares_) size = size + (Roots ? sqrt_of(x) : x);
    auto power = before.power;
    kept = T(1) - power.next();
    mean = mul_add(before.decay, before.mean, (T(1) - before.decay) * size);
  }
  void pull_back(const auto& before, const evaluated<Objective>& f, auto& step) {
    const T root = sqrt_of(mean / kept), under = root + before.epsilon;
    step.rate_bar = step.taken_bar / under;
    const T by_root = T(0) - step.taken_bar * step.rate / under / under;
    const T by_mean = bar + where(root > T(0), by_root / ((root + root) * kept), T(0));
    size_bar = (T(1) - before.decay) * by_mean;
    bar = before.decay * by_mean;
    pull_back_norm(f);
  }

 private:
  typename Rule::norm_type::template measure<Objective> norm_;
  std::array<T, role_count> squares_{};
  std::vector<T> work_;

  void pull_back_norm(const evaluated<Objective>& f) {
    each_number([](T& x, T& y) { x = y = T(0); }, s_bar, direct);
    std::fill(q.begin(), q.end(), T(0));
    each_measured_slot<Objective>([&]<class Slot>(Slot) {
      const T& square = squares_[role_of<Slot>::index];
      const T root = sqrt_of(square);
      const T w = Roots ? where(root > T(0), size_bar / (root + root), T(0)) : size_bar;
      if constexpr (std::is_same_v<typename Rule::norm_type, full_matrix_norm> &&
                    std::is_same_v<Slot, state_matrix>) {
        full_norm_adjoint<T>(f.system(), f.cotangent(), w, direct, std::span<T>(q), work_);
      } else {
        const auto& by = Slot::of(f.system_gradient());
        auto& to = Slot::of(s_bar);
        for (std::size_t i = 0; i < to.size(); ++i) to[i] = (w + w) * by[i];
      }
    });
  }
};

}  // namespace detail

template <class Norm>
  requires detail::norm_has_adjoint<Norm>
struct rule_adjoint<adaptive_rate<Norm>> {
  template <class Objective>
  using of = detail::adapted_adjoint<adaptive_rate<Norm>, Objective, true>;
};
template <class Norm>
  requires detail::norm_has_adjoint<Norm>
struct rule_adjoint<group_rmsprop<Norm>> {
  template <class Objective>
  using of = detail::adapted_adjoint<group_rmsprop<Norm>, Objective, false>;
};

}  // namespace lssm
