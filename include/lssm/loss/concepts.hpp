// SPDX-License-Identifier: BSD-3-Clause
// Losses: functions of predictions and labels.
//
//   squared_error            (p - y)²                                     loss/squared_error.hpp
//   absolute_error           |p - y|                                      loss/absolute_error.hpp
//   binary_cross_entropy     of a logit and a probability                 loss/cross_entropy.hpp
//   softmax_cross_entropy    of a row of logits and one of probabilities  loss/cross_entropy.hpp
//   class_cross_entropy      of a row of logits and a class               loss/cross_entropy.hpp
//
// A loss of your own of one number has value(p, y) and derivative(p, y) = ∂ℓ/∂p, templates over the scalar;
// second_derivative(p, y) >= 0 lets the stiff flow use it. A loss of rows, for models that answer several numbers at a
// time, has value(p, y) and derivative(p, y, dp) of spans. The training loss is the mean over sequences, over steps if the
// model answers at every step, and for a loss of one number over the numbers of a step. A loss of logits and probabilities
// declares `static constexpr bool logits = true`: test sets then refuse to measure the distance of the two.
#pragma once

#include <concepts>
#include <span>
#include <string_view>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/scalar.hpp"

namespace lssm {

/// Has value(prediction, label).
template <class L>
concept HasValue = requires(const L l, double p) {
  { l.value(p, p) } -> std::convertible_to<double>;
};
/// Has derivative(prediction, label), with respect to the prediction.
template <class L>
concept HasDerivative = requires(const L l, double p) {
  { l.derivative(p, p) } -> std::convertible_to<double>;
};
/// A pointwise loss.
template <class L>
concept Loss = HasValue<L> && HasDerivative<L>;

/// Has value(predictions, labels) of a row.
template <class L>
concept HasRowValue = requires(const L l, std::span<const double> p) {
  { l.template value<double>(p, p) } -> std::convertible_to<double>;
};
/// Has derivative(predictions, labels, dp) of a row.
template <class L>
concept HasRowDerivative = requires(const L l, std::span<const double> p, std::span<double> dp) {
  l.template derivative<double>(p, p, dp);
};
/// A loss of several numbers at a time.
template <class L>
concept RowLoss = HasRowValue<L> && HasRowDerivative<L>;

/// A loss of logits by probabilities, which are never compared by their distance.
template <class L>
concept LossOfLogits = requires {
  requires L::logits;
};
/// A loss of rows by classes: each row has one label, an integer from 0 to the size of a row less one.
template <class L>
concept LossOfClasses = RowLoss<L> && requires {
  requires L::classes;
};
/// A loss with a (nonnegative) second derivative with respect to the prediction.
template <class L>
concept CurvedLoss = Loss<L> && requires(const L l, double p) {
  { l.second_derivative(p, p) } -> std::convertible_to<double>;
};
/// The loss (p - y)², for which inputs enter only through their Gram matrix.
template <class L>
concept QuadraticLoss = Loss<L> && requires {
  requires L::quadratic;
};

namespace detail {
/// Refuses labels that are no class: integers from 0 to count - 1.
template <class T>
void require_classes(std::string_view function, std::span<const T> labels, integer count) {
  for (const T& y : labels) {
    const double c = value_of(y);
    if (!(c >= 0 && c < static_cast<double>(count) && c == static_cast<double>(static_cast<integer>(c))))
      refuse(function, "labels", "classes, integers from 0 to " + to_text(count - 1), c);
  }
}
}  // namespace detail

}  // namespace lssm
