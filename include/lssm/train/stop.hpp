// SPDX-License-Identifier: BSD-3-Clause
// Lists of stop rules (train/stop_rules.hpp): whichever fires first, in the order of the list.
#pragma once

#include <limits>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "stop_rules.hpp"

namespace lssm {

namespace detail {
/// The rule of a list of one.
template <class Rule, class... Rules>
concept only_rule = std::is_same_v<std::tuple<Rule>, std::tuple<Rules...>>;
}  // namespace detail

/// Whichever fires first, in the order of the list.
template <class... Rules>
struct first_of {
  static_assert(
      (StopRule<Rules> && ...),
      "first_of: a stop rule has a status `reason` and fires(now), or number() and past(now, number) "
      "(docs/train.md)");
  std::tuple<Rules...> rules{};

  constexpr first_of() = default;
  constexpr first_of(std::tuple<Rules...> list) : rules(std::move(list)) {}
  /// Rule by rule: first_of{target_loss{1e-6}, step_limit{10000}}, or {{1e-6}, {10000}} where the type is known.
  constexpr first_of(Rules... each) requires(sizeof...(Rules) >= 2) : rules(std::move(each)...) {}
  template <detail::only_rule<Rules...> Rule>
  constexpr first_of(Rule rule) : rules(std::move(rule)) {}

  template <class Rule>
  static constexpr bool has = (static_cast<int>(std::is_same_v<Rule, Rules>) + ... + 0) == 1;

  void validate() const {
    std::apply([](const auto&... r) { (validate_one(r), ...); }, rules);
  }

  /// The rule of this list of the given type, to read or change its numbers.
  template <class Rule>
  Rule& get() requires(has<Rule>) {
    return std::get<Rule>(rules);
  }
  template <class Rule>
  const Rule& get() const requires(has<Rule>) {
    return std::get<Rule>(rules);
  }
  friend bool operator==(const first_of&, const first_of&) = default;

 private:
  static void validate_one(const auto& r) {
    if constexpr (requires { r.validate(); }) r.validate();
  }
};

template <StopRule... Rules>
first_of(Rules...) -> first_of<Rules...>;
template <class... Rules>
first_of(std::tuple<Rules...>) -> first_of<Rules...>;

namespace detail {
/// Whether a rule, or one of a list, looks at the number of sequences, as it says by `static constexpr bool of_sequences`.
template <class Rule>
inline constexpr bool counts_sequences = requires {
  requires Rule::of_sequences;
};
template <class... Rules>
inline constexpr bool counts_sequences<first_of<Rules...>> = (counts_sequences<Rules> || ...);

/// N of each lane, for progress; 0 where the objective does not tell it.
template <class Stop, class Objective>
typename Objective::scalar sequences_of(const Objective& f) {
  using T = typename Objective::scalar;
  constexpr bool told = requires { f.sequences(); };
  static_assert(told || !counts_sequences<Stop>,
                "total_loss: the objective lacks sequences(), of how many losses its own is the mean "
                "(docs/train.md)");
  if constexpr (!told) {
    return T(0);
  } else if constexpr (std::is_same_v<std::remove_cvref_t<decltype(f.sequences())>, T>) {
    return f.sequences();
  } else {
    return T(lane_of<T>(static_cast<double>(f.sequences())));
  }
}
}  // namespace detail

/// The rules of all lanes, asked together.
template <class T, class Rule>
class bound_stop;

template <class T, class... Rules>
class bound_stop<T, first_of<Rules...>> {
 public:
  explicit bound_stop(std::vector<first_of<Rules...>> per_lane) : per_lane_(std::move(per_lane)) {
    if constexpr (together) [&]<std::size_t... I>(std::index_sequence<I...>) {
        numbers_ = {gather<T>(std::span<const first_of<Rules...>>(per_lane_),
                              [](const auto& r) { return std::get<I>(r.rules).number(); })...};
      }
    (std::index_sequence_for<Rules...>{});
  }

  /// Whether some rule may fire in one of these lanes; where it is false, `ask` would change nothing.
  bool may_fire(const progress<T>& p, const mask_of<T>& lanes) const {
    if constexpr (!together) {
      return true;
    } else {
      mask_of<T> some = T(0) < T(0);
      [[maybe_unused]] std::size_t i = 0;
      ((some = some || Rules::past(p, numbers_[i++])), ...);
      return any_lane<T>(some && lanes);
    }
  }

  /// Sets the status of every running lane in which a rule fires.
  void ask(const progress<T>& p, std::span<status, lanes_of<T>> statuses) const {
    for (std::size_t i = 0; i < lanes_of<T>; ++i) {
      if (statuses[i] != status::running) continue;
      if constexpr (lanes_of<T> == 1) {
        statuses[i] = first_that_fires(of(i), p);
      } else {
        progress<lane_of<T>> mine;
        get_lane(p, i, mine);
        mine.sequences = scalar_traits<T>::get(p.sequences, i);
        mine.steps_per_epoch = scalar_traits<T>::get(p.steps_per_epoch, i);
        statuses[i] = first_that_fires(of(i), mine);
      }
    }
  }
  /// Whether a count of steps is all that decides when to stop.
  static constexpr bool counts_steps = (std::is_same_v<Rules, step_limit> && ...);
  /// The steps left to lane i after the `taken` ones, infinite if no rule says so.
  double steps_left(std::size_t i, double taken) const requires counts_steps {
    double most = std::numeric_limits<double>::infinity();
    std::apply([&](const auto&... rule) { ((most = std::min(most, rule.steps)), ...); }, of(i).rules);
    return std::ceil(most - taken);
  }
  /// Of one student: the steps until a rule other than target_loss may fire, and the loss at which that one does.
  std::pair<double, T> unasked(const progress<T>& now) const requires(lanes_of<T> == 1) {
    double steps = std::numeric_limits<double>::infinity();
    T target(-1);
    const auto look = [&]<class Rule>(const Rule& rule) {
      if constexpr (std::is_same_v<Rule, target_loss>) {
        target = max_of(target, T(rule.value));
      } else if constexpr (std::is_same_v<Rule, step_limit>) {
        steps = std::min(steps, std::ceil(value_of(T(rule.steps)) - value_of(now.steps)));
      } else {
        steps = 1;
      }
    };
    std::apply([&](const auto&... rule) { (look(rule), ...); }, of(0).rules);
    return {steps, target};
  }
  /// The time at which lane i must stop, infinite if no rule says so.
  double horizon(std::size_t i) const {
    double t = std::numeric_limits<double>::infinity();
    const auto look = [&]<class Rule>(const Rule& rule) {
      if constexpr (Rule::reason == status::horizon && requires { rule.time; })
        t = std::min(t, static_cast<double>(rule.time));
    };
    std::apply([&](const auto&... rule) { (look(rule), ...); }, of(i).rules);
    return t;
  }

 private:
  template <class Rule, class L>
  static bool fires(const Rule& rule, const progress<L>& p) {
    if constexpr (requires { rule.fires(p); }) {
      return rule.fires(p);
    } else {
      return Rule::past(p, L(rule.number()));
    }
  }
  template <class L>
  static status first_that_fires(const first_of<Rules...>& rules, const progress<L>& p) {
    status how = status::running;
    std::apply(
        [&](const auto&... rule) {
          (void)((fires(rule, p) ? (how = std::remove_cvref_t<decltype(rule)>::reason, true) : false) || ...);
        },
        rules.rules);
    return how;
  }
  static constexpr bool together = lanes_of<T> > 1 && (NumberedRule<Rules, T> && ...);
  const first_of<Rules...>& of(std::size_t lane) const { return per_lane_[lane % per_lane_.size()]; }
  std::array<T, together ? sizeof...(Rules) : 0> numbers_;
  std::vector<first_of<Rules...>> per_lane_;
};

/// One rule, as a list of it.
template <class T, StopRule Rule>
class bound_stop<T, Rule> : public bound_stop<T, first_of<Rule>> {
 public:
  explicit bound_stop(const std::vector<Rule>& rules)
      : bound_stop<T, first_of<Rule>>(std::vector<first_of<Rule>>(rules.begin(), rules.end())) {}
};

}  // namespace lssm
