// SPDX-License-Identifier: BSD-3-Clause
// What a layer is: a description that binds to the size of its inputs.
//
//   known_outputs<In>, known_parameters<In>     where they are known while compiling
//   bind(extent<In>)                            the layer with all its sizes:
//     inputs, outputs(), parameters()
//     forward(θ, x, y)                          y (rows, out) from x (rows, in)
//     backward(θ, x, y, dy, dθ, dx)             adds to dθ, writes dx
#pragma once

#include <concepts>
#include <span>

#include "../core/storage.hpp"

namespace lssm {

template <class L>
concept HasLayerSizes = requires {
  { L::template known_outputs<4> } -> std::convertible_to<integer>;
  { L::template known_parameters<4> } -> std::convertible_to<integer>;
};
template <class L>
concept HasForward = requires(const L l, std::span<const double> in, std::span<double> out) {
  l.bind(extent<4>{}).forward(in, in, out);
};
template <class L>
concept HasBackward = requires(const L l, std::span<const double> in, std::span<double> out) {
  l.bind(extent<4>{}).backward(in, in, in, in, out, out);
};
/// Rows in, rows out, and the way back.
template <class L>
concept Layer = HasLayerSizes<L> && HasForward<L> && HasBackward<L>;

/// Whether a layer says that it is positively homogeneous, itself or by its activation.
template <class L>
inline constexpr bool homogeneous_layer = false;
template <class L>
  requires requires { L::positively_homogeneous; }
inline constexpr bool homogeneous_layer<L> = L::positively_homogeneous;

/// Whether its derivative at 0 is 0.
template <class L>
inline constexpr bool flat_layer = false;
template <class L>
  requires requires { L::flat_at_zero; }
inline constexpr bool flat_layer<L> = L::flat_at_zero;

namespace detail {
template <integer In, class... Layers>
inline constexpr integer outputs_after = In;
template <integer In, class First, class... Rest>
inline constexpr integer outputs_after<In, First, Rest...> =
    outputs_after<First::template known_outputs<In>, Rest...>;
template <integer In, class... Layers>
inline constexpr integer parameters_after = 0;
template <integer In, class First, class... Rest>
inline constexpr integer parameters_after<In, First, Rest...> =
    sum_of<First::template known_parameters<In>,
           parameters_after<First::template known_outputs<In>, Rest...>>;
}  // namespace detail

}  // namespace lssm
