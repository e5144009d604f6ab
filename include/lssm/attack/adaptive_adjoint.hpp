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

#include "../kernel/blocks.hpp"
#include "../train/adaptive_rate.hpp"
#include "rule_adjoint.hpp"

namespace lssm {

namespace detail {

/// Adds w d‖∂A‖²/d(...) for the d² entries of a full matrix: to `ds` by (a, b, c), to `q` by g.
/// `Kappa` is the length of g where that is known: few powers are then summed in registers.
template <integer Kappa, class T, class System>
void full_norm_adjoint(const System& s, std::span<const T> g, const T& w, System& ds, std::span<T> q,
                       std::vector<T>& work) {
  const integer d = length(s.a), powers = (Kappa == dynamic ? length(g) : Kappa) - 1;
  if (powers < 1) return;
  constexpr integer known = known_size<std::remove_cvref_t<decltype(s.a)>>;
  kernel::with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const auto of = [&](const auto& x, integer j) { return kernel::load_block<W>(fixed_view<known>(x), j); };
    const auto one = [](const T& x) { return kernel::fill_block<W>(x); };
    const auto add = [&](const auto& block, auto& x, integer j) {
      kernel::store_block(of(x, j) + block, fixed_view<known>(x), j);
    };
    const integer line = kernel::padded<T>(d);
    work.assign(static_cast<std::size_t>(powers * (line + W)), T(0));
    const auto row = [&](integer m, integer j) {
      return std::span<T, static_cast<std::size_t>(W)>(work.data() + m * line + j, W);
    };
    constexpr bool few = Kappa != dynamic && Kappa <= 16;
    std::array<kernel::block<T, W>, few ? static_cast<std::size_t>(Kappa) : 1> sums;
    const auto along = [&](auto k) {
      if constexpr (few) {
        return sums[static_cast<std::size_t>(k)];
      } else {
        return kernel::load_block<W>(std::span<T>(work.data() + powers * line + k * W, W), 0);
      }
    };
    const auto put_along = [&](auto k, const auto& sum) {
      if constexpr (few) {
        sums[static_cast<std::size_t>(k)] = sum;
      } else {
        kernel::store_block(sum, std::span<T>(work.data() + powers * line + k * W, W), 0);
      }
    };
    const auto each_power = [&](const auto& f) __attribute__((always_inline)) {
      if constexpr (few) {
        kernel::unrolled<static_cast<std::size_t>(Kappa - 1)>(f);
      } else {
        for (integer k = 0; k < powers; ++k) f(k);
      }
    };
    sums.fill(one(T(0)));
    // S(a_i, x) = Σ_m left_m(a_i) x^m, row m for all i.
    for (integer j = 0; j < d; j += W) {
      auto left = one(g[static_cast<std::size_t>(powers)]);
      kernel::store_block(left, row(powers - 1, j), 0);
      for (integer m = powers - 1; m-- > 0;) {
        left = fused(of(s.a, j), left, one(g[static_cast<std::size_t>(m + 1)]));
        kernel::store_block(left, row(m, j), 0);
      }
    }
    // Of a block of modes j beside one i: S_ij, its slope by a_j, its weight, Σ_{s+t=k-1} a_i^s a_j^t and a_j^(k-1).
    for (integer j = 0; j < d; j += W) {
      const auto x = of(s.a, j), b2 = of(s.b, j) * of(s.b, j), c2 = of(s.c, j) * of(s.c, j);
      auto by_a = one(T(0)), by_b = by_a, by_c = by_a;
      for (integer i = 0; i < d; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const auto own = one(s.a[at]), own_b2 = one(s.b[at] * s.b[at]), own_c2 = one(s.c[at] * s.c[at]);
        auto value = one(T(0)), slope = value;
        each_power([&](auto k) __attribute__((always_inline)) {
          const integer m = powers - 1 - static_cast<integer>(k);
          slope = fused(slope, x, value);
          value = fused(value, x, one(work[static_cast<std::size_t>(m * line + i)]));
        });
        const auto scaled = one(w + w) * value, v = own_c2 * scaled * b2;
        by_b = fused(own_c2 * scaled, value, by_b);
        by_c = fused(own_b2 * scaled, value, by_c);  // S is symmetric
        by_a = fused(fused(own_b2 * scaled, c2, v), slope, by_a);
        auto sum = one(T(1)), power = sum;
        each_power([&](auto k) __attribute__((always_inline)) {
          put_along(k, fused(v, sum, along(k)));
          power = power * x;
          sum = fused(own, sum, power);
        });
      }
      add(by_a, ds.a, j);
      add(by_b * of(s.b, j), ds.b, j);
      add(by_c * of(s.c, j), ds.c, j);
    }
    each_power([&](auto k) {
      T& to = q[static_cast<std::size_t>(k) + 1];
      const auto sum = along(k);
      if constexpr (W == 1) {
        to = to + sum.v;
      } else {
        to = to + kernel::block_sum(sum);
      }
    });
  });
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
      : s_bar(f.start_system()), direct(s_bar), q(f.workspace().response().size(), T(0)) {
    each_number([](T& x) { x = T(0); }, direct);
  }

  void replay(const auto& before, const evaluated<Objective>& f, auto& step) {
    step.u = step.gradient;
    measure(f);
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
  static constexpr bool full = std::is_same_v<typename Rule::norm_type, full_matrix_norm>;
  std::array<T, role_count> squares_{};
  std::vector<T> work_;

  template <class Slot>
  static constexpr bool is_full = full&& std::is_same_v<Slot, state_matrix>;

  /// Squared norms, and the derivatives of that of a full matrix for a weight of one: it is of the second degree in b, so that
  /// these have its value too.
  void measure(const evaluated<Objective>& f) {
    squares_.fill(T(0));
    each_measured_slot<Objective>([&]<class Slot>(Slot) {
      T square(0);
      if constexpr (is_full<Slot>) {
        each_number([](T& x) { x = T(0); }, direct);
        std::fill(q.begin(), q.end(), T(0));
        full_norm_adjoint<Objective::response_size, T>(f.system(), f.cotangent(), T(1), direct,
                                                       std::span<T>(q), work_);
        square = T(0.5) * kernel::dot(view<T>(f.system().b), view<T>(direct.b));
      } else {
        square = stored_square<Slot>(f);
      }
      T& of_role = squares_[role_of<Slot>::index];
      of_role = of_role + square;
    });
  }
  void pull_back_norm(const evaluated<Objective>& f) {
    each_number([](T& x) { x = T(0); }, s_bar);
    each_measured_slot<Objective>([&]<class Slot>(Slot) {
      const T& square = squares_[role_of<Slot>::index];
      const T root = sqrt_of(square);
      const T w = Roots ? where(root > T(0), size_bar / (root + root), T(0)) : size_bar;
      if constexpr (is_full<Slot>) {
        each_number([&](T& x) { x = w * x; }, direct);
        for (T& x : q) x = w * x;
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
