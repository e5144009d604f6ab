// SPDX-License-Identifier: BSD-3-Clause
// The model: a state-matrix structure and what of it is learned. A scalar-free description.
//
//   ssm<real_diagonal<10>, learn<state_matrix>>{}           ssm<real_diagonal<>>{.structure = {.states = d}}
#pragma once

#include "learn.hpp"
#include "learned_slots.hpp"
#include "parameter_map.hpp"
#include "real_diagonal.hpp"

namespace lssm {

namespace detail {

/// LinearTimeInvariant member by member: the message names the one that lacks.
template <class S>
struct check_structure {
  static constexpr bool sized = StateMatrixStructure<S>;
  static_assert(sized, "ssm: the structure lacks parameters<T>, make<T>(), inputs or outputs (docs/ssm.md)");
  static_assert(!sized || HasImpulseResponse<S>,
                "ssm: the structure lacks impulse_response(parameters, h) (docs/ssm.md)");
  static_assert(!sized || HasPullback<S>,
                "ssm: the structure lacks pullback(parameters, g, gradient) (docs/ssm.md)");
  static constexpr bool listed = [] {
    if constexpr (sized) return HasSlots<S>;
    return true;
  }();
  static_assert(listed,
                "ssm: the structure lacks slots, the slot_list of what its parameters hold (docs/ssm.md)");
  static constexpr bool holds = LinearTimeInvariant<S>;
};
/// ParameterMap, where there is a structure to map to.
template <class L, class S>
struct check_map {
  static constexpr bool holds = false;
};
template <class L, LinearTimeInvariant S>
struct check_map<L, S> {
  using system = typename S::template parameters<double>;
  static_assert(HasParameterCount<L, system>,
                "ssm: learn lacks known_count<System> or count(system) (docs/ssm.md)");
  static_assert(HasToSystem<L, system>, "ssm: learn lacks to_system(theta, system) (docs/ssm.md)");
  static_assert(HasFromSystem<L, system>, "ssm: learn lacks from_system(system, theta) (docs/ssm.md)");
  static_assert(HasMapPullback<L, system>,
                "ssm: learn lacks pullback(theta, gradient, dtheta) (docs/ssm.md)");
  static constexpr bool holds = ParameterMap<L, system>;
};

}  // namespace detail

/// A state space model: a structure, and which of its slots are learned.
template <class Structure, class Learn = typename detail::learn_of_all<slots_of<Structure>>::type>
struct ssm {
  static_assert(detail::check_structure<Structure>::holds);
  using learned = typename detail::resolved<Learn, slots_of<Structure>>::type;
  static_assert(detail::check_map<learned, Structure>::holds);
  static_assert(
      !detail::maps_eigenvalues<learned> || DiagonalStructure<Structure>,
      "ssm: the coordinates of A are those of eigenvalues, and the entries of A of this structure are none "
      "(docs/ssm.md)");

  Structure structure{};

  using structure_type = Structure;
  template <class T>
  using system = typename Structure::template parameters<T>;
  static constexpr integer inputs = Structure::inputs, outputs = Structure::outputs;

  /// Length of θ where known at compile time.
  static constexpr integer known_parameters = learned::template known_count<system<double>>;
  template <class T>
  using theta = vec<T, known_parameters>;

  /// (A, B, C), all zero.
  template <class T>
  constexpr system<T> make() const {
    return structure.template make<T>();
  }
  constexpr void validate() const {
    if constexpr (requires { structure.validate(); }) structure.validate();
  }
  friend constexpr bool operator==(const ssm& x, const ssm& y) { return x.structure == y.structure; }
};

namespace detail {
/// Whether the entries of every A in a model are eigenvalues; models of layers say so elsewhere (nn/deep.hpp).
template <class M>
inline constexpr bool diagonal_model = false;
template <class M>
  requires DiagonalStructure<typename M::structure_type>
inline constexpr bool diagonal_model<M> = true;
}  // namespace detail

/// A description of a trainable model over a linear time-invariant structure.
template <class M>
concept Model = LinearTimeInvariant<typename M::structure_type> && requires(const M m) {
  typename M::learned;
  typename M::template theta<double>;
  { m.template make<double>() } -> std::same_as<typename M::template system<double>>;
};

}  // namespace lssm
