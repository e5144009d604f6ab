// SPDX-License-Identifier: BSD-3-Clause
// Observers: what may look at a training while it runs. They see; they do not change.
//
//   silent              nothing, and it costs nothing
//   observers(a, b)     one after the other
//   every(100, a)       a at every hundredth step and at the end: for what takes time, such as saving the run
//   one's own           a callable on `auto& run`, called at the start, after every accepted step and at the end. It may
//                       return false to cancel the training. With a member until_next(run), the number of steps that it
//                       need not see plus one, it is called that seldom: a descent then goes there in one loop
//
//   run.now()    progress: loss, time, steps                  run.last_step()   length of the last step, 0 at the start
//   run.here()   time, loss, θ, gradient, system, cotangent   run.at(t)         the same at a time within the last step
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/scalar.hpp"

namespace lssm {

/// Sees nothing, and costs nothing.
struct silent {
  void operator()(auto&) const {}
};

namespace detail {

/// An observer that says after how many steps it wants to look again, by until_next(run).
template <class Observer, class Run>
concept LooksAhead = requires(const Observer o, const Run run) {
  { o.until_next(run) } -> std::convertible_to<double>;
};

template <class... Observers>
class several_observers {
 public:
  explicit several_observers(Observers&... each) : each_(each...) {}

  bool operator()(auto& run) const {
    [[maybe_unused]] const auto call = [&](auto& o) {
      if constexpr (std::is_void_v<decltype(o(run))>) {
        o(run);
        return true;
      } else {
        return static_cast<bool>(o(run));
      }
    };
    bool go_on = true;
    std::apply([&](auto&... o) { ((go_on = call(o) && go_on), ...); }, each_);
    return go_on;
  }
  template <class Run>
  double until_next(const Run& run) const requires(LooksAhead<Observers, Run>&&...) {
    double steps = 0x1p30;
    std::apply([&](const auto&... o) { ((steps = std::min<double>(steps, o.until_next(run))), ...); }, each_);
    return steps;
  }

 private:
  std::tuple<Observers&...> each_;
};

template <class Observer>
class periodic_observer {
 public:
  periodic_observer(integer period, Observer see)
      : period_(static_cast<double>(period)), see_(std::move(see)) {}

  auto operator()(auto& run) {
    const bool due = !run.running() || (most_steps(run) > 0 && until_next(run) == period_);
    if constexpr (std::is_void_v<decltype(see_(run))>) {
      if (due) see_(run);
    } else {
      return !due || static_cast<bool>(see_(run));
    }
  }
  double until_next(const auto& run) const { return period_ - std::fmod(most_steps(run), period_); }

 private:
  static double most_steps(const auto& run) {
    using T = std::remove_cvref_t<decltype(run.now().steps)>;
    double steps = 0;
    for (std::size_t i = 0; i < lanes_of<T>; ++i)
      steps = std::max(steps, value_of(scalar_traits<T>::get(run.now().steps, i)));
    return steps;
  }
  double period_;
  Observer see_;
};

}  // namespace detail

/// Calls each in turn; false from any of them cancels.
template <class... Observers>
auto observers(Observers&... each) {
  return detail::several_observers<Observers...>(each...);
}

/// Calls another observer at steps `period`, 2 `period`, ... (of lanes: the lane that took most) and at the end.
template <class Observer>
auto every(extent<> period, Observer see) {
  require(period > 0, "every", "period", "positive", integer(period));
  return detail::periodic_observer<Observer>(period, std::move(see));
}

/// The loop: step until nothing runs, showing to the observer every point, or those that it wants to see. No formula lives
/// here.
template <class State, class Observer>
void drive(State& state, Observer&& see) {
  static_assert(std::invocable<Observer&, State&>,
                "drive: the observer is no callable on the training, a lambda of (auto& run) for example "
                "(docs/train.md)");
  const auto show = [&] {
    if constexpr (std::is_void_v<decltype(see(state))>) {
      see(state);
    } else {
      if (!see(state)) state.cancel();
    }
  };
  show();
  using observer = std::remove_cvref_t<Observer>;
  while (state.running()) {
    constexpr bool walks = requires { state.walk(1); };
    if constexpr (walks && (std::is_same_v<observer, silent> || detail::LooksAhead<observer, State>)) {
      double steps = 0x1p30;
      if constexpr (detail::LooksAhead<observer, State>)
        steps = std::max(1.0, std::min<double>(steps, see.until_next(state)));
      state.walk(static_cast<integer>(steps));
    } else {
      state.step();
    }
    show();
  }
}

}  // namespace lssm
