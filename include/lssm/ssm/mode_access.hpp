// SPDX-License-Identifier: BSD-3-Clause
// The numbers of a mode, real or complex, where structures keep them: a, b and c, or their real and imaginary parts.
//
// A gradient by a complex number is ∂/∂Re + i ∂/∂Im, so that a holomorphic f(z) pulls it back by the conjugate of f'.
#pragma once

#include <type_traits>

#include "../core/dual.hpp"
#include "mode_arithmetic.hpp"

namespace lssm::detail {

/// A mode in real and imaginary parts, of a pair of which one is stored.
template <class S>
concept StoresHalves = requires(const typename S::template parameters<double> p) {
  p.a_re, p.a_im, p.b_re, p.b_im, p.c_re, p.c_im;
};
template <class S, class T>
using mode_of = std::conditional_t<StoresHalves<S>, eigenvalue<T>, T>;
/// h of a mode is Re(c a^k b) times this.
template <class S>
inline constexpr int mode_weight = StoresHalves<S> ? 2 : 1;

/// The number of modes of a structure, and where it is known at compile time.
template <class S>
constexpr integer known_modes() {
  if constexpr (StoresHalves<S>) {
    return S::known_pairs;
  } else {
    return S::known_states;
  }
}
template <class S>
constexpr integer count_of_modes(const S& structure) {
  if constexpr (StoresHalves<S>) {
    return structure.pairs;
  } else {
    return structure.states;
  }
}

template <class S, class System>
auto state_entry(const System& s, std::size_t j) {
  if constexpr (StoresHalves<S>) {
    using T = std::remove_cvref_t<decltype(s.a_re[j])>;
    return eigenvalue<T>{s.a_re[j], s.a_im[j]};
  } else {
    return s.a[j];
  }
}
template <class S, class System>
auto input_entry(const System& s, std::size_t n) {
  if constexpr (StoresHalves<S>) {
    using T = std::remove_cvref_t<decltype(s.b_re[n])>;
    return eigenvalue<T>{s.b_re[n], s.b_im[n]};
  } else {
    return s.b[n];
  }
}
template <class S, class System>
auto output_entry(const System& s, std::size_t n) {
  if constexpr (StoresHalves<S>) {
    using T = std::remove_cvref_t<decltype(s.c_re[n])>;
    return eigenvalue<T>{s.c_re[n], s.c_im[n]};
  } else {
    return s.c[n];
  }
}
template <class S>
void put_state(auto& s, std::size_t j, const auto& z) {
  if constexpr (StoresHalves<S>) {
    s.a_re[j] = z.re, s.a_im[j] = z.im;
  } else {
    s.a[j] = z;
  }
}
template <class S>
void put_input(auto& s, std::size_t n, const auto& z) {
  if constexpr (StoresHalves<S>) {
    s.b_re[n] = z.re, s.b_im[n] = z.im;
  } else {
    s.b[n] = z;
  }
}
template <class S>
void put_output(auto& s, std::size_t n, const auto& z) {
  if constexpr (StoresHalves<S>) {
    s.c_re[n] = z.re, s.c_im[n] = z.im;
  } else {
    s.c[n] = z;
  }
}

template <Scalar T>
T real_component(const T& z) {
  return z;
}
template <class T>
T real_component(const eigenvalue<T>& z) {
  return z.re;
}
template <Scalar T>
T conjugate_of(const T& z) {
  return z;
}
template <class T>
eigenvalue<T> conjugate_of(const eigenvalue<T>& z) {
  return {z.re, T(0) - z.im};
}
/// x y + z.
template <Scalar T>
T fused_sum(const T& x, const T& y, const T& z) {
  return mul_add(x, y, z);
}
template <class T>
eigenvalue<T> fused_sum(const eigenvalue<T>& x, const eigenvalue<T>& y, const eigenvalue<T>& z) {
  return {mul_add(x.re, y.re, mul_add(T(0) - x.im, y.im, z.re)),
          mul_add(x.re, y.im, mul_add(x.im, y.re, z.im))};
}
/// z as dual numbers that move by `along`, which is real.
template <Scalar T>
dual<T> moving(const T& z, const T& along) {
  return {z, along};
}
template <class T>
eigenvalue<dual<T>> moving(const eigenvalue<T>& z, const T& along) {
  return {dual<T>(z.re, along), dual<T>(z.im, T(0))};
}
template <class T>
T slope_of(const dual<T>& z) {
  return z.e;
}
template <class T>
eigenvalue<T> slope_of(const eigenvalue<dual<T>>& z) {
  return {z.re.e, z.im.e};
}

}  // namespace lssm::detail
