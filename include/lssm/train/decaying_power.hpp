// SPDX-License-Identifier: BSD-3-Clause
// β^t for t = 0, 1, 2, ..., as the bias corrections of moving averages need it.
//
// The product is kept with its rounding error (x y = p + e exactly, by a fused operation), so that after a million factors
// it is still right to the last digit or two; a call of pow() at every step costs as much as the step. Without hardware
// for fused operations it is the plain product. Once 1 - β^t has been 1 for long it becomes 0: what is left of it would
// become a denormal number, with which arithmetic is slow.
#pragma once

#include <tuple>

#include "../core/parts.hpp"

namespace lssm {

/// β^t, one factor at a time, right to the last digit or two.
template <Scalar T>
class decaying_power {
 public:
  decaying_power() = default;
  explicit decaying_power(const T& beta) : beta_(beta) {}

  /// One factor more; returns the power.
  T next() {
    const T product = value_ * beta_;
    const T rest = mul_add(rest_, beta_, mul_add(value_, beta_, T(0) - product));
    const mask_of<T> matters = product > T(epsilon_of<T> * epsilon_of<T>);
    value_ = where(matters, product, T(0));
    rest_ = where(matters, rest, T(0));
    return value_ + rest_;
  }

  /// Whether it can be such a power, for numbers from a file. Roundings of the product add up to a small part of it.
  mask_of<T> is_sound() const {
    return value_ >= T(0) && value_ <= T(1) && abs_of(rest_) <= T(lane_of<T>(0.125)) * value_;
  }

  static constexpr auto parts(auto& p) { return std::tuple(part("value", p.value_), part("rest", p.rest_)); }

 private:
  T beta_ = T(0), value_ = T(1), rest_ = T(0);
};

}  // namespace lssm
