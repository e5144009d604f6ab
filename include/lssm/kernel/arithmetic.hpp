// SPDX-License-Identifier: BSD-3-Clause
// The arithmetic of a build, which decides about bits beside the formulas: measured when the program runs.
//
//   arithmetic_revision     raised by every change of the association of a sum or of an order of operations
//   fuses<T>()              whether mul_add rounds once
//   contracts<T>()          whether the compiler fuses products and sums on its own (-ffp-contract), or reorders sums
//                           (-ffast-math): then bits depend on how many lanes a loop has
//   function_checksum()     a checksum of results of log, exp, sin, ... of the machine's library
//
// Two builds that agree in all of these, and in the width of their registers where that matters, give the same bits.
// Logs and checkpoints hold them (study/made_by.hpp), so that no file ever mixes two arithmetics.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "../core/scalar.hpp"
#include "gram/constants.hpp"

namespace lssm {

/// Raised whenever a run of the library has other bits than before in a build of the same flags.
inline constexpr int arithmetic_revision = 6;

namespace detail {

/// x² - (x² rounded) for an x whose square needs more digits than T has: 0 unless computed with one rounding. The
/// numbers come from volatile memory, so that no compiler knows the answer.
template <class T, class Combine>
bool rounds_once(Combine combine) {
  const T small = std::ldexp(T(1), -(std::numeric_limits<T>::digits / 2 + 1));
  volatile T factor = T(1) + small, rounded = -(T(1) + 2 * small);
  const T x = factor, y = factor, z = rounded;
  return combine(x, y, z) != T(0);
}

/// Whether (1 + x) - 1 keeps an x that 1 + x cannot hold.
template <class T>
bool reassociates() {
  volatile T one = 1, small = std::numeric_limits<T>::epsilon() / 8;
  const T x = one, y = small;
  return (x + y) - x != T(0);
}

/// The FNV-1a hash of the bits of a number.
inline void mix_bits(std::uint64_t& sum, double x) {
  sum = (sum ^ std::bit_cast<std::uint64_t>(x)) * 0x100000001B3U;
}

inline std::string compiler_name() {
#if defined(__clang__)
  return "clang++ " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__);
#elif defined(__GNUC__)
  return "g++ " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__);
#else
  return "another compiler";
#endif
}

}  // namespace detail

/// Whether mul_add of T rounds once.
template <detail::StandardFloat T>
bool fuses() {
  return detail::rounds_once<T>([](T x, T y, T z) { return mul_add(x, y, z); });
}

/// Whether the compiler fuses x * y + z of T, or reorders sums.
template <detail::StandardFloat T>
bool contracts() {
  return detail::rounds_once<T>([](T x, T y, T z) { return x * y + z; }) || detail::reassociates<T>();
}
/// Whether it does so in float or double.
inline bool contracts() { return contracts<float>() || contracts<double>(); }

/// A checksum of results of the machine's library at some hundred points.
inline std::uint64_t function_checksum() {
  static const std::uint64_t sum = [] {
    std::uint64_t mixed = 0xCBF29CE484222325U;
    volatile double start = 0.03125;
    for (int i = 0; i < 64; ++i) {
      const double x = start + 0.1875 * i;  // exact, and so are the differences below
      for (const double y : {std::log(x), std::exp(x - 7), std::sin(x), std::cos(x), std::tanh(x - 7),
                             std::log1p(x), std::pow(x, 1.7)})
        detail::mix_bits(mixed, y);
      const auto narrow = static_cast<float>(x);
      for (const float y : {std::log(narrow), std::exp(narrow - 7), std::tanh(narrow - 7)})
        detail::mix_bits(mixed, static_cast<double>(y));
    }
    return mixed;
  }();
  return sum;
}

/// The bytes of a register, where bits in T depend on them; else 0.
template <class T>
std::size_t register_bytes_that_matter() {
  return contracts() || kernel::few_modes<T>(1, 2) ? kernel::register_bytes : 0;
}

}  // namespace lssm
