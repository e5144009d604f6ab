// SPDX-License-Identifier: BSD-3-Clause
// What a kernel notes of steps that it takes with their losses, and when it ends them.
#pragma once

#include <limits>

#include "../../core/extent.hpp"
#include "../../core/scalar.hpp"

namespace lssm::kernel {

/// Steps with a look at the loss of each. They end after `most`, or with the first loss that is at most `target` or not
/// finite; that one is not compared with the best.
template <class T>
struct watched_steps {
  T rate, target;
  integer most;
  T loss, best, best_steps, steps, time;
  integer taken = 0;

  /// Notes the loss where the steps begin; false where none is to be taken.
  [[gnu::always_inline]] bool begin(const T& now) {
    loss = now;
    return most > 0;
  }

  /// Counts a step that came to this loss; false where it is the last one.
  [[gnu::always_inline]] bool count(const T& now) {
    ++taken;
    steps = steps + T(1);
    time = time + rate;
    loss = now;
    if (!(now > target && now < std::numeric_limits<T>::infinity())) return false;
    if (now < best) best = now, best_steps = steps;
    return taken < most;
  }
};

}  // namespace lssm::kernel
