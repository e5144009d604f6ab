// SPDX-License-Identifier: BSD-3-Clause
// Sizes known at compile time or at run time, written once.
//
//   extent<7>{}         costs nothing and refuses to be given another value
//   extent<>{7}         holds the value; functions that ask for a size take it as this
//
// An integer of any type becomes a size, a fraction does not compile, and a number that does not fit is refused: none is
// rounded or cut. A size beyond most_entries is taken for a mistyped number, and refused before anything is allocated.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "error.hpp"

namespace lssm {

/// Signed, so that differences and positions counted from the end need no casts.
using integer = std::ptrdiff_t;

/// The value of a size parameter that becomes known at run time only.
inline constexpr integer dynamic = std::numeric_limits<integer>::min();

/// Any integer type except bool and characters.
template <class N>
concept AnyInteger =
    std::integral<N> && !std::same_as<N, bool> && !std::same_as<N, char> && !std::same_as<N, wchar_t> &&
    !std::same_as<N, char8_t> && !std::same_as<N, char16_t> && !std::same_as<N, char32_t>;

namespace detail {
[[noreturn, gnu::cold, gnu::noinline]] inline void refuse_range(std::string_view function,
                                                                std::string_view argument, std::int64_t low,
                                                                std::uint64_t high,
                                                                const std::string& given) {
  refuse(function, argument, "from " + std::to_string(low) + " to " + std::to_string(high), given);
}
}  // namespace detail

/// The same number as a To. Throws bad_argument, "function: argument must be from ... to ...", where To has no such number.
template <AnyInteger To, AnyInteger From>
constexpr To checked_integer(std::string_view function, std::string_view argument, From n) {
  if (!std::in_range<To>(n))
    detail::refuse_range(function, argument, std::numeric_limits<To>::min(), std::numeric_limits<To>::max(),
                         to_text(n));
  return static_cast<To>(n);
}

/// The largest size of an array that a description or a call may ask for.
inline constexpr integer most_entries = integer{1} << 31;

/// Length of each axis.
using array_shape = std::vector<std::size_t>;

namespace detail {
/// The product of the shape, or too_many where it exceeds every file; a zero makes it zero.
inline constexpr std::size_t too_many = std::numeric_limits<std::size_t>::max();
constexpr std::size_t elements_of(std::span<const std::size_t> shape) {
  std::size_t product = 1;
  bool overflow = false;
  for (const std::size_t n : shape) {
    if (n == 0) return 0;
    overflow = overflow || product > too_many / n;
    product *= n;
  }
  return overflow ? too_many : product;
}

[[noreturn, gnu::cold, gnu::noinline]] inline void refuse_entries(std::string_view function,
                                                                  std::string_view names,
                                                                  std::initializer_list<integer> sizes) {
  std::string given;
  for (const integer n : sizes) given.append(given.empty() ? "" : " x ").append(std::to_string(n));
  refuse(function, names, "at most " + std::to_string(most_entries), given);
}
}  // namespace detail

/// Throws bad_argument where an array of these sizes, none of them negative, has more than most_entries; `names` names
/// them all, as in "count x length".
constexpr void require_entries(std::string_view function, std::string_view names,
                               std::initializer_list<integer> sizes) {
  integer left = most_entries;
  for (const integer n : sizes) {
    if (n == 0) return;
    left /= n;
  }
  if (left <= 0) detail::refuse_entries(function, names, sizes);
}

/// A size, in the type where N is known, else a value. Throws bad_argument where a static size is given another value.
template <integer N = dynamic>
struct extent {
  constexpr extent() {}  // not defaulted, or clang 16 would crash where a support is started in nested braces
  constexpr extent(integer n) {
    if (n != N) refuse("extent", "a compile-time size", to_text(N), n);
  }
  template <AnyInteger I>
  constexpr extent(I n) : extent(checked_integer<integer>("extent", "a size", n)) {}
  template <class F>
    requires(std::is_arithmetic_v<F> && !AnyInteger<F>)
  extent(F)
  = delete;  // a size is an integer
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
  template <AnyInteger I>
  constexpr extent(I n) : value_{checked_integer<integer>("extent", "a size", n)} {}
  template <integer N>
    requires(N != dynamic)
  constexpr extent(extent<N>) : value_{N} {}
  template <class F>
    requires(std::is_arithmetic_v<F> && !AnyInteger<F>)
  extent(F)
  = delete;  // a size is an integer
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
