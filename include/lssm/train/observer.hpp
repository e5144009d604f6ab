// SPDX-License-Identifier: BSD-3-Clause
// Observers: what may look at a training while it runs. They see; they do not change.
//
//   silent              nothing, and it costs nothing
//   observers(a, b)     one after the other
//   one's own           a callable on `auto& run`, called at the start, after every accepted step and at the end. It may
//                       return false to cancel the training.
//
//   run.now()    progress: loss, time, steps                  run.last_step()   length of the last step, 0 at the start
//   run.here()   time, loss, system and cotangent now         run.at(t)         the same at a time within the last step
#pragma once

#include <tuple>
#include <type_traits>
#include <utility>

namespace lssm {

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
