// SPDX-License-Identifier: BSD-3-Clause
// Whether a flow has come to rest: away from its target it would take steps for ever.
//
// A lane rests where in a hundred steps each unknown y_i either stayed as it was, to four roundings of itself, or only shrank
// and is less than a rounding of the largest: the gaps between modes that run together shrink for ever, and nothing sees
// them. The gradient does not tell: on the plateau that a flow is about to leave it is smaller than at rest. There each step
// moves the unknowns by a part of themselves, and what will break a tie grows, however small it is.
#pragma once

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm::detail {

template <Scalar T, class State>
class stationary_lanes {
 public:
  explicit stationary_lanes(const State& y) : then_(y) {}

  /// To be called after each step. The lanes that rest; none but at every hundredth step.
  mask_of<T> look(const State& y) {
    mask_of<T> rests = T(0) < T(0);
    if (++steps_ < 100) return rests;
    steps_ = 0;
    rests = T(0) == T(0);
    T largest(0);
    for (const T& v : y) largest = max_of(largest, abs_of(v));
    for (std::size_t i = 0; i < y.size(); ++i) {
      const T now = abs_of(y[i]), then = abs_of(then_[i]);
      const mask_of<T> still = abs_of(y[i] - then_[i]) <= T(4 * epsilon_of<T>) * now;
      rests = rests && (still || (now <= T(epsilon_of<T>) * largest && now <= then));
    }
    then_ = y;
    return rests;
  }

 private:
  State then_;
  int steps_ = 0;
};

}  // namespace lssm::detail
