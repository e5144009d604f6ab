// SPDX-License-Identifier: BSD-3-Clause
// The rate of a step in every lane: the rate of the description, times its schedule, times a factor for each entry of θ.
#pragma once

#include <cmath>
#include <span>
#include <tuple>
#include <vector>

#include "../objective/concepts.hpp"
#include "gather.hpp"
#include "progress.hpp"
#include "rates.hpp"
#include "schedule.hpp"

namespace lssm::detail {

/// Steps of one pass through the data: 1 without mini-batches.
template <class Objective>
integer epoch_of(const Objective& f) {
  if constexpr (requires { f.steps_per_epoch(); }) {
    return f.steps_per_epoch();
  } else {
    return 1;
  }
}

/// One description per lane, repeated as needed.
template <class Descent, class Objective>
class step_rate {
  using T = typename Objective::scalar;
  using schedule = typename Descent::schedule_type;
  using rates = typename Descent::rates_type;

 public:
  /// Whether no entry has a factor.
  static constexpr bool same = std::is_same_v<rates, same_rate>;

  step_rate(std::span<const Descent> per_lane, const Objective& f)
      : rate_(gather<T>(per_lane, [](const auto& d) { return d.rate; })),
        schedules_(each_of(per_lane, &Descent::schedule)) {
    if constexpr (!same) {
      factors_ = f.theta();
      std::vector<double> one(factors_.size());
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
        const rates& mine = per_lane[lane % per_lane.size()].rates;
        if constexpr (WritesFactors<rates>) {
          mine.write(std::span<double>(one));
        } else {
          mine.write(typename Objective::model::learned{}, f.start_system(), std::span<double>(one));
        }
        for (std::size_t i = 0; i < one.size(); ++i)
          scalar_traits<T>::set(factors_[i], lane, lane_of<T>(one[i]));
      }
    }
  }

  /// Without schedule and factors.
  const T& constant() const { return rate_; }
  /// After the steps of each lane, or its epochs.
  T at(const progress<T>& now) const {
    T rate = rate_;
    if constexpr (!std::is_same_v<schedule, constant_rate>)
      for (std::size_t i = 0; i < lanes_of<T>; ++i) {
        using L = lane_of<T>;
        const schedule& mine = schedules_[i % schedules_.size()];
        const double taken = value_of(scalar_traits<T>::get(now.steps, i));
        double factor;
        if constexpr (CountsEpochs<schedule>) {
          factor = mine.factor_of_epochs(
              std::floor(taken / value_of(scalar_traits<T>::get(now.steps_per_epoch, i))));
        } else {
          factor = mine.factor(taken);
        }
        scalar_traits<T>::set(rate, i, scalar_traits<T>::get(rate, i) * L(factor));
      }
    return rate;
  }
  /// u ← factors · u
  void scale(std::span<T> u) const {
    if constexpr (!same)
      for (std::size_t i = 0; i < u.size(); ++i) u[i] = u[i] * factors_[i];
  }

 private:
  T rate_;
  std::vector<schedule> schedules_;
  std::conditional_t<same, std::tuple<>, theta_of<Objective>> factors_{};
};

}  // namespace lssm::detail
