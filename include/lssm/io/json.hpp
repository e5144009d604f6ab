// SPDX-License-Identifier: BSD-3-Clause
// Writing JSON: one object per line, keys in the order given, numbers with all their digits.
//
//   json_object line;
//   line.add("seed", 242).add("loss", loss).add("eigenvalues", values).add("status", run.status);
//   std::cout << line.text() << '\n';
//
//   to_json(x)    any of: bool, integers, scalars, text, enumerations, ranges, xtensor expressions, states with parts,
//                 json_object
//
// A number that is not finite becomes null, for JSON has none. A dual number is {"value", "derivative"}, a pack the
// array of its lanes, an enumeration its name where it has a to_string and its integer where not.
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "../core/dual.hpp"
#include "../core/parts.hpp"
#include "../core/tensor.hpp"
#include "digits.hpp"
#include "json_text.hpp"

namespace lssm {

class json_object;

namespace detail {

template <class V>
inline constexpr bool is_dual = false;
template <class T>
inline constexpr bool is_dual<dual<T>> = true;

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) {
  { to_string(e) } -> std::convertible_to<std::string_view>;
};

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
  out += '{';
  std::apply([&](auto... p) { (append_json_member(out, p.name, p.value), ...); }, State::parts(state));
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
  if constexpr (std::same_as<V, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (TextNumber<V>) {
    append_json_number(out, value);
  } else if constexpr (std::same_as<V, json_object>) {
    out += value.text();
  } else if constexpr (std::convertible_to<const V&, std::string_view>) {
    append_json_text(out, value);
  } else if constexpr (NamedEnum<V>) {
    append_json_text(out, to_string(value));
  } else if constexpr (std::is_enum_v<V>) {
    append_digits(out, static_cast<std::underlying_type_t<V>>(value));
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
    static_assert(
        std::ranges::input_range<const V>,
        "to_json: a value must be a bool, number, text, enumeration, range, tensor, or a state with parts");
    append_json_array(out, value);
  }
}

}  // namespace detail

/// One object; its text has no line breaks.
class json_object {
 public:
  template <class V>
  json_object& add(std::string_view key, const V& value) {
    detail::append_json_member(text_, key, value);
    return *this;
  }
  std::string text() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

/// The value as JSON, numbers with all their digits.
template <class V>
std::string to_json(const V& value) {
  std::string out;
  detail::append_json(out, value);
  return out;
}

}  // namespace lssm
