// SPDX-License-Identifier: BSD-3-Clause
// Constraints: what happens to the parameters after each update, entry by entry of A, B, C and a network's weights.
//
//   unconstrained                       nothing
//   bounded_state_matrix{.bound = 1}    entries of A projected to [-bound, bound]
//   fixed_input_output{.value = 1}      B = C = value, set back after the stop rules have seen the loss: in the authors'
//                                       fixed runs the first step uses the random B and C, and the tested loss those
//                                       just updated
//   stored_in_float                     every parameter rounded to single precision: arithmetic may be wider than storage
//   one's own                           a struct with `auto operator()(Slot, const auto& x) const`, the entry that x of
//                                       that matrix becomes; Slot is state_matrix, input_matrix, output_matrix or, with a
//                                       network, network_weights. `static constexpr bool after_stop_test = true` moves it
//                                       behind the stop rules.
//
// A constraint sees the entries of (A, B, C), whatever the coordinates of `learn`; entries that it leaves as they are keep
// their coordinate to the last bit.
#pragma once

#include <concepts>

#include "../ssm/learn.hpp"
#include "gather.hpp"

namespace lssm {

/// Maps every entry of every matrix to what it must be.
template <class C, class T>
concept Constraint = requires(const C c, const T x) {
  { c(state_matrix{}, x) } -> std::convertible_to<T>;
  { c(input_matrix{}, x) } -> std::convertible_to<T>;
  { c(output_matrix{}, x) } -> std::convertible_to<T>;
};

/// Whether the parameter map of an objective knows how to apply a constraint; `learn` does.
template <class Objective, class C>
concept CanConstrain = requires(const Objective f, std::span<typename Objective::scalar> theta, const C c) {
  Objective::model::learned::constrain(f.start_system(), theta, c);
};

/// Whether it acts behind the stop rules.
template <class C>
inline constexpr bool after_stop_test = false;
template <class C>
  requires requires { C::after_stop_test; }
inline constexpr bool after_stop_test<C> = C::after_stop_test;

/// Nothing happens after an update.
struct unconstrained {
  template <class T>
  constexpr T operator()(auto, const T& x) const {
    return x;
  }
  friend constexpr bool operator==(unconstrained, unconstrained) { return true; }
};

/// Entries of A projected to [-bound, bound]: its eigenvalues, of structures whose `a` holds them.
struct bounded_state_matrix {
  double bound = 1;  ///< > 0
  static constexpr bool of_eigenvalues = true;

  template <Scalar T = double>
  void validate() const {
    detail::require_positive_in<T>("bounded_state_matrix", "bound", bound);
  }
  friend bool operator==(const bounded_state_matrix&, const bounded_state_matrix&) = default;

  template <Scalar T>
  struct in_lanes {
    T bound;
    T operator()(state_matrix, const T& x) const {
      return where(x > bound, bound, where(x < T(0) - bound, T(0) - bound, x));
    }
    template <class Slot>
    T operator()(Slot, const T& x) const {
      static_assert(
          !std::is_same_v<role_of<Slot>, state_matrix>,
          "bounded_state_matrix: a slot of your own counts with A, and how it bounds the eigenvalues is "
          "not known (docs/descent.md)");
      return x;
    }
  };
  template <Scalar T>
  static in_lanes<T> bind(std::span<const bounded_state_matrix> per_lane) {
    return {gather<T>(per_lane, [](const auto& c) { return c.bound; })};
  }
};

/// Weights as a program in single precision stores them, whatever it computes with. An update of less than half a unit in
/// the last place is lost, as it is there.
struct stored_in_float {
  template <class T>
  T operator()(auto, const T& x) const {
    return per_lane(x, [](const auto& lane) {
      using L = std::remove_cvref_t<decltype(lane)>;
      return L(rounded_to_float(value_of(lane)));
    });
  }
  friend constexpr bool operator==(stored_in_float, stored_in_float) { return true; }
};

/// B = C = value, set back behind the stop rules.
struct fixed_input_output {
  double value = 1;  ///< of every entry of B and C, finite
  static constexpr bool after_stop_test = true;

  template <Scalar T = double>
  void validate() const {
    require(is_finite(lane_of<T>(value)), "fixed_input_output", "value", "finite in the scalar of the run",
            value);
  }
  friend bool operator==(const fixed_input_output&, const fixed_input_output&) = default;

  template <Scalar T>
  struct in_lanes {
    T value;
    static constexpr bool after_stop_test = true;
    template <class Slot>
    T operator()(Slot, const T& x) const {
      using role = role_of<Slot>;
      if constexpr (std::is_same_v<role, input_matrix> || std::is_same_v<role, output_matrix>) {
        return value;
      } else {
        return x;
      }
    }
  };
  template <Scalar T>
  static in_lanes<T> bind(std::span<const fixed_input_output> per_lane) {
    return {gather<T>(per_lane, [](const auto& c) { return c.value; })};
  }
};

}  // namespace lssm
