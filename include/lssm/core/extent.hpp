// SPDX-License-Identifier: BSD-3-Clause
// Sizes known at compile time or at run time, written once.
//
//   extent<7>{}         costs nothing and refuses to be given another value
//   extent<>{7}         holds the value
#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <string>

#include "error.hpp"

namespace lssm {

/// Signed, so that differences and positions counted from the end need no casts.
using integer = std::ptrdiff_t;

/// The value of a size parameter that becomes known at run time only.
inline constexpr integer dynamic = std::numeric_limits<integer>::min();

/// A size: of the type where N is known, else a value. Throws bad_argument where a known one is given another value.
template <integer N = dynamic>
struct extent {
  constexpr extent() = default;
  constexpr extent(integer n) {
    if (n != N) refuse("extent", "a compile-time size", std::to_string(N), n);
  }
  constexpr operator integer() const { return N; }
  // Templates, so that comparing with a plain integer converts the extent and not the integer.
  template <std::same_as<extent> E>
  friend constexpr bool operator==(E, E) {
    return true;
  }
};

template <>
struct extent<dynamic> {
  constexpr extent() = default;
  constexpr extent(integer n) : value_{n} {}
  constexpr operator integer() const { return value_; }
  template <std::same_as<extent> E>
  friend constexpr bool operator==(E x, E y) {
    return x.value_ == y.value_;
  }

 private:
  integer value_ = 0;
};

/// Sum and product of sizes; dynamic as soon as one of them is.
template <integer... N>
inline constexpr integer sum_of = ((N == dynamic) || ...) ? dynamic : (N + ... + 0);
template <integer... N>
inline constexpr integer product_of = ((N == dynamic) || ...) ? dynamic : (N*... * 1);
/// N - Less, not below zero; dynamic where N is.
template <integer N, integer Less>
inline constexpr integer shorter_by = N == dynamic ? dynamic : (N > Less ? N - Less : 0);

}  // namespace lssm
