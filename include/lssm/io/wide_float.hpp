// SPDX-License-Identifier: BSD-3-Clause
// long double and quad taken apart and put together exactly, without the compiler's run-time libraries.
#pragma once

#include <concepts>
#include <limits>

#include "../core/quad.hpp"
#include "../core/scalar.hpp"

namespace lssm::detail {

/// Number formats with more digits and range than double: x87's long double and the 113-bit quad. They share a
/// 15-bit exponent. (Where long double is double, it does not count as wide.)
template <class T>
inline constexpr bool is_wide_float =
    std::same_as<T, long double>&& std::numeric_limits<long double>::max_exponent == 16384;
#if defined(__SIZEOF_FLOAT128__)
template <>
inline constexpr bool is_wide_float<quad> = true;
#endif
template <class T>
concept WideFloat = is_wide_float<T>;

/// Binary digits of T: 64 or 113.
template <WideFloat T>
inline constexpr int digits_of = [] {
  int digits = 1;
  for (double e = epsilon_of<T>; e < 1; e = e + e) ++digits;
  return digits;
}();

/// The exponent of the smallest number above zero: every number is a multiple of 2^lowest_exponent.
template <WideFloat T>
inline constexpr int lowest_exponent = -16381 - digits_of<T>;

/// x 2^n; exact where the result is a number of T, infinite where it is too large.
template <WideFloat T>
T scaled_by_power_of_two(T x, int n) {
  constexpr int piece = 8192;  // 2^piece and 2^-piece are numbers of T
  const T base = n < 0 ? T(0.5) : T(2);
  int rest = n < 0 ? -n : n;
  for (; rest > piece; rest -= piece) x = x * power(base, piece);
  return x * power(base, rest);
}

/// m with 1 <= |m| < 2 and x = m 2^exponent, for x neither zero nor infinite nor NaN.
template <WideFloat T>
T normalized(T x, int& exponent) {
  const auto size = [&] { return x < T(0) ? T(0) - x : x; };
  exponent = 0;
  for (int k = 8192; k > 0; k /= 2) {
    for (const T large = power(T(2), k); size() >= large; exponent += k) x = scaled_by_power_of_two(x, -k);
    for (const T small = power(T(0.5), k - 1); size() < small; exponent -= k)
      x = scaled_by_power_of_two(x, k);
  }
  return x;
}

}  // namespace lssm::detail
