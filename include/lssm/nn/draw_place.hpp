// SPDX-License-Identifier: BSD-3-Clause
// Layers that draw anew in each step of a training say `static constexpr bool draws = true`, and their scratch has
// move_to(draw_place<T>&), which takes a place of its own among them by counting `layer` on. Draws are functions of the place
// alone. Scratch that was never moved draws nothing.
#pragma once

#include <array>
#include <cstdint>

#include "../core/scalar.hpp"

namespace lssm {

namespace detail {

/// Where a training stands, for layers that draw; `layer` counts these in their order.
template <class T>
struct draw_place {
  const std::array<std::uint32_t, lanes_of<T>>& seeds;
  const T& steps;
  std::uint32_t layer = 0;
};
/// Moves scratch to a place where it draws.
template <class T>
void move_scratch(auto& scratch, draw_place<T>& at) {
  if constexpr (requires { scratch.move_to(at); }) scratch.move_to(at);
}
/// Whether a bound layer draws anew in each step, or one inside of it.
template <class Bound>
inline constexpr bool draws_in_steps = requires {
  requires Bound::draws;
};

}  // namespace detail

}  // namespace lssm
