// SPDX-License-Identifier: BSD-3-Clause
// The squared error, the paper's: ℓ = (p - y)². `quadratic` selects the Gram form.
#pragma once

#include "concepts.hpp"

namespace lssm {

/// ℓ = (p - y)², the paper's.
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
