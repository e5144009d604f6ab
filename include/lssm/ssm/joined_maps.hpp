// SPDX-License-Identifier: BSD-3-Clause
// Several parameter maps, each of other entries: θ has theirs one after the other.
//
//   joined_maps<polar_modes<>, learn<output_role>>      eigenvalues by modulus and phase, C as it is, B not learned
#pragma once

#include <utility>

#include "learned_slots.hpp"
#include "parameter_map.hpp"

namespace lssm {

namespace detail {
/// The slots that a map moves, as far as it tells.
template <class Map>
struct slots_moved_by {
  using type = slot_list<>;
};
template <class Map>
  requires requires { typename Map::moves; }
struct slots_moved_by<Map> {
  using type = typename Map::moves;
};
template <class... Slots>
struct slots_moved_by<learn<Slots...>> {
  using type = slot_list<typename slot_traits<Slots>::slot...>;
};
template <class List>
inline constexpr bool names_each_once = true;
template <class... Slots>
inline constexpr bool names_each_once<slot_list<Slots...>> = ((occurrences<Slots, Slots...> == 1) && ...);

template <class Map>
inline constexpr bool map_takes_duals = requires {
  requires Map::takes_duals;
};
}  // namespace detail

/// Parameter maps one after the other; no entry of the system may be moved by two of them.
template <class... Maps>
struct joined_maps {
  static_assert(sizeof...(Maps) >= 1, "joined_maps: name at least one map (docs/coordinates.md)");
  static_assert(
      detail::names_each_once<typename detail::joined<typename detail::slots_moved_by<Maps>::type...>::type>,
      "joined_maps: a slot is moved by two of the maps (docs/coordinates.md)");
  static constexpr bool takes_duals = (detail::map_takes_duals<Maps> && ...);

  template <class System>
  static constexpr integer known_count = sum_of<Maps::template known_count<System>...>;
  static constexpr integer count(const auto& s) { return (Maps::count(s) + ...); }

  template <class T, class System>
  static void to_system(std::span<const T> theta, System& s) {
    each(s, [&]<class Map>(Map, std::size_t at, std::size_t n) { Map::to_system(theta.subspan(at, n), s); });
  }
  template <class T, class System>
  static void from_system(const System& s, std::span<T> theta) {
    each(s,
         [&]<class Map>(Map, std::size_t at, std::size_t n) { Map::from_system(s, theta.subspan(at, n)); });
  }
  template <class T, class System>
  static void pullback(std::span<const T> theta, const System& ds, std::span<T> dtheta) {
    each(ds, [&]<class Map>(Map, std::size_t at, std::size_t n) {
      Map::pullback(theta.subspan(at, n), ds, dtheta.subspan(at, n));
    });
  }

 private:
  /// f(map, first, count) for the piece of θ of each map.
  static void each(const auto& s, const auto& f) {
    std::size_t at = 0;
    (
        [&] {
          const auto n = static_cast<std::size_t>(Maps::count(s));
          f(Maps(), at, n);
          at += n;
        }(),
        ...);
  }
};

namespace detail {
template <class... Maps, class List>
struct resolved<joined_maps<Maps...>, List> {
  using type = joined_maps<typename resolved<Maps, List>::type...>;
};
}  // namespace detail

}  // namespace lssm
