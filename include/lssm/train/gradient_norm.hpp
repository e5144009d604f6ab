// SPDX-License-Identifier: BSD-3-Clause
// Which norm of the gradient an adapting rate sees: one squared Frobenius norm for each role of slots (ssm/slots.hpp), so of
// ∂L/∂A, ∂L/∂B and ∂L/∂C, of the derivative by all weights of a network, and of that by time steps, where there are any.
//
//   diagonal_norm      of A its d stored entries; of several SSMs in a row those of all together
//   full_matrix_norm   of A all d² entries that a full matrix would have, at the diagonal one: what a program sees that
//                      stores A as a matrix and sets its off-diagonal entries back to zero after each step, as the
//                      authors' does. It needs no d² work (kernel/full_gradient.hpp).
//   one's own          a member template measure<Objective> with squares(objective) → {‖∂A‖², ‖∂B‖², ‖∂C‖², network, time},
//                      at the places of the roles' `index`
//
// A role of which nothing is learned counts zero. Gradients are those with respect to the structure's slots, before clipping,
// whatever the coordinates of `learn`.
#pragma once

#include <array>

#include "../kernel/blocks.hpp"
#include "../kernel/full_gradient.hpp"
#include "../objective/evaluated.hpp"
#include "../ssm/learn.hpp"

namespace lssm {

namespace detail {

template <class Slot, class Objective>
inline constexpr bool is_learned = learns<typename Objective::model::learned, Slot>;

template <class Slot, class Objective>
typename Objective::scalar stored_square(const Objective& f) {
  using T = typename Objective::scalar;
  const auto& stored = Slot::of(f.system_gradient());
  if constexpr (std::is_same_v<Slot, network_weights>) {
    const auto entries = view<T>(stored);
    return kernel::dot(entries, entries);
  } else {
    const auto entries = fixed_view<known_size<std::remove_cvref_t<decltype(stored)>>>(stored);
    return kernel::dot<T>(entries, entries);
  }
}

/// f(slot) for each slot of a model that moves, the weights of a network last.
template <class Objective, class F>
constexpr void each_measured_slot(F f) {
  using model = typename Objective::model;
  each_moved_slot<typename model::learned, typename model::structure_type>(f);
  if constexpr (!NamesSlots<typename model::learned> &&
                requires(const evaluated<Objective>& o) { o.system_gradient().network; })
    f(network_weights{});
}

/// Σ over slots with this role of the squared norm of the gradient by them, but for the slot `Except`.
template <class Role, class Except = void, class Objective>
typename Objective::scalar role_square(const Objective& f) {
  using T = typename Objective::scalar;
  T sum(0);
  bool first = true;
  each_measured_slot<typename Objective::objective_type>([&]<class Slot>(Slot) {
    if constexpr (std::is_same_v<role_of<Slot>, Role> && !std::is_same_v<Slot, Except>) {
      const T square = stored_square<Slot>(f);
      sum = first ? square : sum + square;
      first = false;
    }
  });
  return sum;
}

/// Whether a slot of this role moves; of layers in a row any may.
template <class Role, class Objective>
constexpr bool counts_role() {
  bool some = false;
  if constexpr (requires { typename Objective::model::structure_type; }) {
    each_measured_slot<Objective>(
        [&]<class Slot>(Slot) { some = some || std::is_same_v<role_of<Slot>, Role>; });
  } else {
    some = true;
  }
  return some;
}

/// Whether the objective has a penalty that may add to the gradient of A.
template <class Objective>
inline constexpr bool penalizes_state_matrix = requires {
  requires Objective::template penalizes<state_matrix>;
};

}  // namespace detail

/// A structure that knows ‖∂L/∂A‖² over all entries of a full matrix, from the cotangent g of h.
template <class S, class T>
concept HasFullGradientNorm = requires(const typename S::template parameters<T> s, std::span<const T> g,
                                       std::span<T> work, integer n) {
  { S::template full_gradient_norm2<T>(s, g, work) } -> std::convertible_to<T>;
  { S::full_gradient_work(s, n) } -> std::convertible_to<integer>;
};

/// ‖∂A‖² over the d entries that are stored.
struct diagonal_norm {
  template <class Objective>
  struct measure {
    using T = typename Objective::scalar;
    explicit measure(const Objective&) {}
    std::array<T, role_count> squares(const evaluated<Objective>& f) {
      if constexpr (requires { f.evaluation().role_squares(); }) {
        return f.evaluation().role_squares();
      } else {
        return {detail::role_square<state_role>(f), detail::role_square<input_role>(f),
                detail::role_square<output_role>(f), detail::role_square<network_role>(f),
                detail::role_square<time_role>(f)};
      }
    }
  };
};

/// ‖∂A‖² over the d² entries of a full matrix, at the diagonal one.
struct full_matrix_norm {
  template <class Objective>
  class measure {
   public:
    using T = typename Objective::scalar;
    using structure = typename Objective::model::structure_type;
    static_assert(
        HasFullGradientNorm<structure, T>,
        "full_matrix_norm: the structure lacks full_gradient_norm2(parameters, g, work), as with several "
        "inputs or outputs; use diagonal_norm (docs/descent.md)");

    static_assert(!detail::penalizes_state_matrix<Objective>,
                  "full_matrix_norm: a penalty adds to the gradient of the stored entries of A alone; use "
                  "diagonal_norm (docs/descent.md)");

    explicit measure(const Objective& f)
        : work_(static_cast<std::size_t>(structure::full_gradient_work(f.start_system(), f.kappa())), T(0)) {}
    std::array<T, role_count> squares(const evaluated<Objective>& f) {
      T a = detail::role_square<state_role, state_matrix>(f);
      if constexpr (detail::is_learned<state_matrix, Objective>)
        a = a + structure::template full_gradient_norm2<T>(
                    f.system(), fixed_span<const T, kappa>(f.cotangent()), std::span<T>(work_));
      return {a, detail::role_square<input_role>(f), detail::role_square<output_role>(f),
              detail::role_square<network_role>(f), detail::role_square<time_role>(f)};
    }

   private:
    static constexpr integer kappa = Objective::response_size;
    std::vector<T> work_;
  };
};

}  // namespace lssm
