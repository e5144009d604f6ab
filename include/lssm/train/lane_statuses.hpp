// SPDX-License-Identifier: BSD-3-Clause
// How far each lane of a training is: running, or how it ended.
#pragma once

#include <algorithm>
#include <array>

#include "../core/scalar.hpp"
#include "../core/status.hpp"

namespace lssm {

namespace detail {
/// The step whose batch a lane stands at: that of the step to come, or of its last where it went back from a loss that was not
/// finite.
template <SingleScalar L>
L batch_step(const L& steps, status now) {
  return now == status::not_finite && steps > L(0) ? steps - L(1) : steps;
}
}  // namespace detail

/// The status of each lane of T; one that has ended stays so.
template <Scalar T>
class lane_statuses {
 public:
  lane_statuses() {
    of_.fill(status::running);
    masked_ = of_;
  }

  status& operator[](std::size_t lane) { return of_[lane]; }
  status operator[](std::size_t lane) const { return of_[lane]; }
  std::array<status, lanes_of<T>>& all() { return of_; }
  const std::array<status, lanes_of<T>>& all() const { return of_; }

  bool some_run() const {
    return std::any_of(of_.begin(), of_.end(), [](status s) { return s == status::running; });
  }
  bool all_run() const {
    return std::all_of(of_.begin(), of_.end(), [](status s) { return s == status::running; });
  }
  /// The lanes of the mask run, whatever they did before.
  void begin(const mask_of<T>& lanes) {
    each_lane_of<T>(lanes, [&](std::size_t lane) { of_[lane] = status::running; });
  }
  /// Lanes that run end with `how`; where a mask is given, those it holds in.
  void end(status how) {
    for (status& s : of_)
      if (s == status::running) s = how;
  }
  void end(std::size_t lane, status how) {
    if (of_[lane] == status::running) of_[lane] = how;
  }
  void end(const mask_of<T>& lanes, status how) {
    if (!any_lane<T>(lanes)) return;
    each_lane_of<T>(lanes, [&](std::size_t lane) { end(lane, how); });
  }

  /// The lanes that run; built anew only where a status has changed.
  const mask_of<T>& mask() {
    if (masked_ != of_) {
      mask_ = lanes_where<T>([&](std::size_t lane) { return of_[lane] == status::running; });
      masked_ = of_;
    }
    return mask_;
  }

 private:
  std::array<status, lanes_of<T>> of_{}, masked_{};
  mask_of<T> mask_ = T(0) == T(0);  // of masked_
};

}  // namespace lssm
