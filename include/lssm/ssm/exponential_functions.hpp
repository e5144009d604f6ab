// SPDX-License-Identifier: BSD-3-Clause
// e^z and what is left of its power series, for z = a t of a real or complex a:
//
//   φ₁(z) = (e^z - 1) / z,  φ₂(z) = (e^z - 1 - z) / z²,  φ₁(0) = 1,  φ₂(0) = ½
//
// Near 0 the series is summed; elsewhere e^z - 1 is formed without cancellation near the zeros 2πi k. What rounding
// takes from the product a t counts to first order, so that e^z has its digits at large |z| too.
#pragma once

#include "mode_arithmetic.hpp"

namespace lssm::detail {

/// e^z, φ₁(z) and φ₂(z); Z is a scalar or an eigenvalue of scalars.
template <class Z>
struct exponential_functions {
  Z exp, phi1, phi2;
};

/// What rounding took from a t, which is z: to first order a constant. None is known of quads.
template <Scalar T>
T lost_in_product(const T& a, const T& t, const T& z) {
  if constexpr (StandardFloat<T>) {
    return std::fma(a, t, -z);
  } else if constexpr (requires { z.v, z.e; }) {
    return {lost_in_product(a.v, t.v, z.v), decltype(z.v)(0)};
  } else if constexpr (lanes_of<T> > 1) {
    T out{};
    for (std::size_t i = 0; i < lanes_of<T>; ++i)
      scalar_traits<T>::set(out, i,
                            lost_in_product(scalar_traits<T>::get(a, i), scalar_traits<T>::get(t, i),
                                            scalar_traits<T>::get(z, i)));
    return out;
  } else {
    return T(0);
  }
}

/// Terms of the series of φ₂ that count in T where |z| <= √2.
template <class T>
inline constexpr int series_terms = [] {
  int terms = 1;
  for (double left = 1; left > epsilon_of<T> / 4; ++terms) left *= 1.5 / terms;
  return terms;
}();

/// φ₂ by its power series, and φ₁ = 1 + z φ₂.
template <class Z>
exponential_functions<Z> exponential_series(const Z& z, const Z& exp) {
  using T = mode_scalar<Z>;
  Z sum = real_mode<Z>(T(1));
  for (int n = series_terms<T>; n >= 3; --n)
    sum = scaled_sum(times(z, sum), T(1) / T(static_cast<lane_of<T>>(n)), T(1));
  const Z phi2 = scaled_sum(sum, T(1) / T(2), T(0));
  return {exp, scaled_sum(times(z, phi2), T(1), T(1)), phi2};
}

/// e + e r, the exponential of z + r for a small r; what is not finite stays.
template <Scalar T>
T exp_with_rest(const T& e, const T& r) {
  return where(is_finite(e), mul_add(e, where(is_finite(r), r, T(0)), e), e);
}

template <Scalar T>
exponential_functions<T> exponentials(const T& a, const T& t) {
  const T z = a * t, exp = exp_with_rest(exp_of(z), lost_in_product(a, t, z));
  const T phi1 = (exp - T(1)) / z;
  exponential_functions<T> out{exp, phi1, (phi1 - T(1)) / z};
  const auto small = abs_of(z) <= T(1);
  if (any_lane<T>(small)) {
    const auto series = exponential_series(z, exp);
    out.phi1 = where(small, series.phi1, out.phi1);
    out.phi2 = where(small, series.phi2, out.phi2);
  }
  return out;
}

template <class T>
exponential_functions<eigenvalue<T>> exponentials(const eigenvalue<T>& a, const T& t) {
  using Z = eigenvalue<T>;
  const Z z{a.re * t, a.im * t};
  const T lost = lost_in_product(a.im, t, z.im), rest = where(is_finite(lost), lost, T(0));
  const auto real = exponentials(a.re, t);
  // e^{iy} and e^{iy} - 1 = -2 sin²(y/2) + i sin y, each of y and what rounding took from it
  const T half = sin_of(z.im * T(0.5)), s = sin_of(z.im), c = cos_of(z.im);
  const T sine = mul_add(c, rest, s), cosine = mul_add(T(0) - s, rest, c);
  const T drop = mul_add(T(0) - s, rest, T(-2) * half * half);
  const T grown = where(abs_of(z.re) <= T(1), z.re * real.phi1, real.exp - T(1));  // e^x - 1
  const Z exp{real.exp * cosine, real.exp * sine};
  const Z less_one{mul_add(grown, cosine, drop), exp.im};
  const Z one{T(1), T(0)};
  exponential_functions<Z> out{exp, quotient(less_one, z), one};
  out.phi2 = quotient(Z{out.phi1.re - T(1), out.phi1.im}, z);
  const auto small = max_of(abs_of(z.re), abs_of(z.im)) <= T(1);
  if (any_lane<T>(small)) {
    const auto series = exponential_series(z, exp);
    out.phi1 = {where(small, series.phi1.re, out.phi1.re), where(small, series.phi1.im, out.phi1.im)};
    out.phi2 = {where(small, series.phi2.re, out.phi2.re), where(small, series.phi2.im, out.phi2.im)};
  }
  return out;
}

/// t φ₁'(a t) of these: t (φ₁ - φ₂) near 0, else (e^z - φ₁) / a, since t² and a t² may be too large for a number.
template <Scalar T>
T scaled_slope_of_phi1(const T& a, const T& t, const exponential_functions<T>& f) {
  return where(abs_of(a * t) <= T(1), t * (f.phi1 - f.phi2), (f.exp - f.phi1) / a);
}
template <class T>
eigenvalue<T> scaled_slope_of_phi1(const eigenvalue<T>& a, const T& t,
                                   const exponential_functions<eigenvalue<T>>& f) {
  const auto near = max_of(abs_of(a.re * t), abs_of(a.im * t)) <= T(1);
  const auto far = quotient(eigenvalue<T>{f.exp.re - f.phi1.re, f.exp.im - f.phi1.im}, a);
  return {where(near, t * (f.phi1.re - f.phi2.re), far.re), where(near, t * (f.phi1.im - f.phi2.im), far.im)};
}

}  // namespace lssm::detail
