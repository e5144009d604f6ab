// SPDX-License-Identifier: BSD-3-Clause
// Writing JSON: one object per line, keys in the order given, numbers with all their digits.
//
//   json_object line;
//   line.add("seed", 242).add("loss", loss).add("eigenvalues", values).add("status", run.status);
//   std::cout << line.text() << '\n';
//
//   to_json(x)    any of: bool, integers, scalars, text (also paths, and char, a letter), enumerations, std::optional,
//                 ranges, xtensor expressions, states with parts, json_object
//
// A number that is not finite becomes null, since JSON has none, and so do an empty optional and a null pointer to text. A
// dual number becomes {"value", "derivative"}, a pack the array of its lanes, an enumeration its name if it has a to_string
// and else its integer.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "../core/dual.hpp"
#include "../core/parts.hpp"
#include "../core/tensor.hpp"
#include "digits.hpp"
#include "json_text.hpp"
#include "text_value.hpp"

namespace lssm {

class json_object;

namespace detail {

template <class V>
inline constexpr bool is_dual = false;
template <class T>
inline constexpr bool is_dual<dual<T>> = true;

/// A type like std::optional: a value or none.
template <class V>
concept OptionalValue = requires(const V v) {
  { v.has_value() } -> std::same_as<bool>;
  *v;
};

template <class V>
concept PlainBool = std::same_as<V, bool> || std::same_as<V, std::vector<bool>::reference>;

template <class V>
using element_of_range = std::remove_cvref_t<std::ranges::range_reference_t<const V>>;

/// Whether a V is among the members of a range, or among their members, and so on, which could not be written to an end.
template <class V, class Range = V, int Depth = 8>
consteval bool contains_itself() {
  if constexpr (Depth > 0 && std::ranges::input_range<const Range> && !TextValue<Range>) {
    using element = element_of_range<Range>;
    return std::same_as<element, V> || contains_itself<V, element, Depth - 1>();
  } else {
    return false;
  }
}

template <class V>
void append_json(std::string& out, const V& value);

template <class Range>
void append_json_array(std::string& out, const Range& values) {
  out += '[';
  bool first = true;
  for (const auto& v : values) {
    if (!first) out += ',';
    first = false;
    append_json(out, v);
  }
  out += ']';
}

/// Nested arrays by the shape from axis j on; the iterator walks through the elements in row-major order.
template <class Iterator, class Shape>
void append_json_tensor(std::string& out, Iterator& at, const Shape& shape, std::size_t j) {
  if (j == shape.size()) {
    append_json(out, *at);
    ++at;
    return;
  }
  out += '[';
  for (std::size_t i = 0; i < static_cast<std::size_t>(shape[j]); ++i) {
    if (i > 0) out += ',';
    append_json_tensor(out, at, shape, j + 1);
  }
  out += ']';
}

template <class V>
void append_json_member(std::string& out, std::string_view key, const V& value) {
  if (out.back() != '{') out += ',';
  append_json_text(out, key);
  out += ':';
  append_json(out, value);
}

template <class State>
void append_json_state(std::string& out, const State& state) {
  std::set<std::string_view> names;
  out += '{';
  const auto append = [&](const auto& p) {
    require(names.insert(p.name).second, "to_json", "names of parts", "different", p.name);
    append_json_member(out, p.name, p.value);
  };
  std::apply([&](auto... p) { (append(p), ...); }, State::parts(state));
  out += '}';
}

template <class P>
void append_json_lanes(std::string& out, const P& value) {
  out += '[';
  for (std::size_t i = 0; i < lanes_of<P>; ++i) {
    if (i > 0) out += ',';
    append_json(out, scalar_traits<P>::get(value, i));
  }
  out += ']';
}

template <TextNumber T>
void append_json_number(std::string& out, T value) {
  if constexpr (!std::integral<T>) {
    if (!(value - value == T(0))) {
      out += "null";
      return;
    }
  }
  append_digits(out, value);
}

template <class V>
void append_json(std::string& out, const V& value) {
  if constexpr (PlainBool<V>) {
    out += value ? "true" : "false";
  } else if constexpr (std::same_as<V, std::nullptr_t> || std::same_as<V, std::nullopt_t>) {
    out += "null";
  } else if constexpr (TextNumber<V>) {
    append_json_number(out, value);
  } else if constexpr (std::same_as<V, json_object>) {
    out += value.text();
  } else if constexpr (TextValue<V>) {
    if constexpr (std::is_pointer_v<V>)
      if (value == nullptr) {
        out += "null";
        return;
      }
    append_json_text(out, text_of(value));
  } else if constexpr (std::is_enum_v<V>) {
    append_digits(out, static_cast<enum_number<V>>(value));
  } else if constexpr (OptionalValue<V>) {
    if (value.has_value()) {
      append_json(out, *value);
    } else {
      out += "null";
    }
  } else if constexpr (is_dual<V>) {
    out += '{';
    append_json_member(out, "value", value.v);
    append_json_member(out, "derivative", value.e);
    out += '}';
  } else if constexpr (HasParts<V>) {
    append_json_state(out, value);
  } else if constexpr (TensorExpression<V>) {
    auto at = value.template begin<xt::layout_type::row_major>();
    append_json_tensor(out, at, value.shape(), 0);
  } else if constexpr (Scalar<V>) {
    append_json_lanes(out, value);
  } else {
    constexpr bool is_range = std::ranges::input_range<const V>;
    static_assert(
        is_range,
        "to_json: a value must be a bool, number, text, enumeration, range, tensor, or a state with parts");
    static_assert(!contains_itself<V>(), "to_json: a range must not be among its own members");
    if constexpr (is_range && !contains_itself<V>()) append_json_array(out, value);
  }
}

}  // namespace detail

/// The value as JSON, numbers with all their digits.
template <class V>
std::string to_json(const V& value) {
  std::string out;
  detail::append_json(out, value);
  return out;
}

/// One object; its text has no line breaks. A key can be added once.
class json_object {
 public:
  template <class V>
  json_object& add(std::string_view key, const V& value) {
    const std::string json = to_json(value);  // first, since the value may be this object
    require(keys_.emplace(key).second, "json_object::add", "key", "new", key);
    text_ += keys_.size() == 1 ? "" : ",";
    detail::append_json_text(text_, key);
    text_ += ':';
    text_ += json;
    return *this;
  }
  std::string text() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
  std::set<std::string, std::less<>> keys_;
};

}  // namespace lssm
