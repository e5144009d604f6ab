// SPDX-License-Identifier: BSD-3-Clause
// Slots: what a structure stores, by name. The list is the structure's own; each slot has one of five roles.
//
//   role           what it says of the entries                  slot of real_diagonal
//   state_role     they decide the modes                        state_matrix     A
//   input_role     they weigh what comes in                     input_matrix     B
//   output_role    they weigh what goes out                     output_matrix    C
//   time_role      they are lengths of time steps
//   network_role   they are weights of layers that are no SSM   network_weights  of a model, not of a structure
//
//   struct log_step {                                           // a slot of one's own
//     using role = time_role;
//     static constexpr auto& of(auto& s) { return s.log_step; }
//   };
//   using slots = slot_list<state_matrix, input_matrix, output_matrix, log_step>;      // in the structure
//
// Policies that treat matrices apart (norms, rates, constraints, starts) know roles only, so that a new slot needs no policy.
#pragma once

#include <concepts>
#include <cstddef>
#include <tuple>
#include <utility>

#include "../core/parts.hpp"

namespace lssm {

/// Entries that decide the modes.
struct state_role {
  static constexpr std::size_t index = 0;
};
/// Entries that weigh the inputs.
struct input_role {
  static constexpr std::size_t index = 1;
};
/// Entries that weigh what the outputs are.
struct output_role {
  static constexpr std::size_t index = 2;
};
/// Weights of layers that are no SSM.
struct network_role {
  static constexpr std::size_t index = 3;
};
/// Lengths of time steps, or their logarithms.
struct time_role {
  static constexpr std::size_t index = 4;
};
inline constexpr std::size_t role_count = 5;

/// One of the five roles.
template <class R>
concept Role = std::same_as<R, state_role> || std::same_as<R, input_role> || std::same_as<R, output_role> ||
    std::same_as<R, network_role> || std::same_as<R, time_role>;

/// A slot: it names its role.
template <class S>
concept HasRole = requires {
  requires Role<typename S::role>;
};
/// The role of a slot.
template <HasRole Slot>
using role_of = typename Slot::role;

/// A, as the structure stores it.
struct state_matrix {
  using role = state_role;
  static constexpr auto& of(auto& s) { return s.a; }
};
/// B (d, m).
struct input_matrix {
  using role = input_role;
  static constexpr auto& of(auto& s) { return s.b; }
};
/// C (p, d).
struct output_matrix {
  using role = output_role;
  static constexpr auto& of(auto& s) { return s.c; }
};
// Those of complex eigenvalues (ssm/complex_diagonal.hpp): real and imaginary parts are slots of their own.
/// Real parts of eigenvalues (d).
struct state_real {
  using role = state_role;
  static constexpr auto& of(auto& s) { return s.a_re; }
};
/// Imaginary parts of eigenvalues (d).
struct state_imaginary {
  using role = state_role;
  static constexpr auto& of(auto& s) { return s.a_im; }
};
/// Real parts of B (d, m).
struct input_real {
  using role = input_role;
  static constexpr auto& of(auto& s) { return s.b_re; }
};
/// Imaginary parts of B (d, m).
struct input_imaginary {
  using role = input_role;
  static constexpr auto& of(auto& s) { return s.b_im; }
};
/// Real parts of C (p, d).
struct output_real {
  using role = output_role;
  static constexpr auto& of(auto& s) { return s.c_re; }
};
/// Imaginary parts of C (p, d).
struct output_imaginary {
  using role = output_role;
  static constexpr auto& of(auto& s) { return s.c_im; }
};
/// Weights of layers that are no SSM.
struct network_weights {
  using role = network_role;
  static constexpr auto& of(auto& s) { return s.network; }
};

/// The slots of a structure, in the order of θ and of the draws of starts.
template <class... Slots>
struct slot_list {
  static constexpr std::size_t size = sizeof...(Slots);
  /// Whether the slot is one of them.
  template <class Slot>
  static constexpr bool has = (std::same_as<Slot, Slots> || ...);
  /// f(slot) for each of them.
  template <class F>
  static constexpr void each(F f) {
    (f(Slots{}), ...);
  }
};
/// A, B and C.
using three_matrices = slot_list<state_matrix, input_matrix, output_matrix>;

namespace detail {
/// Parameters that are a, b and c, and nothing else.
template <class P>
concept ThreeMatrices = requires(P p) {
  p.a, p.b, p.c;
  requires std::tuple_size_v<decltype(P::parts(p))>
  == 3;
};
template <class S>
constexpr auto find_slots() {
  if constexpr (requires { typename S::slots; }) {
    return typename S::slots();
  } else if constexpr (requires { requires ThreeMatrices<typename S::template parameters<double>>; }) {
    return three_matrices();
  } else {
    return slot_list<>();
  }
}

template <class Slot, class System>
using slot_storage = std::remove_cvref_t<decltype(Slot::of(std::declval<System&>()))>;

template <class List, class System>
inline constexpr bool are_slots = false;
template <class... Slots, class System>
inline constexpr bool are_slots<slot_list<Slots...>, System> =
    sizeof...(Slots) > 0 && ((HasRole<Slots> && requires(System s) { Slots::of(s).size(); }) && ...);
}  // namespace detail

/// The slots of a structure: its own list, or A, B and C where its parameters are a, b and c.
template <class S>
using slots_of = decltype(detail::find_slots<S>());

/// A structure whose slots are known, each with a role and of(parameters).
template <class S>
concept HasSlots = detail::are_slots < slots_of<S>,
typename S::template parameters < double >> ;

}  // namespace lssm
