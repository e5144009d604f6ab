// SPDX-License-Identifier: BSD-3-Clause
// Constraints: what happens to the parameters after each update, entry by entry of each slot, or mode by mode.
//
//   unconstrained                       nothing
//   bounded_state_matrix{.bound = 1}    eigenvalues of A to [-bound, bound] or the disk |λ| <= bound, of structures with modes
//                                       (ssm/modes.hpp)
//   fixed_input_output{.value = 1}      B = C = value, set back after the stop rules have seen the loss: in the authors'
//                                       fixed runs the first step uses the random B and C, and the tested loss those
//                                       just updated
//   stored_in_float                     every parameter rounded to single precision: arithmetic may be wider than storage
//   one's own                           a struct with `auto operator()(Slot, const auto& x) const`, the entry that x of
//                                       that slot becomes; Slot is one of the structure's or, with a network,
//                                       network_weights, and role_of<Slot> its role. `static constexpr bool after_stop_test
//                                       = true` moves it behind the stop rules. With `of_eigenvalues = true` entries of A
//                                       are its eigenvalues, and `on_pole(λ)` serves modes that `a` does not hold.
//
// A constraint sees the entries of (A, B, C), whatever the coordinates of `learn`; entries that it leaves as they are keep
// their coordinate to the last bit.
#pragma once

#include <concepts>

#include "../ssm/learn.hpp"
#include "../ssm/modes.hpp"
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
inline constexpr bool after_stop_test = requires {
  requires C::after_stop_test;
};

struct unconstrained;

namespace detail {
/// Whether a constraint of eigenvalues acts on the modes of a model, as its entries of A are none.
template <class Constraint, class M>
inline constexpr bool acts_on_modes = of_eigenvalues<Constraint>&& requires {
  requires HasModes<typename M::structure_type> && !DiagonalStructure<typename M::structure_type>;
};

/// Whether some slots of the state move and others do not, so that an eigenvalue cannot be put in its place.
template <class M>
constexpr bool moves_half_the_state() {
  bool some = false, all = true;
  slots_of<typename M::structure_type>::each([&]<class Slot>(Slot) {
    if constexpr (std::is_same_v<role_of<Slot>, state_role>) {
      some = some || learns<typename M::learned, Slot>;
      all = all && learns<typename M::learned, Slot>;
    }
  });
  return some && !all;
}

/// Applies a constraint to θ, entry by entry.
template <class Constraint, class Objective>
struct bound_constraint {
  explicit bound_constraint(const Objective&) {}
  template <class T>
  void apply(const auto& c, const Objective& f, std::span<T> theta) {
    if constexpr (!std::is_same_v<Constraint, unconstrained>)
      Objective::model::learned::constrain(f.start_system(), theta, c);
  }
};
/// The same mode by mode, where the modes are not entries of A.
template <class Constraint, class Objective>
  requires acts_on_modes<Constraint, typename Objective::model>
struct bound_constraint<Constraint, Objective> {
  using learned = typename Objective::model::learned;
  using structure = typename Objective::model::structure_type;
  static_assert(!moves_half_the_state<typename Objective::model>(),
                "descent: a constraint of eigenvalues needs all slots of the state learned, or none of them "
                "(docs/descent.md)");
  typename Objective::model::template system<typename Objective::scalar> at;  // θ in the structure's terms

  explicit bound_constraint(const Objective& f) : at(f.start_system()) {}
  template <class T>
  void apply(const auto& c, const Objective&, std::span<T> theta) {
    learned::to_system(std::span<const T>(theta), at);
    for (std::size_t j = 0; j < modes_of<structure>(at); ++j)
      set_pole_of<structure>(at, j, c.on_pole(pole_of<structure>(at, j)));
    learned::each_entry(at, [&]<class Slot, class Map>(Slot, Map, std::size_t i, std::size_t to) {
      const T y = Slot::of(at)[i];
      theta[to] = where(is_zero(y - Map::value(theta[to])), theta[to], Map::inverse(y));
    });
  }
};
}  // namespace detail

/// Nothing happens after an update.
struct unconstrained {
  template <class T>
  constexpr T operator()(auto, const T& x) const {
    return x;
  }
  friend constexpr bool operator==(unconstrained, unconstrained) { return true; }
};

/// Eigenvalues of A drawn back to [-bound, bound], complex ones to the disk |λ| <= bound.
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
          !std::is_same_v<role_of<Slot>, state_role>,
          "bounded_state_matrix: a slot of your own counts with A, and how it bounds the eigenvalues is "
          "not known (docs/descent.md)");
      return x;
    }
    T on_pole(const T& x) const { return (*this)(state_matrix{}, x); }
    eigenvalue<T> on_pole(const eigenvalue<T>& x) const {
      const T size = x.magnitude(), factor = where(size > bound, bound / size, T(1));
      return {x.re * factor, x.im * factor};
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
      if constexpr (std::is_same_v<role, input_role> || std::is_same_v<role, output_role>) {
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
