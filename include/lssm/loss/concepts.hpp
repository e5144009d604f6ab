// SPDX-License-Identifier: BSD-3-Clause
// What a loss must offer, member by member, so that a message can name the one that lacks.
#pragma once

#include <concepts>

namespace lssm {

/// value(prediction, label)
template <class L>
concept HasValue = requires(const L l, double p) {
  { l.value(p, p) } -> std::convertible_to<double>;
};
/// derivative(prediction, label), with respect to the prediction
template <class L>
concept HasDerivative = requires(const L l, double p) {
  { l.derivative(p, p) } -> std::convertible_to<double>;
};
/// A pointwise loss.
template <class L>
concept Loss = HasValue<L> && HasDerivative<L>;

/// A loss that knows its (nonnegative) second derivative with respect to the prediction.
template <class L>
concept CurvedLoss = Loss<L> && requires(const L l, double p) {
  { l.second_derivative(p, p) } -> std::convertible_to<double>;
};
/// (p - y)²: inputs then enter only through their Gram matrix.
template <class L>
concept QuadraticLoss = Loss<L> && requires {
  requires L::quadratic;
};

}  // namespace lssm
