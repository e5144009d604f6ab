// SPDX-License-Identifier: BSD-3-Clause
// Numbers as text with all their digits, in every locale: a number that is written and read again has the same bits.
//
//   append_digits(out, x)     float, double, long double: the fewest digits that read back; quad: 36; integers
//   digits(x)                 the same as a string; not finite: "inf", "-inf", "nan"
//   number_from<T>(text)      the nearest T, or nothing if the text is not one number in T's range
//
// One rule reads every scalar. A number is an optional minus, decimal digits with at most one point among or beside them,
// and an optional exponent; or, after an optional minus, one of the words inf, infinity and nan in any case. No plus in
// front, no spaces, no hexadecimal digits, no nan(...). The result is nothing where the nearest number of T would be
// infinite, or zero although not all digits are zero; numbers below the smallest normal one are rounded to the nearest
// number of T.
#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "decimal.hpp"

namespace lssm {

namespace detail {

/// Integer types of letters.
template <class T>
concept Character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

}  // namespace detail

/// A number that has a text: an integer (bool and the types of letters excluded, signed and unsigned char included) or a
/// single scalar without a derivative.
template <class T>
concept TextNumber = (std::integral<T> && !std::same_as<T, bool> && !detail::Character<T>) ||
                     detail::StandardFloat<T> || detail::WideFloat<T>;

namespace detail {

/// Writes d.ddd with an exponent where the plain form would need many zeros.
template <WideFloat T>
void append_decimal(std::string& out, T x, int count) {
  if (x < T(0)) {
    out += '-';
    x = -x;
  }
  int exponent = 0;
  std::string text = decimal_digits(x, count, exponent);
  text.resize(text.find_last_not_of('0') + 1);
  if (exponent >= -5 && exponent < 0) {
    out.append("0.");
    for (int i = -1; i > exponent; --i) out += '0';
    out += text;
  } else if (exponent >= 0 && exponent < count) {
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (text.size() < whole) text.append(whole - text.size(), '0');
    out.append(text, 0, whole);
    if (text.size() > whole) out.append(".").append(text, whole);
  } else {
    out += text[0];
    if (text.size() > 1) out.append(".").append(text, 1);
    out.append(exponent < 0 ? "e-" : "e+").append(std::to_string(exponent < 0 ? -exponent : exponent));
  }
}

}  // namespace detail

/// Adds the digits of x to the text.
template <TextNumber T>
void append_digits(std::string& out, T x) {
  if constexpr (std::integral<T>) {
    out += std::to_string(x);
  } else if (x != x) {
    out += "nan";
  } else if (!(x - x == T(0))) {
    out += x > T(0) ? "inf" : "-inf";
  } else if constexpr (detail::StandardFloat<T>) {
    char text[64];  // the longest are those of long double, below 40
    out.append(text, std::to_chars(text, text + sizeof text, x).ptr);
  } else if (x == T(0)) {
    out += std::signbit(static_cast<double>(x)) ? "-0" : "0";
  } else {
    detail::append_decimal(out, x, 36);
  }
}

/// The digits of x; "inf", "-inf" or "nan" where it is not finite.
template <TextNumber T>
std::string digits(T x) {
  std::string out;
  append_digits(out, x);
  return out;
}

namespace detail {

/// Whether two texts are equal except for case; the second is in lower case.
constexpr bool same_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char c, char w) {
    return (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) == w;
  });
}

/// Infinity or NaN, if the text is one of their words.
template <class T>
std::optional<T> number_of_word(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view word = text.substr(negative ? 1 : 0);
  double x = std::numeric_limits<double>::infinity();
  if (same_word(word, "nan")) {
    x = std::numeric_limits<double>::quiet_NaN();
  } else if (!same_word(word, "inf") && !same_word(word, "infinity")) {
    return std::nullopt;
  }
  return static_cast<T>(negative ? -x : x);
}

/// Whether a text begins like a number in digits.
constexpr bool starts_number(std::string_view text) {
  const std::string_view rest = text.substr(text.starts_with('-') ? 1 : 0);
  return !rest.empty() && ((rest[0] >= '0' && rest[0] <= '9') || rest[0] == '.');
}

}  // namespace detail

/// The nearest T, or nothing unless the text is one number in its range.
template <TextNumber T>
std::optional<T> number_from(std::string_view text) {
  if constexpr (!std::integral<T>)
    if (!detail::starts_number(text)) return detail::number_of_word<T>(text);
  if constexpr (detail::WideFloat<T>) {
    return detail::decimal_number<T>(text);
  } else {
    T x{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), x);
    if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return x;
  }
}

}  // namespace lssm
