// SPDX-License-Identifier: BSD-3-Clause
// The contract of state-matrix structures: what a structure must have, and tiers that each add something.
//
//   StateMatrixStructure   parameters<T> with parts, make<T>(), inputs, outputs; and slots (ssm/slots.hpp)
//   LinearTimeInvariant    the map is a convolution with h, and the adjoint of h is known: enough to train, alone or among
//                          layers, where the adjoint of a sequence is deduced from it
//   Stepwise, SequenceMap  the recurrence step by step, and its own adjoint, where these are faster than a convolution
//   ModalCurvature         second order of h is block diagonal over modes: what the stiff flow needs
//   ModalSlots             it says which entries belong to a mode, and second order is deduced from that
//   takes_duals = true     its pullback runs in dual numbers, and second order is a full matrix where there are no modes
//   HasPoles, HasModes, HasSpectrum, HasStateSize     what it tells of its eigenvalues (ssm/modes.hpp)
//
// Shapes: x (kappa, m), y (kappa, p), h (kappa, p, m), state (state_size); spans are row major.
#pragma once

#include <concepts>
#include <span>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"
#include "modes.hpp"
#include "slots.hpp"

namespace lssm {

/// A structure names its parameters for any scalar and can make them, all zero.
template <class S>
concept StateMatrixStructure = requires(const S s) {
  typename S::template parameters<double>;
  { s.template make<double>() } -> std::same_as<typename S::template parameters<double>>;
  { S::inputs } -> std::convertible_to<integer>;
  { S::outputs } -> std::convertible_to<integer>;
};

/// One step of the recurrence with a carried state.
template <class S>
concept Stepwise = StateMatrixStructure<S> && requires(const typename S::template parameters<double> p,
                                                       std::span<double> out, std::span<const double> in) {
  S::advance(p, in, out, out);
};
/// The map from input to output sequence: one step with a carried state, and the adjoint of a whole sequence.
template <class S>
concept SequenceMap = Stepwise<S> &&
    requires(const typename S::template parameters<double> p, typename S::template parameters<double> dp,
             std::span<double> out, std::span<const double> in) {
  S::pullback_sequence(p, in, in, dp, out, out);
};

/// The same for a whole batch of sequences (N steps, m) ↦ (N steps, p), faster: forward_batch leaves in its work what
/// backward_batch needs, which adds to the gradient and writes dx unless it is empty.
template <class S>
concept BatchedSequenceMap = StateMatrixStructure<S> &&
    requires(const typename S::template parameters<double> p, typename S::template parameters<double> dp,
             typename S::template batch_work<double> work, std::size_t n, std::span<double> out,
             std::span<const double> in) {
  requires std::constructible_from < typename S::template batch_work<double>,
  decltype(p)&, std::size_t > ;
  S::forward_batch(p, n, in, out, work);
  S::backward_batch(p, n, in, in, dp, out, work);
};

/// h of given parameters, and the pullback of its cotangents to them.
template <class S>
concept HasImpulseResponse = requires(const typename S::template parameters<double> p, std::span<double> h) {
  S::impulse_response(p, h);
};
/// pullback(parameters, g, gradient): from cotangents g of h to those of the parameters.
template <class S>
concept HasPullback = requires(const typename S::template parameters<double> p,
                               typename S::template parameters<double> dp, std::span<const double> g) {
  S::pullback(p, g, dp);
};
/// The map is a convolution with the impulse response h, whose cotangents can be pulled back to the parameters.
template <class S>
concept LinearTimeInvariant = StateMatrixStructure<S> && HasImpulseResponse<S> && HasPullback<S>;

/// Σ_k g_k ∇²h_k couples no two modes; its entries per mode are known, and the structure makes room for them.
template <class S>
concept ModalCurvature = LinearTimeInvariant<S> &&
    requires(const S s, const typename S::template parameters<double> p,
             typename S::template second_order_terms<double> m, std::span<const double> g) {
  S::second_order(p, g, m);
  { s.template make_second_order<double>() } -> std::same_as<typename S::template second_order_terms<double>>;
};

namespace detail {
template <class List, class S>
inline constexpr bool slots_are_modal = false;
template <class... Slots, class S>
inline constexpr bool slots_are_modal<slot_list<Slots...>, S> = (requires {
  { S::modal(Slots()) } -> std::convertible_to<modal_slot>;
} && ...);
}  // namespace detail
/// h is a sum over modes, and the structure says where each slot keeps the entries of a mode: modal(slot).
template <class S>
concept ModalSlots =
    LinearTimeInvariant<S> && HasPoles<S> && HasSlots<S> && detail::slots_are_modal<slots_of<S>, S>;

}  // namespace lssm
