// SPDX-License-Identifier: BSD-3-Clause
// Dense output of the last accepted step of every lane. A stepper keeps the stages of its last attempt alone: where some lanes
// try their step again, those of the others are kept in a copy of it.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm::detail {

/// Where the stages of each lane's last accepted step are. `Stepper` is copied; once there are enough copies, nothing is allocated.
template <class T, class Stepper, class State>
class dense_output {
 public:
  /// To be called before an attempt in the lanes that move, which overwrites the stages of all.
  void before_attempt(const Stepper& stepper, const mask_of<T>& moving) {
    for (copy& c : copies_) c.lanes = c.lanes && !moving;
    const mask_of<T> others = current_ && !moving;
    current_ = T(0) < T(0);
    if (!any_lane<T>(others)) return;
    const auto free =
        std::find_if(copies_.begin(), copies_.end(), [](const copy& c) { return !any_lane<T>(c.lanes); });
    if (free == copies_.end()) {
      copies_.push_back({stepper, others});
    } else {
      *free = {stepper, others};
    }
  }
  /// After an attempt: the lanes whose step it is.
  void accept(const mask_of<T>& lanes) { current_ = lanes; }

  /// Writes y at a fraction of each lane's last step of length τ, from `before` to y; y itself where an attempt has overwritten its
  /// stages and the lane ended in the same step.
  void interpolate(const Stepper& stepper, const T& fraction, const State& before, const State& y,
                   const T& tau, State& out, State& scratch) const {
    stepper.interpolate(fraction, before, y, tau, std::span<T>(out));
    mask_of<T> known = current_;
    for (const copy& c : copies_) {
      if (!any_lane<T>(c.lanes)) continue;
      c.stepper.interpolate(fraction, before, y, tau, std::span<T>(scratch));
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = where(c.lanes, scratch[i], out[i]);
      known = known || c.lanes;
    }
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = where(known, out[i], y[i]);
  }

 private:
  struct copy {
    Stepper stepper;
    mask_of<T> lanes;
  };
  mask_of<T> current_ = T(0) < T(0);  // lanes whose stages the stepper itself holds
  std::vector<copy> copies_;
};

}  // namespace lssm::detail
