// SPDX-License-Identifier: BSD-3-Clause
// How starts write the slots of a structure: one after the other, each by the law of its role.
#pragma once

#include <utility>

#include "../core/error.hpp"
#include "../ssm/slots.hpp"

namespace lssm::detail {

/// Every entry of the slots becomes draw(law), where `laws` has one for each role: state, input, output and, if given, time.
template <class... Slots>
void fill_slots(const char* start, slot_list<Slots...>, auto& system, const auto& laws, auto draw) {
  const auto fill = [&](auto& entries, const auto& law) {
    for (auto& x : entries) x = std::remove_cvref_t<decltype(x)>(draw(law));
  };
  const auto by_role = [&]<class Slot>(Slot) {
    using role = role_of<Slot>;
    static_assert(
        !std::is_same_v<role, network_role>,
        "init: this start has no law for weights of a network; write one of your own (docs/init.md)");
    if constexpr (std::is_same_v<role, state_role>) fill(Slot::of(system), laws.state);
    if constexpr (std::is_same_v<role, input_role>) fill(Slot::of(system), laws.input);
    if constexpr (std::is_same_v<role, output_role>) fill(Slot::of(system), laws.output);
    if constexpr (std::is_same_v<role, time_role>) {
      require(laws.time.has_value(), start, "time", "given, the law of the structure's time steps", "none");
      fill(Slot::of(system), *laws.time);
    }
  };
  (by_role(Slots{}), ...);
}

/// Calls a start with the slots of a structure, if it asks for them; of channels apart from each other one by one, if it is a
/// start of one.
template <class Slots>
void write_start(const auto& start, auto& system, auto& stream) {
  if constexpr (requires {
                  system.channels;
                  requires std::remove_cvref_t<decltype(start)>::of_one_channel;
                }) {
    using whole = typename std::remove_cvref_t<decltype(system)>::structure;
    for (std::size_t c = 0; c < static_cast<std::size_t>(whole::inputs); ++c) {
      auto one = whole::get(std::as_const(system), c);
      start(one, stream);
      whole::set(system, c, one);
    }
  } else if constexpr (requires { start(system, stream, Slots()); }) {
    start(system, stream, Slots());
  } else {
    start(system, stream);
  }
}

}  // namespace lssm::detail
