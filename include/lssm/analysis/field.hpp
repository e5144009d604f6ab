// SPDX-License-Identifier: BSD-3-Clause
// Real and complex numbers alike, for formulas over the modes of a system, and 1 - x ȳ without cancellation.
//
//   real_of<Z>                   T for Z = T and Z = std::complex<T>
//   conjugate(z), magnitude(z), squared_magnitude(z), real_part(z)
//   norm_of(u)                   ‖u‖ of a span
//   one_minus_product(x, y)      1 - x ȳ to a few ε of itself for |x|, |y| <= 1, however near to 1 the product is
//
// Real numbers: one fused product where hardware has it, else (1 - |x|) + |x| (1 - sign(x) y) has no term of another sign. Complex ones: the products are taken exactly, as
// sums of two numbers (T. J. Dekker, 1971).
#pragma once

#include <cmath>
#include <complex>
#include <limits>
#include <span>

#include "../core/dual.hpp"
#include "../core/quad.hpp"
#include "../core/scalar.hpp"

namespace lssm::detail {

template <class Z>
struct real_part_of {
  using type = Z;
  static constexpr bool complex = false;
};
template <class T>
struct real_part_of<std::complex<T>> {
  using type = T;
  static constexpr bool complex = true;
};
template <class Z>
using real_of = typename real_part_of<Z>::type;
template <class Z>
inline constexpr bool is_complex = real_part_of<Z>::complex;

template <class T>
T real_part(const T& z) {
  return z;
}
template <class T>
T real_part(const std::complex<T>& z) {
  return z.real();
}
template <class T>
T imaginary_part(const T&) {
  return T(0);
}
template <class T>
T imaginary_part(const std::complex<T>& z) {
  return z.imag();
}
template <class T>
T conjugate(const T& z) {
  return z;
}
template <class T>
std::complex<T> conjugate(const std::complex<T>& z) {
  return {z.real(), -z.imag()};
}
template <class T>
T squared_magnitude(const T& z) {
  return z * z;
}
template <class T>
T squared_magnitude(const std::complex<T>& z) {
  return z.real() * z.real() + z.imag() * z.imag();
}
template <class T>
T magnitude(const T& z) {
  if constexpr (std::is_floating_point_v<T>)
    return std::abs(z);  // no branch on a sign that nobody can predict
  else
    return abs_of(z);
}
/// |z| without overflow of its square.
template <class T>
T magnitude(const std::complex<T>& z) {
  const T r = abs_of(z.real()), i = abs_of(z.imag()), largest = max_of(r, i),
          least = min_of(i, r);  // NaN in either stays
  if (!(largest > T(0))) return r + i;
  const T ratio = least / largest;
  return largest * sqrt_of(T(1) + ratio * ratio);
}

/// A number next to the least normal one, whose inverse is finite.
template <class T>
T least_normal() {
  if constexpr (epsilon_of < T >> 1e-10)
    return T(0x1p-126);
  else if constexpr (epsilon_of < T >> 1e-18)
    return T(0x1p-1022);
  else
    return power(T(0x1p-1022), 16);
}

/// ‖u‖ without overflow or underflow of squares.
template <class Z>
real_of<Z> norm_of(std::span<const Z> u) {
  using T = real_of<Z>;
  T largest(0);
  for (const Z& z : u) largest = max_of(largest, magnitude(z));
  const T unit = max_of(largest, least_normal<T>());
  T sum(0);
  for (const Z& z : u) sum = sum + squared_magnitude(z * Z(T(1) / unit));
  return unit * sqrt_of(sum);
}

/// x y = high + low exactly, where no bit is lost below the smallest number.
template <SingleScalar T>
void exact_product(const T& x, const T& y, T& high, T& low) {
  high = x * y;
  if constexpr (std::same_as<T, float> || std::same_as<T, double>) {
    low = std::fma(x, y, -high);
  } else {
    constexpr int digits = std::same_as<T, long double> ? std::numeric_limits<long double>::digits : 113;
    const T splitter = power(T(2), (digits + 1) / 2) + T(1);
    const auto upper = [&](const T& v) {
      const T c = splitter * v;
      return c - (c - v);
    };
    const T x1 = upper(x), x2 = x - x1, y1 = upper(y), y2 = y - y1;
    low = x2 * y2 - (((high - x1 * y1) - x2 * y1) - x1 * y2);
  }
}

/// c - x u - y v, rounded about once.
template <SingleScalar T>
T minus_products(const T& c, const T& x, const T& u, const T& y, const T& v) {
  T p, e, q, f;
  exact_product(x, u, p, e);
  exact_product(y, v, q, f);
  const auto add = [](const T& s, const T& t, T& error) {
    const T sum = s + t, part = sum - s;
    error = (s - (sum - part)) + (t - part);
    return sum;
  };
  T g, h;
  const T sum = add(add(c, -p, g), -q, h);
  return sum + (((g + h) - e) - f);
}

template <Scalar T>
T one_minus_product(const T& x, const T& y) {
  if constexpr (hardware_fma && epsilon_of < T >> 1e-18)
    return mul_add(T(0) - x, y, T(1));  // float, double, their packs
  const T size = abs_of(x);
  return (T(1) - size) + size * (T(1) - where(x < T(0), T(0) - y, y));
}
template <Scalar T>
dual<T> one_minus_product(const dual<T>& x, const dual<T>& y) {
  return {one_minus_product(x.v, y.v), T(0) - (x.v * y.e + x.e * y.v)};
}
/// 1 - x ȳ
template <SingleScalar T>
std::complex<T> one_minus_product(const std::complex<T>& x, const std::complex<T>& y) {
  return {minus_products(T(1), x.real(), y.real(), x.imag(), y.imag()),
          minus_products(T(0), x.imag(), y.real(), -x.real(), y.imag())};
}

}  // namespace lssm::detail
