// SPDX-License-Identifier: BSD-3-Clause
// Arithmetic of modes, whose eigenvalues are numbers or conjugate pairs: one name for a number T and for eigenvalue<T>.
//
// Products are fused by name, because compilers fuse complex products in their own ways, and lanes must round as single
// numbers do.
#pragma once

#include "modes.hpp"

namespace lssm::detail {

template <Scalar T>
T times(const T& x, const T& y) {
  return x * y;
}
template <class T>
eigenvalue<T> times(const eigenvalue<T>& x, const eigenvalue<T>& y) {
  return {mul_add(x.re, y.re, T(0) - x.im * y.im), mul_add(x.re, y.im, x.im * y.re)};
}

/// z t + s for real t and s.
template <Scalar T>
T scaled_sum(const T& z, const T& t, const T& s) {
  return mul_add(z, t, s);
}
template <class T>
eigenvalue<T> scaled_sum(const eigenvalue<T>& z, const T& t, const T& s) {
  return {mul_add(z.re, t, s), z.im * t};
}

template <Scalar T>
T quotient(const T& x, const T& y) {
  return x / y;
}
/// x / y, free of overflow in |y|².
template <class T>
eigenvalue<T> quotient(const eigenvalue<T>& x, const eigenvalue<T>& y) {
  const auto real_leads = abs_of(y.re) >= abs_of(y.im);
  const T large = where(real_leads, y.re, y.im), small = where(real_leads, y.im, y.re);
  const T ratio = small / large, below = mul_add(small, ratio, large);
  const T first = where(real_leads, x.re, x.im), second = where(real_leads, x.im, x.re);
  const T turned = mul_add(T(0) - first, ratio, second);
  return {mul_add(second, ratio, first) / below, where(real_leads, turned, T(0) - turned) / below};
}

/// The number r as a T or an eigenvalue<T>.
template <class Z, class T>
Z real_mode(const T& r) {
  if constexpr (is_pair<Z>) {
    return {r, T(0)};
  } else {
    return r;
  }
}
template <SingleScalar T>
bool is_zero_mode(const T& z) {
  return is_zero(z);
}
template <class T>
bool is_zero_mode(const eigenvalue<T>& z) {
  return is_zero(z.re) && is_zero(z.im);
}

template <class Z>
struct scalar_of_mode {
  using type = Z;
};
template <class T>
struct scalar_of_mode<eigenvalue<T>> {
  using type = T;
};
/// T of a T and of an eigenvalue<T>.
template <class Z>
using mode_scalar = typename scalar_of_mode<Z>::type;

}  // namespace lssm::detail
