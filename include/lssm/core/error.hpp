// SPDX-License-Identifier: BSD-3-Clause
// Exceptions of the public edge: what was expected, what was given, and where.
//
//   failure            base of every exception of this library
//     bad_argument     a call was given something it cannot work with; nothing was done
//     bad_file         a file could not be read or written; whatever was there before is still there
//       disk_failure   the same because the disk is full or fails, not because the request was wrong
//
// A message is one line of printable text in every locale, whatever names and cells it quotes (core/text.hpp).
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <limits>
#include <ostream>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <string_view>
#include <type_traits>

#include "text.hpp"

namespace lssm {

/// Base of every exception of this library.
struct failure : std::runtime_error {
  explicit failure(std::string_view message) : std::runtime_error(detail::message_text(message)) {}
};

/// Thrown before any work is done. The message reads "function: argument must be expected, given actual".
struct bad_argument : failure {
  using failure::failure;
};

/// The message reads "file: reason", with the offset or line in the reason where there is one.
struct bad_file : failure {
  using failure::failure;
};

/// A file could not be read or written because the disk is full or fails: the same call may succeed later.
struct disk_failure : bad_file {
  using bad_file::bad_file;
};

namespace detail {
// Messages are made by few functions, out of line and apart from the code that runs: a program has hundreds of checks.

[[gnu::cold, gnu::noinline]] inline std::string text_of(std::string_view text) {
  const std::string_view front = beginning(text, 200);
  std::string out(front);
  if (front.size() < text.size()) out += "...";
  return out;
}
[[gnu::cold, gnu::noinline]] inline std::string text_of(std::ptrdiff_t n) {
  return n == std::numeric_limits<std::ptrdiff_t>::min() ? std::string("not set") : std::to_string(n);
}
[[gnu::cold, gnu::noinline]] inline std::string text_of(double x) {
  char digits[64];
  return std::string(digits,
                     std::to_chars(digits, digits + sizeof digits, x, std::chars_format::general, 17).ptr);
}
/// Keeps what is written to a stream; <sstream> and <locale> would take their time from every program.
struct written_text : std::streambuf {
  std::string text;

 protected:
  int_type overflow(int_type c) override {
    if (!traits_type::eq_int_type(c, traits_type::eof())) text += traits_type::to_char_type(c);
    return traits_type::not_eof(c);
  }
};
template <class V>
[[gnu::cold]] std::string text_by_stream(const V& value) {
  written_text written;
  std::ostream out(&written);
  out.imbue(std::locale::classic());
  out.precision(17);
  out << value;
  return written.text;
}
[[noreturn, gnu::cold, gnu::noinline]] inline void throw_bad_argument(std::string_view function,
                                                                      std::string_view argument,
                                                                      std::string_view expected,
                                                                      std::string_view given) {
  std::string message(function);
  message.append(": ").append(argument).append(" must be ").append(expected).append(", given ").append(given);
  throw bad_argument(message);
}
}  // namespace detail

/// Text of a value for an error message, with enough digits to tell neighbouring doubles apart, the same in every locale.
/// A long text is cut after its beginning. A size or position that was left open, `dynamic`, is "not set".
template <class V>
[[gnu::cold, gnu::noinline]] std::string to_text(const V& value) {
  if constexpr (std::convertible_to<const V&, std::string_view>) {
    return detail::text_of(std::string_view(value));
  } else if constexpr (std::same_as<V, int> || std::same_as<V, std::ptrdiff_t> ||
                       (std::is_class_v<V> && std::convertible_to<const V&, std::ptrdiff_t>)) {
    return detail::text_of(static_cast<std::ptrdiff_t>(value));  // an extent, too
  } else if constexpr (std::same_as<V, unsigned> || std::same_as<V, std::size_t>) {
    return std::to_string(value);
  } else if constexpr (std::same_as<V, float> || std::same_as<V, double>) {
    return detail::text_of(static_cast<double>(value));
  } else {
    return detail::text_by_stream(value);
  }
}

/// Throws bad_argument: "function: argument must be expected, given ...".
template <class V>
[[noreturn, gnu::cold, gnu::noinline]] void refuse(std::string_view function, std::string_view argument,
                                                   std::string_view expected, const V& given) {
  detail::throw_bad_argument(function, argument, expected, to_text(given));
}

/// States a precondition in one line: `require(d > 0, "real_diagonal", "states", "positive", d)`. Where what is expected has to
/// be put together, `if (!holds) refuse(...)` does so after the check has failed.
template <class V>
constexpr void require(bool holds, std::string_view function, std::string_view argument,
                       std::string_view expected, const V& given) {
  if (!holds) refuse(function, argument, expected, given);
}

namespace detail {
/// Refuses a number that is negative, infinite or none.
inline void require_not_negative(std::string_view function, std::string_view argument, double value) {
  require(value >= 0 && value <= std::numeric_limits<double>::max(), function, argument,
          "finite and at least 0", value);
}
/// Refuses a number that stands for "not given", as -1 does, or is negative, infinite or none.
inline void require_given(std::string_view function, std::string_view argument, double value) {
  require(value >= 0 && value <= std::numeric_limits<double>::max(), function, argument,
          "given, finite and at least 0", value);
}
/// The same for numbers that cannot be 0 either.
inline void require_given_positive(std::string_view function, std::string_view argument, double value) {
  require(value > 0 && value <= std::numeric_limits<double>::max(), function, argument,
          "given, finite and positive", value);
}
}  // namespace detail

}  // namespace lssm
