// SPDX-License-Identifier: BSD-3-Clause
// Observers: what may look at a training while it runs. They see; they do not change.
//
//   silent              nothing, and it costs nothing
//   observers(a, b)     one after the other
//   every(100, a)       a at every hundredth step and at the end: for what takes time, such as saving the run
//   one's own           a callable on `auto& run`, called at the start, after every accepted step and at the end. It may
//                       return false to cancel the training.
//
//   run.now()    progress: loss, time, steps                  run.last_step()   length of the last step, 0 at the start
//   run.here()   time, loss, θ, gradient, system, cotangent   run.at(t)         the same at a time within the last step
#pragma once

#include <algorithm>
#include <cmath>
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

/// Calls each in turn; false from any of them cancels.
template <class... Observers>
auto observers(Observers&... each) {
  return [&each...](auto& run) {
    [[maybe_unused]] const auto call = [&](auto& o) {
      if constexpr (std::is_void_v<decltype(o(run))>) {
        o(run);
        return true;
      } else {
        return static_cast<bool>(o(run));
      }
    };
    bool go_on = true;
    ((go_on = call(each) && go_on), ...);
    return go_on;
  };
}

/// Calls another observer at steps `period`, 2 `period`, ... (of lanes: the lane that took most) and at the end.
template <class Observer>
auto every(extent<> period, Observer see) {
  require(period > 0, "every", "period", "positive", integer(period));
  return [period = integer(period), see = std::move(see)](auto& run) mutable {
    using T = std::remove_cvref_t<decltype(run.now().steps)>;
    double steps = 0;
    for (std::size_t i = 0; i < lanes_of<T>; ++i)
      steps = std::max(steps, value_of(scalar_traits<T>::get(run.now().steps, i)));
    const bool due = !run.running() || (steps > 0 && std::fmod(steps, static_cast<double>(period)) == 0);
    if constexpr (std::is_void_v<decltype(see(run))>) {
      if (due) see(run);
    } else {
      return !due || static_cast<bool>(see(run));
    }
  };
}

/// The loop: step until nothing runs, showing every point to the observer. No formula lives here.
template <class State, class Observer>
void drive(State& state, Observer&& see) {
  const auto show = [&] {
    if constexpr (std::is_void_v<decltype(see(state))>) {
      see(state);
    } else {
      if (!see(state)) state.cancel();
    }
  };
  show();
  while (state.running()) {
    state.step();
    show();
  }
}

}  // namespace lssm
