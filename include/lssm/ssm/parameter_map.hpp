// SPDX-License-Identifier: BSD-3-Clause
// The contract of a parameter map θ ↦ (A, B, C): what `learn` offers (ssm/learn.hpp) and a map of one's own must have.
#pragma once

#include <concepts>
#include <span>

#include "../core/storage.hpp"

namespace lssm {

/// known_count<System> and count(system).
template <class L, class System>
concept HasParameterCount = requires(const System s) {
  { L::template known_count<System> } -> std::convertible_to<integer>;
  { L::count(s) } -> std::convertible_to<integer>;
};
/// to_system(θ, system).
template <class L, class System>
concept HasToSystem = requires(System s, std::span<const double> theta) {
  L::to_system(theta, s);
};
/// from_system(system, θ).
template <class L, class System>
concept HasFromSystem = requires(const System s, std::span<double> theta) {
  L::from_system(s, theta);
};
/// pullback(θ, d(A, B, C), dθ).
template <class L, class System>
concept HasMapPullback = requires(const System ds, std::span<const double> theta, std::span<double> dtheta) {
  L::pullback(theta, ds, dtheta);
};

/// θ ↦ (A, B, C) and its pullback, for the parameters `System` of a structure.
template <class L, class System>
concept ParameterMap = HasParameterCount<L, System> && HasToSystem<L, System> && HasFromSystem<L, System> &&
    HasMapPullback<L, System>;

/// A parameter map that can also give the Hessian mode by mode, as `learn` does: `slots` entries of θ for each mode, slot
/// after slot, and second_order(theta, gradient, modal, blocks); of several inputs or outputs also mode_entries and
/// each_mode_entry.
template <class L>
concept CurvedParameterMap = requires {
  requires L::curved;
  { L::slots } -> std::convertible_to<integer>;
};

}  // namespace lssm
