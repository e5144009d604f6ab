// SPDX-License-Identifier: BSD-3-Clause
// Losses: functions of predictions and labels.
//
//   squared_error            (p - y)²                                     loss/squared_error.hpp
//   absolute_error           |p - y|                                      loss/absolute_error.hpp
//   binary_cross_entropy     of a logit and a probability                 loss/cross_entropy.hpp
//   softmax_cross_entropy    of a row of logits and one of probabilities  loss/cross_entropy.hpp
//
// One's own loss of one number is a struct with value(p, y) and derivative(p, y) = ∂ℓ/∂p, templates over the scalar;
// second_derivative(p, y) >= 0 lets the stiff flow use it. A loss of rows, for models that answer several numbers at a
// time, has value(p, y) and derivative(p, y, dp) of spans. The training loss is the mean: over sequences, and where a model
// answers at every step over steps; of a loss of one number also over what it answers at a time. A loss of logits and
// probabilities says so, `static constexpr bool logits = true`: test sets then refuse to measure the distance of the two.
#pragma once

#include <concepts>
#include <span>

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

/// value(predictions, labels) of a row
template <class L>
concept HasRowValue = requires(const L l, std::span<const double> p) {
  { l.template value<double>(p, p) } -> std::convertible_to<double>;
};
/// derivative(predictions, labels, dp) of a row
template <class L>
concept HasRowDerivative = requires(const L l, std::span<const double> p, std::span<double> dp) {
  l.template derivative<double>(p, p, dp);
};
/// A loss of several numbers at a time.
template <class L>
concept RowLoss = HasRowValue<L> && HasRowDerivative<L>;

/// A loss of logits by probabilities, which says so: no distance of the two makes sense.
template <class L>
concept LossOfLogits = requires {
  requires L::logits;
};
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
