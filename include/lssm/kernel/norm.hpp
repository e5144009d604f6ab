// SPDX-License-Identifier: BSD-3-Clause
// 2-norms of entries whose squares overflow or underflow though the norm does not.
//
//   sound_square(s)       a mask: the sum s of squares has lost nothing to either end of the scalar's range
//   scaled_norm(x)        ‖x‖₂ = largest · ratio, largest = max |x_i|, ratio = ‖x / largest‖₂ from 1 to √n
//   norm(s, x)            ‖x‖₂ of x with the sum of squares s
//   norm_ratio(s, x, t, y)   ‖x‖₂ / ‖y‖₂ of x and y with the sums of squares s and t
//
// Callers compute the plain sum of squares first, and the scaled norm only where that is not sound: norms in the normal
// range keep the bits of the plain formula.
#pragma once

#include <span>

#include "../core/scalar.hpp"

namespace lssm::kernel {

/// Whether s, a sum of squares, is finite and so far from zero that squares which underflow do not change it. A sum of
/// zero is not sound: all its squares may have underflowed.
template <Scalar T>
mask_of<T> sound_square(const T& s) {
  const T small(epsilon_of<T> * epsilon_of<T>);  // a power of two: scaling is exact unless digits underflow
  return is_finite(s) && s > T(0) && s * small / small == s;
}

/// ‖x‖₂ as a product.
template <class T>
struct scaled_norm_of {
  T largest, ratio;
};

/// ‖x‖₂ = largest · ratio. Both are zero if all entries are; one of them is not finite if an entry is not.
template <Scalar T>
scaled_norm_of<T> scaled_norm(std::span<const T> x) {
  T largest(0), sum(0);
  for (const T& v : x) largest = max_of(largest, abs_of(v));
  const T unit = where(largest > T(0), largest, T(1));
  for (const T& v : x) sum = mul_add(v / unit, v / unit, sum);
  return {largest, sqrt_of(sum)};
}

/// ‖x‖₂: √s where the sum of squares is sound, else the product.
template <SingleScalar T>
T norm(const T& s, std::span<const T> x) {
  if (sound_square(s)) return sqrt_of(s);
  const auto [largest, ratio] = scaled_norm(x);
  return largest * ratio;
}

/// ‖x‖₂ / ‖y‖₂: √(s/t) where both sums of squares and their ratio are sound; 0 where x and y are zero, infinite where
/// only y is.
template <SingleScalar T>
T norm_ratio(const T& s, std::span<const T> x, const T& t, std::span<const T> y) {
  if (sound_square(s) && sound_square(t) && sound_square(T(s / t))) return sqrt_of(s / t);
  const auto p = scaled_norm(x), q = scaled_norm(y);
  if (p.largest == T(0) && q.largest == T(0) && s == t) return T(0);
  if (!is_finite(p.largest) || !is_finite(q.largest)) return sqrt_of(s / t);
  return p.largest / q.largest * (q.ratio == T(0) ? T(1) : p.ratio / q.ratio);
}

}  // namespace lssm::kernel
