// SPDX-License-Identifier: BSD-3-Clause
// Early stopping: the parameters of a descent where a measure was least, an error on validation data for example.
//
//   early_stopping best([&](auto& run) { return validation.error(run.here().objective); }, {.period = 10, .patience = 20});
//   run<double>(study, seed, best);
//   best.value(), best.steps(), best.theta()      of the least value seen
//
// It looks at the start, at every `period`-th step and at the end, changes nothing, and cancels the training after `patience`
// looks without a smaller value. In lanes each has its own best, and is cancelled by itself. A second run starts anew.
#pragma once

#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/scalar.hpp"
#include "../core/status.hpp"
#include "../core/storage.hpp"

namespace lssm {

/// How often early_stopping looks, and how long it waits.
struct patience_of_looks {
  double period = 1;           ///< steps from one look to the next, whole, at least 1
  double patience = HUGE_VAL;  ///< looks without a smaller value, at least 1
};

/// An observer of descents that keeps θ where measure(run) is least; values that are not finite are never the least.
template <class Measure, class T = double>
class early_stopping {
  using L = lane_of<T>;

 public:
  explicit early_stopping(Measure measure, const patience_of_looks& often = {})
      : measure_(std::move(measure)), often_(often) {
    require(often_.period >= 1, "early_stopping", "period", "at least 1", often_.period);
    require(std::trunc(often_.period) == often_.period, "early_stopping", "period", "a whole number of steps",
            often_.period);
    require(often_.patience >= 1, "early_stopping", "patience", "at least 1", often_.patience);
  }

  void operator()(auto& run) {
    static_assert(
        requires { run.theta(); },
        "early_stopping: the training has no theta(); it watches descents "
        "(docs/descent.md)");
    if (!any_lane<T>(run.now().steps > T(0))) forget();
    const bool first = theta_.empty();
    mask_of<T> due = T(0) > T(0);
    for (std::size_t i = 0; i < lanes_of<T>; ++i) {
      const double steps = value_of(scalar_traits<T>::get(run.now().steps, i));
      const bool at_its_end = run.lane_status(i) != status::running;
      const bool moved = steps != value_of(scalar_traits<T>::get(looked_, i));
      if (first || (moved && (at_its_end || std::fmod(steps, often_.period) == 0)))
        scalar_traits<T>::set_mask(due, i, true);
    }
    if (!any_lane<T>(due)) return;
    if (first) theta_.assign(run.theta().begin(), run.theta().end());
    if (theta_.size() != run.theta().size())
      refuse("early_stopping", "the training",
             "the one that was looked at first, of " + to_text(theta_.size()) + " parameters",
             run.theta().size());
    const T value = measure_(run);
    const mask_of<T> better = due && value < value_ && value > T(L(-HUGE_VAL));
    for (std::size_t j = 0; j < theta_.size(); ++j) theta_[j] = where(better, run.theta()[j], theta_[j]);
    value_ = where(better, value, value_);
    steps_ = where(better, run.now().steps, steps_);
    looked_ = where(due, run.now().steps, looked_);
    waited_ = where(due, where(better, T(0), waited_ + T(1)), waited_);
    for (std::size_t i = 0; i < lanes_of<T>; ++i)
      if (run.lane_status(i) == status::running &&
          value_of(scalar_traits<T>::get(waited_, i)) >= often_.patience)
        run.cancel(i);
  }

  /// The least value; infinite where none was finite.
  const T& value() const { return value_; }
  /// Steps taken where the value was least.
  const T& steps() const { return steps_; }
  /// θ there (n); that of the first look where no value was finite.
  std::span<const T> theta() const { return view<T>(theta_); }

 private:
  /// Forgets an earlier run: the training is at its start.
  void forget() {
    theta_.clear();
    value_ = T(L(HUGE_VAL));
    steps_ = looked_ = waited_ = T(0);
  }

  Measure measure_;
  patience_of_looks often_;
  std::vector<T> theta_;
  T value_ = T(L(HUGE_VAL)), steps_{}, looked_{}, waited_{};
};

}  // namespace lssm
