// SPDX-License-Identifier: BSD-3-Clause
// What a layer is: a description that binds to the size of its inputs.
//
//   known_outputs<In>, known_parameters<In>     static sizes, else dynamic
//   bind(extent<In>)                            gives the layer with all its sizes:
//     inputs, outputs(), parameters()
//
// A layer of rows does not depend on time: a row is a sequence's last output or a time step.
//     forward(θ, x, y)                          y (rows, out) from x (rows, in)
//     backward(θ, x, y, dy, dθ, dx)             adds to dθ, writes dx
//
// A sequence layer also receives the batch shape, x (N, steps, in) ↦ y (N, steps_after(steps), out):
//     steps_after(steps)
//     system<T>, make<T>()                      its parameters, all zero                a struct with parts
//     workspace<T>(layer, batch_shape)          its scratch, sized once
//     forward(system, x, y, work)
//     backward(system, x, y, dy, dsystem, dx, work)     adds to dsystem, writes dx unless that is empty
//     learned                                   optional: a ParameterMap (ssm/) of the learned part of `system`
#pragma once

#include <concepts>
#include <span>

#include "../core/storage.hpp"

namespace lssm {

/// Has the numbers of outputs and parameters for In inputs as constants.
template <class L>
concept HasLayerSizes = requires {
  { L::template known_outputs<4> } -> std::convertible_to<integer>;
  { L::template known_parameters<4> } -> std::convertible_to<integer>;
};
/// The numbers of sequences and steps of a batch, whose rows go sequence by sequence, step by step.
struct batch_shape {
  integer sequences = 1, steps = 1;
  constexpr integer rows() const { return sequences * steps; }
  friend constexpr bool operator==(const batch_shape&, const batch_shape&) = default;
};

/// A bound layer whose rows are not independent of each other.
template <class B>
concept BoundSequenceLayer = requires(const B b, integer steps) {
  { b.steps_after(steps) } -> std::convertible_to<integer>;
  typename B::template system<double>;
  typename B::template workspace<double>;
};

/// Binds to a layer with forward(θ, x, y).
template <class L>
concept HasForward = requires(const L l, std::span<const double> in, std::span<double> out) {
  l.bind(extent<4>{}).forward(in, in, out);
};
/// Binds to a layer with backward(θ, x, y, dy, dθ, dx).
template <class L>
concept HasBackward = requires(const L l, std::span<const double> in, std::span<double> out) {
  l.bind(extent<4>{}).backward(in, in, in, in, out, out);
};
/// A layer whose rows depend on each other.
template <class L>
concept BindsToSequences = requires(const L l) {
  { l.bind(extent<4>{}) } -> BoundSequenceLayer;
};
/// A layer of rows or of sequences, with its derivative.
template <class L>
concept Layer = HasLayerSizes<L> &&((HasForward<L> && HasBackward<L>) || BindsToSequences<L>);

/// Whether a layer, or its activation, declares to be positively homogeneous.
template <class L>
inline constexpr bool homogeneous_layer = requires {
  requires L::positively_homogeneous;
};

/// Whether the derivative of a layer at 0 is 0.
template <class L>
inline constexpr bool flat_layer = requires {
  requires L::flat_at_zero;
};

namespace detail {

/// The layer of a description: the description itself, or that of an SSM (nn/ssm_layer.hpp).
template <class L>
struct as_layer {
  using type = L;
  static constexpr const L& of(const L& l) { return l; }
};
template <class L>
using layer_of = typename as_layer<L>::type;

/// The number of inputs that a layer requires, or dynamic.
template <class L>
inline constexpr integer required_inputs = dynamic;
template <class L>
  requires requires { layer_of<L>::required_inputs; }
inline constexpr integer required_inputs<L> = layer_of<L>::required_inputs;

template <integer In, class... Layers>
inline constexpr integer outputs_after = In;
template <integer In, class First, class... Rest>
inline constexpr integer outputs_after<In, First, Rest...> =
    outputs_after<layer_of<First>::template known_outputs<In>, Rest...>;
template <integer In, class... Layers>
inline constexpr integer parameters_after = 0;
template <integer In, class First, class... Rest>
inline constexpr integer parameters_after<In, First, Rest...> =
    sum_of<layer_of<First>::template known_parameters<In>,
           parameters_after<layer_of<First>::template known_outputs<In>, Rest...>>;

}  // namespace detail

}  // namespace lssm
