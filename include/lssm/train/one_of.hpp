// SPDX-License-Identifier: BSD-3-Clause
// An update rule chosen while the program runs, from a command line for example: one of a list, by its place.
//
//   one_of<gradient_descent, adam>{.choice = 1, .rules = {{}, {.beta1 = 0.8}}}
//
// The states of all rules are kept, and the chosen one is asked; in lanes each has its own choice, and the bits of that rule
// on the general path (train/fused_descent.hpp). A checkpoint holds the choice: a resumed run goes on with
// the rule it was saved with.
#pragma once

#include "update_rule.hpp"

namespace lssm {

/// The rule at place `choice` of the list.
template <class... Rules>
struct one_of {
  static_assert(sizeof...(Rules) >= 1 && sizeof...(Rules) <= 10,
                "one_of: one to ten update rules (docs/descent.md)");
  integer choice = -1;           ///< from 0 to the number of rules - 1; to be given
  std::tuple<Rules...> rules{};  ///< their numbers

  static constexpr bool one_rate = (detail::takes_one_rate<Rules> || ...);

  template <Scalar T>
  void validate() const {
    constexpr integer count = sizeof...(Rules);
    if (!(choice >= 0 && choice < count))
      refuse("one_of", "choice", "given, from 0 to " + to_text(count - 1), choice);
    integer place = 0;
    const auto check = [&](const auto& rule) {
      if (place++ == choice) detail::validate_policy<T>(rule);
    };
    std::apply([&](const auto&... rule) { (check(rule), ...); }, rules);
  }
  friend bool operator==(const one_of&, const one_of&) = default;

  template <class Objective>
  class state {
   public:
    using T = typename Objective::scalar;

    state(std::span<const one_of> per_lane, const Objective& f, std::span<const std::uint32_t> seeds)
        : choice_(gather<T>(per_lane, [](const one_of& r) { return static_cast<double>(r.choice); })),
          states_(states_of(per_lane, f, seeds, std::index_sequence_for<Rules...>{})),
          gradient_(f.theta()),
          mine_(gradient_) {}
    static constexpr auto parts(auto& s) {
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        constexpr const char* names[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
        return std::tuple{part("choice", s.choice_), part(names[I], std::get<I>(s.states_))...};
      }
      (std::index_sequence_for<Rules...>{});
    }
    std::string objection(const mask_of<T>& running) const {
      mask_of<T> known = T(0) > T(0);
      std::string why;
      double place = 0;
      const auto ask = [&](const auto& rule) {
        const mask_of<T> chosen = choice_ == T(lane_of<T>(place++));
        known = known || chosen;
        if constexpr (requires { rule.objection(running); })
          if (any_lane<T>(running && chosen) && why.empty()) why = rule.objection(running && chosen);
      };
      std::apply([&](const auto&... rule) { (ask(rule), ...); }, states_);
      return any_lane<T>(running && !known) ? detail::objection_unless(false) : why;
    }

    T direction(const evaluated<Objective>& f, std::span<const T> theta, std::span<T> u, const T& rate) {
      std::copy(u.begin(), u.end(), gradient_.begin());
      T taken = rate;
      double place = 0;
      const auto ask = [&](auto& rule) {
        const mask_of<T> chosen = choice_ == T(lane_of<T>(place++));
        if (!any_lane<T>(chosen)) return;
        mine_ = gradient_;
        const T own = rule.direction(f, theta, std::span<T>(mine_), rate);
        for (std::size_t i = 0; i < u.size(); ++i) u[i] = where(chosen, mine_[i], u[i]);
        taken = where(chosen, own, taken);
      };
      std::apply([&](auto&... rule) { (ask(rule), ...); }, states_);
      return taken;
    }

   private:
    template <std::size_t... I>
    static auto states_of(std::span<const one_of> per_lane, const Objective& f,
                          std::span<const std::uint32_t> seeds, std::index_sequence<I...>) {
      const auto state_of = [&]<std::size_t Place>(std::integral_constant<std::size_t, Place>) {
        using rule = std::tuple_element_t<Place, std::tuple<Rules...>>;
        std::vector<rule> own;
        for (const one_of& r : per_lane) own.push_back(std::get<Place>(r.rules));
        return make_rule_state<rule>(own, f, seeds);
      };
      return std::tuple<typename Rules::template state<Objective>...>{
          state_of(std::integral_constant<std::size_t, I>())...};
    }

    T choice_;
    std::tuple<typename Rules::template state<Objective>...> states_;
    theta_of<Objective> gradient_, mine_;  // (n)
  };
};

}  // namespace lssm
