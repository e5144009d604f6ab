// SPDX-License-Identifier: BSD-3-Clause
// `parts`: each state names its fields once, and lanes, files and comparison follow from that.
//
//   struct state { vec<T, D> a; T t;
//                  static constexpr auto parts(auto& s) { return std::tuple(part("a", s.a), part("t", s.t)); } };
//
//   set_lane(packed, i, single)    write a single state into lane i of a packed one
//   get_lane(packed, i, single)    read it back
//   copy_lane(i, from, to)         lane i of numbers becomes that of others; the other lanes stay
//   keep_lanes(mask, state, old)   in the lanes where the mask does not hold, the state becomes the old one
//   for_each_leaf(state, f)        f("a", span), f("inner.t", span), in the order of the names
//   each_number(f, state, ...)     f(number, the others' numbers) for every number; allocates nothing
//   equal_parts(x, y)              leaf by leaf equality
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "scalar.hpp"
#include "storage.hpp"

namespace lssm {

/// A field and its name.
template <class V>
struct named_part {
  std::string_view name;
  V& value;
};

template <class V>
constexpr named_part<V> part(std::string_view name, V& value) {
  return {name, value};
}

/// A state that names its fields: a static member `parts(self)` returning a tuple of part(name, field).
template <class State>
concept HasParts = requires(State& s) {
  std::remove_cvref_t<State>::parts(s);
};

/// Calls f(x) or f(x, y), ... for the numbers of states of one shape, one after the other.
template <class F, class State, class... Others>
constexpr void each_number(const F& f, State& state, Others&... others) {
  using plain_state = std::remove_cv_t<State>;
  if constexpr (is_storage<plain_state>) {
    for (std::size_t j = 0; j < state.size(); ++j) each_number(f, state[j], others[j]...);
  } else if constexpr (HasParts<State>) {
    const auto each = [&]<std::size_t... I>(std::index_sequence<I...>, auto mine, auto... theirs) {
      [[maybe_unused]] const auto one = [&](auto i) {
        each_number(f, std::get<i>(mine).value, std::get<i>(theirs).value...);
      };
      (one(std::integral_constant<std::size_t, I>()), ...);
    };
    const auto parts = plain_state::parts(state);
    each(std::make_index_sequence<std::tuple_size_v<std::remove_cvref_t<decltype(parts)>>>(), parts,
         std::remove_cv_t<Others>::parts(others)...);
  } else {
    f(state, others...);
  }
}

/// Writes the single state into lane `lane` of the packed one, part by part.
template <class Packed, class Single>
void set_lane(Packed& packed, std::size_t lane, const Single& single) {
  each_number([lane]<class T>(T& x, const auto& y) { scalar_traits<T>::set(x, lane, y); }, packed, single);
}

/// Reads lane `lane` of the packed state into the single one, part by part.
template <class Packed, class Single>
void get_lane(const Packed& packed, std::size_t lane, Single& single) {
  each_number([lane]<class T>(const T& x, auto& y) { y = scalar_traits<T>::get(x, lane); }, packed, single);
}

/// Requires that every leaf is a T or consists of them, where T has several lanes.
template <Scalar T, class State>
void keep_lanes(const mask_of<T>& mask, State& state, const State& old) {
  const auto keep = [&]<class X>(X& x, const X& before) {
    if constexpr (std::is_same_v<X, T>) {
      x = where(mask, x, before);
    } else {
      static_assert(lanes_of<T> == 1 || std::is_same_v<X, T>,
                    "keep_lanes: a part is no number per lane (docs/core.md)");
      if (!any_lane<T>(mask)) x = before;
    }
  };
  each_number(keep, state, old);
}

/// Lane `lane` of `to` becomes that of `from`.
template <Scalar T>
void copy_lane(std::size_t lane, std::span<const T> from, T* to) {
  for (std::size_t i = 0; i < from.size(); ++i)
    if constexpr (lanes_of<T> == 1) {
      to[i] = from[i];
    } else {
      scalar_traits<T>::set(to[i], lane, scalar_traits<T>::get(from[i], lane));
    }
}

namespace detail {
/// "path.name", or the name alone where there is no path.
[[gnu::cold, gnu::noinline]] inline std::string joined_path(const std::string& path, std::string_view name) {
  std::string joined = path;
  if (!path.empty()) joined += '.';
  return joined.append(name);
}
template <class State, class F>
void visit_leaves(State& state, F& f, const std::string& path) {
  using plain_state = std::remove_cv_t<State>;
  if constexpr (HasParts<State>) {
    std::apply([&](auto... p) { (visit_leaves(p.value, f, joined_path(path, p.name)), ...); },
               plain_state::parts(state));
  } else if constexpr (is_storage<plain_state>) {
    if constexpr (HasParts<typename plain_state::value_type>) {
      for (std::size_t i = 0; i < state.size(); ++i)
        visit_leaves(state[i], f, path + "." + std::to_string(i));
    } else {
      f(path, std::span(state.data(), state.size()));
    }
  } else {
    f(path, std::span(&state, 1));
  }
}
}  // namespace detail

/// Calls f(path, std::span of the leaf's elements) for every field, nested names joined by dots.
template <class State, class F>
void for_each_leaf(State& state, F f) {
  detail::visit_leaves(state, f, {});
}

/// Whether all numbers of two states are equal; NaN equals nothing.
template <class State>
bool equal_parts(const State& x, const State& y) {
  if constexpr (HasParts<State>) {
    return std::apply(
        [&](auto... p) {
          return std::apply([&](auto... q) { return (equal_parts(p.value, q.value) && ...); },
                            State::parts(y));
        },
        State::parts(x));
  } else if constexpr (is_storage<State>) {
    if (x.size() != y.size()) return false;
    for (std::size_t i = 0; i < x.size(); ++i)
      if (!equal_parts(x[i], y[i])) return false;
    return true;
  } else {
    return x == y;
  }
}

}  // namespace lssm
