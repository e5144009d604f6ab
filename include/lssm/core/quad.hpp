// SPDX-License-Identifier: BSD-3-Clause
// The 113-bit quad as a scalar: g++ and clang on x86-64. Where long double already is that type, use long double.
//
// sqrt is ours (Newton, correctly rounded up to the last bit); exp, log and the like are libquadmath's: programs that call
// them link with -lquadmath.
#pragma once

#if defined(__SIZEOF_FLOAT128__)

#include <ostream>

#include "scalar.hpp"

extern "C" {
__float128 expq(__float128) noexcept;
__float128 logq(__float128) noexcept;
__float128 log1pq(__float128) noexcept;
__float128 tanhq(__float128) noexcept;
__float128 erfcq(__float128) noexcept;
__float128 sinq(__float128) noexcept;
__float128 cosq(__float128) noexcept;
}

namespace lssm {

/// 113 bits, about 34 decimal digits.
using quad = __float128;

template <>
struct scalar_traits<quad> : detail::single_lane<quad> {
  static constexpr double epsilon = 1.92592994438723585305597794258492732e-34;  // 2^-112
  static constexpr quad mul_add(quad x, quad y, quad z) { return x * y + z; }
  static quad sqrt(quad x) {
    // The double root of x scaled by an even power of two into double's range is right to 53 bits; two steps double
    // that twice.
    if (!(x > 0) || x - x != 0) return x < 0 ? quad(std::numeric_limits<double>::quiet_NaN()) : x;
    quad scale = 1;
    const quad big = quad(0x1p600), small = quad(0x1p-600);
    while (x > big) x *= small * small, scale *= big;
    while (x < small) x *= big * big, scale *= small;
    quad r = quad(std::sqrt(static_cast<double>(x)));
    for (int i = 0; i < 2; ++i) r = (r + x / r) / 2;
    return r * scale;
  }
  static quad exp(quad x) { return ::expq(x); }
  static quad log(quad x) { return ::logq(x); }
  static quad log1p(quad x) { return ::log1pq(x); }
  static quad tanh(quad x) { return ::tanhq(x); }
  static quad erfc(quad x) { return ::erfcq(x); }
  static quad sin(quad x) { return ::sinq(x); }
  static quad cos(quad x) { return ::cosq(x); }
  static constexpr double value(quad x) { return static_cast<double>(x); }
};

}  // namespace lssm

#endif
