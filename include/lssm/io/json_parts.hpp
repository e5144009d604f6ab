// SPDX-License-Identifier: BSD-3-Clause
// States from JSON, by the names that their `parts` give; the reverse of to_json(state).
//
//   from_json(document.root(), state)    into a state of the same sizes
//
// The object must have exactly the parts of the state. The state is changed as a whole or not at all. A null is not
// a number: save states that are not finite as .npz, which keeps every bit.
#pragma once

#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "../core/dual.hpp"
#include "../core/parts.hpp"
#include "json.hpp"
#include "json_document.hpp"

namespace lssm {

namespace detail {

template <class V>
void read_json(const json_value& json, V& value);

inline void expect_members(const json_value& json, std::size_t count) {
  if (json.size() != count)
    json.fail(std::to_string(count) + (count == 1 ? " member" : " members"), std::to_string(json.size()));
}

template <class State>
void read_json_state(const json_value& json, State& state) {
  std::apply(
      [&](auto... p) {
        (read_json(json[p.name], p.value), ...);
        expect_members(json, sizeof...(p));
      },
      State::parts(state));
}

template <class E>
E enum_from_json(const json_value& json) {
  if constexpr (NamedEnum<E>) {
    const std::string name = json.as<std::string>();
    for (int i = 0; i < 128; ++i)
      if (to_string(static_cast<E>(i)) == name) return static_cast<E>(i);
    json.fail("the name of one of its values", shown(name));
  } else {
    const auto number = json.as<enum_number<E>>();
    const auto value = static_cast<E>(number);
    if (static_cast<enum_number<E>>(value) != number) json.fail("an integer in range", digits(number));
    return value;
  }
}

template <class V>
void read_json(const json_value& json, V& value) {
  if constexpr (std::is_enum_v<V>) {
    value = enum_from_json<V>(json);
  } else if constexpr (is_dual<V>) {
    read_json(json["value"], value.v);
    read_json(json["derivative"], value.e);
    expect_members(json, 2);
  } else if constexpr (HasParts<V>) {
    read_json_state(json, value);
  } else if constexpr (is_storage<V>) {
    json.expect(json_kind::array);
    expect_members(json, value.size());
    std::size_t i = 0;
    json.for_each([&](const json_value& item) { read_json(item, value[i++]); });
  } else if constexpr (Scalar<V> && !TextNumber<V>) {
    json.expect(json_kind::array);
    expect_members(json, lanes_of<V>);
    const auto lanes = json.list<lane_of<V>>();
    for (std::size_t i = 0; i < lanes.size(); ++i) scalar_traits<V>::set(value, i, lanes[i]);
  } else {
    value = json.as<V>();
  }
}

}  // namespace detail

/// Fills a state from an object with its parts. Throws bad_file where one is missing or of another shape.
template <HasParts State>
void from_json(const json_value& json, State& state) {
  State read = state;
  detail::read_json(json, read);
  state = std::move(read);
}

}  // namespace lssm
