// SPDX-License-Identifier: BSD-3-Clause
// From what `learn` names to slots of a structure: a role means all of its slots, every_slot the whole list.
#pragma once

#include "learn.hpp"

namespace lssm::detail {

template <class... Lists>
struct joined {
  using type = slot_list<>;
};
template <class... X, class... Y, class... Rest>
struct joined<slot_list<X...>, slot_list<Y...>, Rest...> : joined<slot_list<X..., Y...>, Rest...> {};
template <class... X>
struct joined<slot_list<X...>> {
  using type = slot_list<X...>;
};

/// Whether a slot is that of every channel of a system (ssm/channelwise.hpp).
template <class Slot, class Item>
inline constexpr bool of_channels_of = false;
template <class Slot, class Item>
  requires requires { typename Slot::channel_slot; }
inline constexpr bool of_channels_of<Slot, Item> =
    std::is_same_v<typename Slot::channel_slot, Item> || of_channels_of<typename Slot::channel_slot, Item>;

/// Whether every_slot, a slot or a role names a slot.
template <class Item, class Slot>
inline constexpr bool names_slot = std::is_same_v<Item, every_slot> || std::is_same_v<Item, Slot> ||
                                   std::is_same_v<Item, role_of<Slot>> || of_channels_of<Slot, Item>;

/// Those of a structure's slots that an item of `learn` names.
template <class Item, class... Slots>
struct named_by {
  using type =
      typename joined<std::conditional_t<names_slot<Item, Slots>, slot_list<Slots>, slot_list<>>...>::type;
  static constexpr bool some = (names_slot<Item, Slots> || ...);
};
template <class Item, class Map, class... Slots>
struct named_by<through<Item, Map>, Slots...> {
  template <class Slot>
  using seen = std::conditional_t<names_slot<Item, Slot>, slot_list<through<Slot, Map>>, slot_list<>>;
  using type = typename joined<seen<Slots>...>::type;
  static constexpr bool some = (names_slot<Item, Slots> || ...);
};

/// Parameter maps that name their slots where the system is known, as those of layers in a row.
template <class Learn, class System>
concept NamesSlotsOf = NamesSlots<Learn> || requires {
  Learn::template each_slot_of<System>([](auto) {});
};
/// f(slot) for each slot that the map of a system names.
template <class Learn, class System, class F>
constexpr void each_learned_slot(F f) {
  if constexpr (NamesSlots<Learn>) {
    Learn::each_slot(f);
  } else {
    Learn::template each_slot_of<System>(f);
  }
}
/// Whether an item names a slot that the map of a system learns. Maps of one's own that do not name slots may have any.
template <class Item, class Learn, class System>
constexpr bool names_learned_slot() {
  bool some = std::is_same_v<Item, every_slot> || !NamesSlotsOf<Learn, System>;
  if constexpr (NamesSlotsOf<Learn, System>)
    each_learned_slot<Learn, System>([&]<class Slot>(Slot) { some = some || names_slot<Item, Slot>; });
  return some;
}

template <class List>
struct learn_list;
template <class... Slots>
struct learn_list<slot_list<Slots...>> {
  using type = learn<Slots...>;
};

/// A map with roles and every_slot written out as slots of the structure; maps of one's own as they are.
template <class Learn, class List>
struct resolved {
  using type = Learn;
};
template <class... Items, class... Slots>
struct resolved<learn<Items...>, slot_list<Slots...>> {
  static_assert((check_slot<Items>::holds && ...));
  static_assert((named_by<Items, Slots...>::some && ...),
                "learn: the structure has no such slot, or none of such a role (docs/ssm.md)");
  using type = typename learn_list<typename joined<typename named_by<Items, Slots...>::type...>::type>::type;
};

/// What an ssm<Structure> learns: every slot by its name.
template <class List>
struct learn_of_all : learn_list<List> {};
template <>
struct learn_of_all<slot_list<>> {
  using type = learn_all;  // the model says what lacks
};

}  // namespace lssm::detail
