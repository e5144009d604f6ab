// SPDX-License-Identifier: BSD-3-Clause
// Types that are text in tables and in JSON.
//
//   std::string, std::string_view, const char*, arrays of char     themselves; arrays end at their first zero, if any
//   types that convert to std::string: std::filesystem::path, ...  the string
//   char                                                           the letter
//   enumerations with a to_string, such as status                  their names
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "../core/error.hpp"

namespace lssm::detail {

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) {
  { to_string(e) } -> std::convertible_to<std::string_view>;
};

/// A type for the integer of any enumeration.
template <class E>
using enum_number =
    std::conditional_t<std::is_signed_v<std::underlying_type_t<E>>, std::int64_t, std::uint64_t>;

template <class V>
concept TextValue = !std::same_as<V, std::nullptr_t> &&
                    (std::same_as<V, char> || std::convertible_to<const V&, std::string_view> ||
                     std::convertible_to<const V&, std::string> || NamedEnum<V>);

template <class V>
inline constexpr bool is_char_array =
    std::is_array_v<V>&& std::same_as<std::remove_cv_t<std::remove_extent_t<V>>, char>;

/// The text as a string or as a view of the value. Throws bad_argument for a null pointer.
template <TextValue V>
auto text_of(const V& value) {
  if constexpr (std::same_as<V, char>) {
    return std::string(1, value);
  } else if constexpr (is_char_array<V>) {
    const std::string_view all(value, std::extent_v<V>);
    return all.substr(0, all.find('\0'));
  } else if constexpr (NamedEnum<V>) {
    return std::string(to_string(value));
  } else if constexpr (std::convertible_to<const V&, std::string_view>) {
    if constexpr (std::is_pointer_v<V>)
      require(value != nullptr, "text", "the pointer", "one to text", "a null pointer");
    return std::string_view(value);
  } else {
    return std::string(value);
  }
}

}  // namespace lssm::detail
