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

/// Those of a structure's slots that an item of `learn` names.
template <class Item, class... Slots>
struct named_by {
  template <class Slot>
  static constexpr bool meant = std::is_same_v<Item, every_slot> || std::is_same_v<Item, Slot> ||
                                std::is_same_v<Item, typename Slot::role> || of_channels_of<Slot, Item>;
  using type = typename joined<std::conditional_t<meant<Slots>, slot_list<Slots>, slot_list<>>...>::type;
  static constexpr bool some = (meant<Slots> || ...);
};
template <class Item, class Map, class... Slots>
struct named_by<through<Item, Map>, Slots...> {
  using item = named_by<Item, Slots...>;
  template <class Slot>
  using seen = std::conditional_t<item::template meant<Slot>, slot_list<through<Slot, Map>>, slot_list<>>;
  using type = typename joined<seen<Slots>...>::type;
  static constexpr bool some = item::some;
};

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
