// SPDX-License-Identifier: BSD-3-Clause
// The model: a state-matrix structure and what of it is learned. A description; no scalar yet.
//
//   ssm<real_diagonal<10>, learn<state_matrix>>{}           ssm<real_diagonal<>>{.structure = {.states = d}}
#pragma once

#include "learn.hpp"
#include "real_diagonal.hpp"

namespace lssm {

template <class Structure, class Learn = learn_all>
struct ssm {
  static_assert(LinearTimeInvariant<Structure>,
                "ssm: the structure lacks make, impulse_response or pullback (docs/ssm.md)");
  static_assert(!LinearTimeInvariant<Structure> ||
                    ParameterMap<Learn, typename Structure::template parameters<double>>,
                "ssm: learn lacks known_count, count, to_system, from_system or pullback (docs/ssm.md)");

  [[no_unique_address]] Structure structure{};

  using structure_type = Structure;
  using learned = Learn;
  template <class T>
  using system = typename Structure::template parameters<T>;
  static constexpr integer inputs = Structure::inputs, outputs = Structure::outputs;

  /// Length of θ where known at compile time.
  static constexpr integer known_parameters = Learn::template known_count<system<double>>;
  template <class T>
  using theta = vec<T, known_parameters>;

  constexpr void validate() const { structure.validate(); }
  friend constexpr bool operator==(const ssm& x, const ssm& y) { return x.structure == y.structure; }
};

/// A description of a trainable model over a linear time-invariant structure.
template <class M>
concept Model = requires {
  typename M::structure_type;
  typename M::learned;
  typename M::template theta<double>;
} && LinearTimeInvariant<typename M::structure_type>;

}  // namespace lssm
