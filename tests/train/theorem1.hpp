// SPDX-License-Identifier: BSD-3-Clause
// Theorem 1's experiment with sizes given at run time, compiled once for all tests that only want its results.
#pragma once

#include <cstdint>
#include <lssm/core.hpp>
#include <string_view>
#include <vector>

#include "../reference.hpp"

namespace theorem1 {

using lssm::integer;
using reference::wide;

struct setting {
  integer d = 10, kappa = 7;
  double scale = 1e-3, gap_factor = 5;
  std::uint32_t seed = 242;
  integer special = 0;  // how many times an impulse stands at the second to last entry
};

template <class T>
struct result {
  lssm::status status{};
  double loss{}, time{}, steps{};
  T error{};                  // generalization error, horizon 20
  std::vector<T> start, end;  // modes (d)
};

/// Defined for double, long double and quad in theorem1.cpp.
template <class T>
result<T> train(const setting& s, double rtol = 1e-10);

/// Whether the compiler was asked for speed: tests of large flows ask for it.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LSSM_TESTS_ARE_SLOW
#endif
#endif
#if defined(LSSM_TESTS_ARE_SLOW) || defined(__SANITIZE_ADDRESS__) || defined(__NO_INLINE__)
inline constexpr bool full_speed = false;
#else
inline constexpr bool full_speed = true;
#endif

/// A positive or negative decimal number without exponent.
inline wide from_decimal(std::string_view text) {
  wide digits = 0, unit = 1;
  bool fraction = false, negative = false;
  for (const char c : text) {
    if (c == '-') {
      negative = true;
    } else if (c == '.') {
      fraction = true;
    } else {
      digits = digits * 10 + (c - '0');
      if (fraction) unit = unit * 10;
    }
  }
  return negative ? -digits / unit : digits / unit;
}

template <class T>
double error_of(const T& x, const wide& truth) {
  return reference::magnitude(wide(x) - truth);
}
/// |x - truth| / |truth|, and the distance itself where the truth is zero.
template <class T>
double relative(const T& x, const wide& truth) {
  const double size = reference::magnitude(truth);
  return error_of(x, truth) / (size > 0 ? size : 1);
}

}  // namespace theorem1
