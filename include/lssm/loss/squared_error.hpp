// SPDX-License-Identifier: BSD-3-Clause
// Pointwise losses: functions of a prediction p and a label y.
//
//   squared_error   ℓ = (p - y)²        the paper's; marks itself quadratic, which opens the Gram form
//
// A loss of one's own is a struct with value(p, y) and derivative(p, y) = ∂ℓ/∂p, templates over the scalar;
// second_derivative(p, y) >= 0 lets the stiff flow use it. The training loss is the mean over sequences.
#pragma once

#include "concepts.hpp"

namespace lssm {

struct squared_error {
  static constexpr bool quadratic = true;
  template <class T>
  static constexpr T value(const T& p, const T& y) {
    return (p - y) * (p - y);
  }
  template <class T>
  static constexpr T derivative(const T& p, const T& y) {
    return T(2) * (p - y);
  }
  template <class T>
  static constexpr T second_derivative(const T&, const T&) {
    return T(2);
  }
  friend constexpr bool operator==(squared_error, squared_error) { return true; }
};

}  // namespace lssm
