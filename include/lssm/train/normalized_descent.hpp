// SPDX-License-Identifier: BSD-3-Clause
// Normalized gradient descent: every step has the length of the rate.
//
//   u = ∇L / ‖∇L‖₂; zero where the gradient is zero
//
// Y. Nesterov, Introductory Lectures on Convex Optimization, 2004, Section 3.2.3.
#pragma once

#include "../kernel/norm.hpp"
#include "update_rule.hpp"

namespace lssm {

/// u = ∇L / ‖∇L‖₂.
struct normalized_descent {
  template <class Objective>
  struct state {
    using T = typename Objective::scalar;
    state(std::span<const normalized_descent>, const Objective&) {}
    static constexpr auto parts(auto&) { return std::tuple<>(); }
    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T> u, const T& rate) {
      const auto norm = kernel::scaled_norm(std::span<const T>(u));
      const mask_of<T> moves = norm.largest > T(0);
      const T largest = where(moves, norm.largest, T(1)), ratio = where(moves, norm.ratio, T(1));
      for (T& x : u) x = x / largest / ratio;
      return rate;
    }
  };
  friend constexpr bool operator==(normalized_descent, normalized_descent) { return true; }
};

}  // namespace lssm
