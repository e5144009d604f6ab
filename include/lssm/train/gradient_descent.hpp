// SPDX-License-Identifier: BSD-3-Clause
// Gradient descent: θ ← θ - rate ∇L.
#pragma once

#include <array>

#include "../kernel/gram/plain_move.hpp"
#include "update_rule.hpp"

namespace lssm {

/// u = ∇L.
struct gradient_descent {
  template <class Objective>
  struct state {
    using T = typename Objective::scalar;
    using moving_state = state;
    state(std::span<const gradient_descent>, const Objective&) {}
    static constexpr auto parts(auto&) { return std::tuple<>(); }
    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T>, const T& rate) { return rate; }
    kernel::plain_move move(const T&) const { return {}; }
    void keep(const kernel::plain_move&) {}
    static constexpr std::array<theta_of<Objective>*, 0> kept(auto&) { return {}; }
  };
  friend constexpr bool operator==(gradient_descent, gradient_descent) { return true; }
};

}  // namespace lssm
