// SPDX-License-Identifier: BSD-3-Clause
// The principal logarithm of a mode: real for a real eigenvalue above 0, of the smallest angle for a complex one.
#pragma once

#include <string_view>

#include "../core/error.hpp"
#include "mode_arithmetic.hpp"

namespace lssm::detail {

/// log x of a number near 1 too; `argument` names it where there is none.
template <SingleScalar T>
T logarithm(std::string_view function, const T& x) {
  require(x > T(0) && is_finite(x), function, "a real eigenvalue",
          "finite and above 0, as only those are exponentials", value_of(x));
  return x > T(0.5) && x < T(2) ? log1p_of(x - T(1)) : log_of(x);
}

/// The angle of a number of modulus r: one step towards the zero of sin(φ - angle) from the angle in double.
template <SingleScalar T>
T angle_of(const eigenvalue<T>& z, const T& r) {
  const T guess(lane_of<T>(std::atan2(value_of(z.im / r), value_of(z.re / r))));
  return guess + (z.im / r * cos_of(guess) - z.re / r * sin_of(guess));
}

template <SingleScalar T>
eigenvalue<T> logarithm(std::string_view function, const eigenvalue<T>& z) {
  const T r = z.magnitude();
  require(r > T(0) && is_finite(r), function, "a complex eigenvalue", "finite and not 0", value_of(r));
  const bool near_one = r > T(0.5) && r < T(2);
  const T more = mul_add(z.re - T(1), z.re + T(1), z.im * z.im);  // |z|² - 1
  return {near_one ? T(0.5) * log1p_of(more) : log_of(r), angle_of(z, r)};
}

}  // namespace lssm::detail
