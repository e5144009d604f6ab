// SPDX-License-Identifier: BSD-3-Clause
// A SIMD pack as a scalar: one student per lane. Needs xsimd, which Debian's xtensor packages come with.
//
// Every lane rounds as the single number does: exp, log and the like go lane by lane through the same functions.
#pragma once

#include <cstring>
#include <xsimd/xsimd.hpp>

#include "scalar.hpp"

#if defined(__aarch64__) && XSIMD_VERSION_MAJOR == 8
// xsimd 8.1 makes quotients of floats from approximate reciprocals there; lanes would not round as single numbers do.
template <>
inline xsimd::batch<float, xsimd::neon64>& xsimd::batch<float, xsimd::neon64>::operator/=(
    const batch& other) noexcept {
  return *this = batch(vdivq_f32(*this, other));
}
#endif

namespace lssm {

/// One student per lane, in as many lanes as the compiler's target has.
template <class L>
using pack = xsimd::batch<L>;

template <class L, class Arch>
struct scalar_traits<xsimd::batch<L, Arch>> {
  using type = xsimd::batch<L, Arch>;
  using lane = L;
  using mask = xsimd::batch_bool<L, Arch>;
  static constexpr std::size_t lanes = type::size;
  static constexpr double epsilon = scalar_traits<L>::epsilon;

  // Where x is in memory, these compile to a load and a store of one number.
  static L get(const type& x, std::size_t i) {
    static_assert(std::is_trivially_copyable_v<type> && sizeof(type) == lanes * sizeof(L));
    L y;
    std::memcpy(&y, reinterpret_cast<const char*>(&x) + i * sizeof(L), sizeof(L));
    return y;
  }
  static void set(type& x, std::size_t i, L y) {
    std::memcpy(reinterpret_cast<char*>(&x) + i * sizeof(L), &y, sizeof(L));
  }
  static bool get_mask(const mask& m, std::size_t i) {
    return get(select(m, type(L(1)), type(L(0))), i) != L(0);
  }
  static void set_mask(mask& m, std::size_t i, bool b) {
    type x = select(m, type(L(1)), type(L(0)));
    set(x, i, b ? L(1) : L(0));
    m = x != type(L(0));
  }
  static type select(const mask& m, const type& x, const type& y) { return xsimd::select(m, x, y); }
  static bool any(const mask& m) { return xsimd::any(m); }

  static type mul_add(const type& x, const type& y, const type& z) {
    if constexpr (!detail::hardware_fma) {
      return x * y + z;
    } else {
#if defined(__AVX512F__)
      // xsimd 8.1 multiplies and adds on AVX-512 with two roundings.
      if constexpr (sizeof(type) == 64 && std::same_as<L, double>) return type(_mm512_fmadd_pd(x, y, z));
      if constexpr (sizeof(type) == 64 && std::same_as<L, float>) return type(_mm512_fmadd_ps(x, y, z));
#endif
      return xsimd::fma(x, y, z);
    }
  }
  static type sqrt(const type& x) {
#if defined(__AVX512F__)
    // g++ 12 warns of the uninitialized register in its own unmasked intrinsic, which xsimd calls.
    if constexpr (sizeof(type) == 64 && std::same_as<L, double>) return type(_mm512_mask_sqrt_pd(x, 0xFF, x));
    if constexpr (sizeof(type) == 64 && std::same_as<L, float>)
      return type(_mm512_mask_sqrt_ps(x, 0xFFFF, x));
#elif defined(__aarch64__)
    // xsimd 8.1 approximates roots of floats there, and makes NaN of 0 and ∞.
    if constexpr (std::same_as<L, float>) return type(vsqrtq_f32(x));
#endif
    return xsimd::sqrt(x);
  }
  static type exp(const type& x) { return each(x, scalar_traits<L>::exp); }
  static type log(const type& x) { return each(x, scalar_traits<L>::log); }
  static type log1p(const type& x) { return each(x, scalar_traits<L>::log1p); }
  static type tanh(const type& x) { return each(x, scalar_traits<L>::tanh); }
  static type erfc(const type& x) { return each(x, scalar_traits<L>::erfc); }
  static type sin(const type& x) { return each(x, scalar_traits<L>::sin); }
  static type cos(const type& x) { return each(x, scalar_traits<L>::cos); }

 private:
  static type each(const type& x, L (*f)(L)) {
    alignas(64) L v[lanes];
    x.store_aligned(v);
    for (L& y : v) y = f(y);
    return type::load_aligned(v);
  }
};

}  // namespace lssm
