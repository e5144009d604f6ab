// SPDX-License-Identifier: BSD-3-Clause
// Whether measures over an infinite horizon exist, and how a measure is told.
//
//   stable     every eigenvalue is inside the unit circle       marginal   the spectral radius is within d ε of 1
//   unstable   some eigenvalue is outside
//
// A measure of a system that is not stable is +inf, with its status: never a number.
#pragma once

#include <cmath>
#include <limits>
#include <ostream>
#include <string_view>

#include "../core/scalar.hpp"

namespace lssm {

/// Where the eigenvalues of a system stand.
enum class stability { stable, marginal, unstable };

/// The name of a stability, as in the enumeration.
constexpr std::string_view to_string(stability s) {
  return s == stability::stable ? "stable" : s == stability::marginal ? "marginal" : "unstable";
}
inline std::ostream& operator<<(std::ostream& out, stability s) { return out << to_string(s); }

/// The stability of d states with a spectral radius of the scalar T.
template <SingleScalar T>
stability stability_of_radius(const T& radius, std::size_t states) {
  const double margin = epsilon_of<T> * static_cast<double>(states);
  if (radius - T(1) > T(margin) || !is_finite(radius)) return stability::unstable;
  return T(1) - radius > T(margin) ? stability::stable : stability::marginal;
}

/// A measure of a system: lower <= exact value <= upper, and `value` between them, its digits right up to rounding.
template <class T>
struct system_measure {
  stability status = stability::stable;
  T value{}, lower{}, upper{};
  double angle = 0;  ///< of a peak gain: θ in [0, π] with σ_max(G(e^{iθ})) = value

  /// The measure of what has no infinite horizon.
  static system_measure none(stability s) {
    const T infinity = T(std::numeric_limits<double>::infinity());
    return {s, infinity, infinity, infinity};
  }
};

}  // namespace lssm
