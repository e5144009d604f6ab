// SPDX-License-Identifier: BSD-3-Clause
// A dual number: a value and its derivative along one direction, carried through any computation of the library.
//
//   (v + e ε)(w + f ε) = vw + (vf + ew) ε,  ε² = 0.
//
// Seed the direction in an input, for example a poison's amplitude, run the training in dual<double>, read .e of a
// measure: the derivative through labels, Gram matrix and every step. Comparisons compare values only. dual<pack<double>> is
// one dual number per lane.
#pragma once

#include "scalar.hpp"

namespace lssm {

/// v + e ε with ε² = 0: a value and its derivative along one direction.
template <class T>
struct dual {
  T v{};  ///< value
  T e{};  ///< derivative along the seeded direction

  constexpr dual() = default;
  template <class N>
    requires std::convertible_to<N, T>
  constexpr dual(N value) : v(number(value)), e(T(0)) {}
  constexpr dual(T value, T derivative) : v(value), e(derivative) {}
  /// The same dual number in each lane.
  template <std::same_as<lane_of<T>> Lane>
    requires(!std::same_as<Lane, T>)
  constexpr dual(const dual<Lane>& x) : v(x.v), e(x.e) {}

  friend constexpr dual operator+(const dual& x, const dual& y) { return {x.v + y.v, x.e + y.e}; }
  friend constexpr dual operator-(const dual& x, const dual& y) { return {x.v - y.v, x.e - y.e}; }
  friend constexpr dual operator-(const dual& x) { return {T(0) - x.v, T(0) - x.e}; }
  friend constexpr dual operator*(const dual& x, const dual& y) { return {x.v * y.v, x.v * y.e + x.e * y.v}; }
  friend constexpr dual operator/(const dual& x, const dual& y) {
    const T q = x.v / y.v;
    return {q, (x.e - q * y.e) / y.v};
  }
  constexpr dual& operator+=(const dual& y) { return *this = *this + y; }
  constexpr dual& operator-=(const dual& y) { return *this = *this - y; }
  constexpr dual& operator*=(const dual& y) { return *this = *this * y; }
  constexpr dual& operator/=(const dual& y) { return *this = *this / y; }
  friend constexpr mask_of<T> operator<(const dual& x, const dual& y) { return x.v < y.v; }
  friend constexpr mask_of<T> operator>(const dual& x, const dual& y) { return x.v > y.v; }
  friend constexpr mask_of<T> operator<=(const dual& x, const dual& y) { return x.v <= y.v; }
  friend constexpr mask_of<T> operator>=(const dual& x, const dual& y) { return x.v >= y.v; }
  friend constexpr mask_of<T> operator==(const dual& x, const dual& y) { return x.v == y.v; }

 private:
  template <class N>
  static constexpr T number(N value) {
    if constexpr (std::convertible_to<N, lane_of<T>>) {
      return T(static_cast<lane_of<T>>(value));
    } else {
      return static_cast<T>(value);
    }
  }
};

namespace detail {
/// Lanes of dual numbers: value and derivative of each stand in the same lane of their packs.
template <class T>
struct dual_lanes {
  using lane = dual<lane_of<T>>;
  using mask = mask_of<T>;
  using base = scalar_traits<T>;
  static constexpr std::size_t lanes = lanes_of<T>;
  static lane get(const dual<T>& x, std::size_t i) { return {base::get(x.v, i), base::get(x.e, i)}; }
  static void set(dual<T>& x, std::size_t i, const lane& y) {
    base::set(x.v, i, y.v);
    base::set(x.e, i, y.e);
  }
  static bool get_mask(const mask& m, std::size_t i) { return base::get_mask(m, i); }
  static void set_mask(mask& m, std::size_t i, bool b) { base::set_mask(m, i, b); }
  static dual<T> select(const mask& m, const dual<T>& x, const dual<T>& y) {
    return {base::select(m, x.v, y.v), base::select(m, x.e, y.e)};
  }
  static bool any(const mask& m) { return base::any(m); }
};
}  // namespace detail

template <class T>
struct scalar_traits<dual<T>>
    : std::conditional_t<lanes_of<T> == 1, detail::single_lane<dual<T>>, detail::dual_lanes<T>> {
  static constexpr double epsilon = scalar_traits<T>::epsilon;
  static constexpr dual<T> mul_add(const dual<T>& x, const dual<T>& y, const dual<T>& z) {
    using base = scalar_traits<T>;
    return {base::mul_add(x.v, y.v, z.v), base::mul_add(x.v, y.e, base::mul_add(x.e, y.v, z.e))};
  }
  static dual<T> sqrt(const dual<T>& x) {
    const T r = scalar_traits<T>::sqrt(x.v);
    return {r, where(x.e == T(0), T(0), x.e / (r + r))};
  }
  static dual<T> exp(const dual<T>& x) {
    const T r = scalar_traits<T>::exp(x.v);
    return {r, x.e * r};
  }
  static dual<T> log(const dual<T>& x) { return {scalar_traits<T>::log(x.v), x.e / x.v}; }
  static dual<T> log1p(const dual<T>& x) { return {scalar_traits<T>::log1p(x.v), x.e / (T(1) + x.v)}; }
  static dual<T> tanh(const dual<T>& x) {
    const T e = scalar_traits<T>::exp(T(-2) * abs_of(x.v));  // 1 - tanh² without cancellation
    return {scalar_traits<T>::tanh(x.v), x.e * (T(4) * e / ((T(1) + e) * (T(1) + e)))};
  }
  static dual<T> erfc(const dual<T>& x) {
    const T slope = T(-2) * detail::inverse_sqrt_pi<T>() * scalar_traits<T>::exp(T(0) - x.v * x.v);
    return {scalar_traits<T>::erfc(x.v), x.e * slope};
  }
  static dual<T> sin(const dual<T>& x) {
    return {scalar_traits<T>::sin(x.v), x.e * scalar_traits<T>::cos(x.v)};
  }
  static dual<T> cos(const dual<T>& x) {
    return {scalar_traits<T>::cos(x.v), T(0) - x.e * scalar_traits<T>::sin(x.v)};
  }
  /// Checks the derivative as well, which comparisons ignore.
  static constexpr mask_of<T> finite(const dual<T>& x) { return is_finite(x.v) && is_finite(x.e); }
  static constexpr mask_of<T> zero(const dual<T>& x) { return is_zero(x.v) && is_zero(x.e); }
  static constexpr double value(const dual<T>& x) { return scalar_traits<T>::value(x.v); }
};

}  // namespace lssm
