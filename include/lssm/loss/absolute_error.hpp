// SPDX-License-Identifier: BSD-3-Clause
// The absolute error: ℓ = |p - y|, with derivative 0 at p = y.
#pragma once

#include "../core/scalar.hpp"

namespace lssm {

/// ℓ = |p - y|, with derivative 0 at p = y.
struct absolute_error {
  template <class T>
  static constexpr T value(const T& p, const T& y) {
    return abs_of(p - y);
  }
  template <class T>
  static constexpr T derivative(const T& p, const T& y) {
    return where(p > y, T(1), where(p < y, T(-1), T(0) * (p - y)));  // keeps NaN
  }
  friend constexpr bool operator==(absolute_error, absolute_error) { return true; }
};

}  // namespace lssm
