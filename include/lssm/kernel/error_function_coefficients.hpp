// SPDX-License-Identifier: BSD-3-Clause
// Constants of kernel/error_function.hpp, which says what they are.
//
//   h, e, s      polynomials H and E, lowest power first, and s; printed by tests/tools/fit_error_function.py
//   upper_half   bits of a number whose square is exact
#pragma once

#include <cstdint>

namespace lssm::kernel::detail {

/// Constants of T: arguments beyond the largest are treated as the largest, where results are 0, 1, 2 or infinite.
template <class T>
struct error_function;

template <>
struct error_function<float> {
  static constexpr float s = 0x1.e0d526p-1F, s_root_2 = 1.328125F;
  static constexpr float h[] = {0x1.c77b16p-1F,  -0x1.af9f2ap-3F,  -0x1.d194aap-4F, 0x1.17da4ep-10F,
                                0x1.9ea42p-6F,   0x1.c6f04p-7F,    0x1.d6ca3ap-10F, -0x1.8d1834p-9F,
                                -0x1.9c6f4ep-9F, -0x1.855d1ap-10F, 0x1.dba8bp-13F,  0x1.6fb21p-11F,
                                0x1.0dbdbcp-12F};
  static constexpr float e[] = {0x1p-1F,       0x1.555556p-3F,  0x1.5554e8p-5F,
                                0x1.1110ep-7F, 0x1.6d44b2p-10F, 0x1.a12652p-13F};
  static constexpr float largest_y = 11, largest_x = 15, exp_from = -110, exp_to = 100;
  static constexpr float log2_high = 0x1.63p-1F, log2_low = -0x1.bd0106p-13F;  // log 2; few digits high
  static constexpr std::uint32_t upper_half = 0xFFFFF000U;
  static constexpr int digits = 23, bias = 127;
};

template <>
struct error_function<double> {
  static constexpr double s = 0x1.1ad7bc01366b8p+1, s_root_2 = 3.125;
  static constexpr double h[] = {
      0x1.e0ad19879ee09p-2,   -0x1.580a2cd31eeadp-2,  0x1.4b2b38c9a9ce4p-3,   -0x1.4ea3b6ad70602p-5,
      -0x1.bf2f72388088dp-9,  0x1.4fdcd201d240fp-8,   -0x1.eeabf390a8304p-16, -0x1.8729201216a15p-11,
      -0x1.d2f6742bea4dfp-16, 0x1.0a22963b81b91p-13,  0x1.9824eb8c0d0efp-16,  -0x1.53df81b367378p-16,
      -0x1.4c0a6392a41c9p-17, 0x1.be9b5df50afc3p-20,  0x1.737da1c9df2ap-19,   0x1.2f824b1b5bdeap-21,
      -0x1.f7b9183f64c29p-22, -0x1.64c5250b7aa68p-22, -0x1.68a23135d14ebp-27, 0x1.6ca1a8c51829ep-24,
      0x1.19ce0955bc1c5p-25,  -0x1.3f92cf3ee4e2cp-27, -0x1.1879f41c6a459p-27, -0x1.3d0680fc65ff4p-32,
      0x1.1e2b53e14fa9bp-31};
  static constexpr double e[] = {0x1.0000000000001p-1, 0x1.5555555555556p-3,  0x1.5555555553ce3p-5,
                                 0x1.111111111098cp-7, 0x1.6c16c178bd6bcp-10, 0x1.a01a01a7e29cdp-13,
                                 0x1.a019b84d17a8p-16, 0x1.71de0d383914ap-19, 0x1.28926932adb78p-22,
                                 0x1.af39c20098071p-26};
  static constexpr double largest_y = 28, largest_x = 39.5, exp_from = -760, exp_to = 720;
  static constexpr double log2_high = 0x1.62e42feep-1, log2_low = 0x1.a39ef35793c76p-33;
  static constexpr std::uint64_t upper_half = 0xFFFFFFFFF8000000U;
  static constexpr int digits = 52, bias = 1023;
};

}  // namespace lssm::kernel::detail
