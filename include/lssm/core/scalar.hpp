// SPDX-License-Identifier: BSD-3-Clause
// What a number must offer so that every formula of this library can be written once.
//
// A scalar is float, double, long double, quad (core/quad.hpp), dual<T> (core/dual.hpp) or a SIMD pack with one
// student per lane (core/pack.hpp). A type becomes a scalar by specializing scalar_traits; the functions below are
// function objects, which switches argument-dependent lookup off for their names.
//
//   where(m, x, y)   x where the mask holds, y elsewhere        mul_add(x, y, z)   x y + z, fused where hardware can
//   any_lane(m)      whether the mask holds in some lane         abs_of, max_of, min_of, sqrt_of, exp_of, log_of,
//                                                                log1p_of (log(1 + x)), tanh_of, erfc_of (1 - erf x),
//                                                                sin_of, cos_of
//   is_finite(x)     a mask; in selects comparisons drop NaN    value_of(x)        the nearest double
//   is_zero(x)       a mask; of a dual number's derivative too
//   per_lane(x, f)   f applied lane by lane: bit-equal to the single number by construction
//   rounded_to_float(x)   the double x as single precision stores it
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <type_traits>

#include "compiler.hpp"

namespace lssm {

/// The functions of a scalar, specialized for each; the primary template is deliberately undefined.
template <class T>
struct scalar_traits;

/// The scalar in one lane of T: T itself where there is one lane.
template <class T>
using lane_of = typename scalar_traits<T>::lane;
/// The type of a comparison of T: bool, or a mask with a truth value for each lane.
template <class T>
using mask_of = typename scalar_traits<T>::mask;
template <class T>
inline constexpr std::size_t lanes_of = scalar_traits<T>::lanes;

namespace detail {

/// Whether x y + z is one rounding in hardware, hence as fast as a product.
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA) || defined(__aarch64__)
inline constexpr bool hardware_fma = true;
#else
inline constexpr bool hardware_fma = false;
#endif

/// Lane access and selection of a type that is its own single lane.
template <class T>
struct single_lane {
  using lane = T;
  using mask = bool;
  static constexpr std::size_t lanes = 1;
  static constexpr T get(const T& x, std::size_t) { return x; }
  static constexpr void set(T& x, std::size_t, const T& v) { x = v; }
  static constexpr bool get_mask(bool m, std::size_t) { return m; }
  static constexpr void set_mask(bool& m, std::size_t, bool v) { m = v; }
  static constexpr T select(bool m, const T& x, const T& y) { return m ? x : y; }
  static constexpr bool any(bool m) { return m; }
};

template <class T>
concept StandardFloat = std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, long double>;

}  // namespace detail

template <detail::StandardFloat T>
struct scalar_traits<T> : detail::single_lane<T> {
  static constexpr double epsilon = static_cast<double>(std::numeric_limits<T>::epsilon());
  static constexpr T mul_add(T x, T y, T z) {
    if constexpr (detail::hardware_fma && !std::same_as<T, long double>) {
      if (__builtin_is_constant_evaluated()) return x * y + z;
      if constexpr (std::same_as<T, float>) {
        return __builtin_fmaf(x, y, z);
      } else {
        return __builtin_fma(x, y, z);
      }
    } else {
      return x * y + z;
    }
  }
  static T sqrt(T x) { return std::sqrt(x); }
  static T exp(T x) { return std::exp(x); }
  static T log(T x) { return std::log(x); }
  static T log1p(T x) { return std::log1p(x); }
  static T tanh(T x) { return std::tanh(x); }
  static T erfc(T x) { return std::erfc(x); }
  static T sin(T x) { return std::sin(x); }
  static T cos(T x) { return std::cos(x); }
  static constexpr double value(T x) { return static_cast<double>(x); }
};

/// A number this library computes with: ring operations, order as masks, and the traits above.
template <class T>
concept Scalar = requires(const T x, const mask_of<T> m) {
  { scalar_traits<T>::lanes } -> std::convertible_to<std::size_t>;
  { scalar_traits<T>::epsilon } -> std::convertible_to<double>;
  { scalar_traits<T>::select(m, x, x) } -> std::convertible_to<T>;
  { scalar_traits<T>::mul_add(x, x, x) } -> std::convertible_to<T>;
  { x + x } -> std::convertible_to<T>;
  { x - x } -> std::convertible_to<T>;
  { x* x } -> std::convertible_to<T>;
  { x / x } -> std::convertible_to<T>;
  { x < x } -> std::convertible_to<mask_of<T>>;
};

/// A scalar with one lane: the scalar of files, of observers and of descriptions that are not in lanes.
template <class T>
concept SingleScalar = Scalar<T> &&(lanes_of<T> == 1);

/// Relative spacing of the numbers of T, as a double; the unit in which tests state their tolerances.
template <Scalar T>
inline constexpr double epsilon_of = scalar_traits<T>::epsilon;

/// x where the mask holds, y elsewhere.
inline constexpr auto where = []<Scalar T>(const mask_of<T>& m, const T& x,
                                           const std::type_identity_t<T>& y) -> T {
  return scalar_traits<T>::select(m, x, y);
};

/// Whether the mask holds in some lane.
template <Scalar T>
constexpr bool any_lane(const mask_of<T>& m) {
  return scalar_traits<T>::any(m);
}

/// The lanes for which holds(lane) is true.
template <Scalar T, class Holds>
constexpr mask_of<T> lanes_where(Holds holds) {
  T x(0);
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
    if (holds(lane)) scalar_traits<T>::set(x, lane, lane_of<T>(1));
  return x > T(0);
}

/// Calls f(lane) for the lanes in which the mask holds.
template <Scalar T, class F>
constexpr void each_lane_of(const mask_of<T>& m, F f) {
  const T x = scalar_traits<T>::select(m, T(1), T(0));
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
    if (scalar_traits<T>::get(x, lane) > lane_of<T>(0)) f(lane);
}

/// The one place where multiply and add may fuse; everything else is rounded after each operation.
inline constexpr auto mul_add = []<Scalar T>(const T& x, const std::type_identity_t<T>& y,
                                             const std::type_identity_t<T>& z) -> T {
  return scalar_traits<T>::mul_add(x, y, z);
};

inline constexpr auto max_of = []<Scalar T>(const T& x, const std::type_identity_t<T>& y) -> T {
  return where(y > x, y, x);
};

inline constexpr auto min_of = []<Scalar T>(const T& x, const std::type_identity_t<T>& y) -> T {
  return where(y < x, y, x);
};

inline constexpr auto abs_of = []<Scalar T>(const T& x) -> T { return where(x < T(0), T(0) - x, x); };

inline constexpr auto is_finite = []<Scalar T>(const T& x) -> mask_of<T> {
  if constexpr (requires { scalar_traits<T>::finite(x); }) {
    return scalar_traits<T>::finite(x);
  } else {
    return x - x == T(0);
  }
};

/// Mask of zeros; the derivative of a dual number must be zero as well.
inline constexpr auto is_zero = []<Scalar T>(const T& x) -> mask_of<T> {
  if constexpr (requires { scalar_traits<T>::zero(x); }) {
    return scalar_traits<T>::zero(x);
  } else {
    return x == T(0);
  }
};

inline constexpr auto sqrt_of = []<Scalar T>(const T& x) -> T { return scalar_traits<T>::sqrt(x); };
inline constexpr auto exp_of = []<Scalar T>(const T& x) -> T { return scalar_traits<T>::exp(x); };
inline constexpr auto log_of = []<Scalar T>(const T& x) -> T { return scalar_traits<T>::log(x); };
inline constexpr auto log1p_of = []<Scalar T>(const T& x) -> T { return scalar_traits<T>::log1p(x); };
inline constexpr auto tanh_of = []<Scalar T>(const T& x) -> T { return scalar_traits<T>::tanh(x); };
inline constexpr auto sin_of = []<Scalar T>(const T& x) -> T { return scalar_traits<T>::sin(x); };
inline constexpr auto cos_of = []<Scalar T>(const T& x) -> T { return scalar_traits<T>::cos(x); };

/// Distribution function of the standard normal: Φ(x) = erfc(-x/√2) / 2, without cancellation on either side.
inline constexpr auto erfc_of = []<Scalar T>(const T& x) -> T { return scalar_traits<T>::erfc(x); };

namespace detail {
/// A constant with all the digits of T: the sum of three doubles that do not overlap.
template <class T>
constexpr T sum_of_doubles(double high, double middle, double low) {
  return T(lane_of<T>(high)) + (T(lane_of<T>(middle)) + T(lane_of<T>(low)));
}
/// 1/√π
template <class T>
constexpr T inverse_sqrt_pi() {
  return sum_of_doubles<T>(0x1.20dd750429b6dp-1, 0x1.1ae3a914fed8p-57, -0x1.3cbbebf65f145p-112);
}
/// √½
template <class T>
constexpr T sqrt_half() {
  return sum_of_doubles<T>(0x1.6a09e667f3bcdp-1, -0x1.bdd3413b26456p-55, 0x1.57d3e3adec175p-109);
}
}  // namespace detail

inline constexpr auto value_of = []<SingleScalar T>(const T& x) -> double {
  return scalar_traits<T>::value(x);
};

/// x rounded to single precision. It goes through memory because g++ 12 at -O3 leaves out both conversions where it puts
/// several neighbours into one vector.
inline double rounded_to_float(double x) {
  const volatile float stored = static_cast<float>(x);
  return static_cast<double>(stored);
}

/// f applied lane by lane.
template <Scalar T, class F>
constexpr T per_lane(const T& x, F f) {
  T y{};
  for (std::size_t i = 0; i < lanes_of<T>; ++i) scalar_traits<T>::set(y, i, f(scalar_traits<T>::get(x, i)));
  return y;
}

/// x^n for n >= 0 by repeated squaring; without a logarithm, so x may be negative.
template <Scalar T>
constexpr T power(T x, long n) {
  T r(1);
  for (; n > 0; n >>= 1, x = x * x)
    if (n & 1) r = r * x;
  return r;
}

namespace detail {
/// -1, 0 or 1; what is no number stays none.
template <class T>
T sign_of(const T& x) {
  return where(x > T(0), T(1), where(x < T(0), T(-1), x));
}
}  // namespace detail

}  // namespace lssm
