// SPDX-License-Identifier: BSD-3-Clause
// What is chosen while the program runs: an update rule, one of a list by its place in it (the states of all of them are
// kept, one is asked), and whether B = C = 1 after every step.
#pragma once

#include <lssm/train.hpp>
#include <tuple>

namespace discrete {

template <class... Rules>
struct any_rule {
  std::size_t choice = 0;
  [[no_unique_address]] std::tuple<Rules...> rules{};

  friend bool operator==(const any_rule&, const any_rule&) = default;

  template <class Objective>
  struct state {
    using T = typename Objective::scalar;
    std::size_t choice;
    std::tuple<typename Rules::template state<Objective>...> states;

    state(std::span<const any_rule> per_lane, const Objective& f)
        : choice(per_lane[0].choice),
          states(typename Rules::template state<Objective>(
              std::span<const Rules>(&std::get<Rules>(per_lane[0].rules), 1), f)...) {}
    static constexpr auto parts(auto& s) {
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        constexpr const char* names[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
        static_assert(sizeof...(I) <= std::size(names));
        return std::tuple{lssm::part(names[I], std::get<I>(s.states))...};
      }
      (std::index_sequence_for<Rules...>{});
    }
    T direction(Objective& f, std::span<const T> theta, std::span<T> u, const T& rate) {
      T chosen = rate;
      std::size_t i = 0;
      std::apply(
          [&](auto&... each) {
            ((i++ == choice ? (chosen = each.direction(f, theta, u, rate), 0) : 0), ...);
          },
          states);
      return chosen;
    }
  };
};

/// Behind the stop rules, as fixed_input_output is; without `fixed` nothing.
struct maybe_fixed {
  static constexpr bool after_stop_test = true;
  bool fixed = false;

  auto operator()(lssm::state_matrix, const auto& x) const { return x; }
  template <class T>
  T operator()(lssm::input_matrix, const T& x) const {
    return fixed ? T(1) : x;
  }
  template <class T>
  T operator()(lssm::output_matrix, const T& x) const {
    return fixed ? T(1) : x;
  }
  auto operator()(auto, const auto& x) const { return x; }
  friend bool operator==(const maybe_fixed&, const maybe_fixed&) = default;
};

}  // namespace discrete
