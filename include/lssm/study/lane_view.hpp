// SPDX-License-Identifier: BSD-3-Clause
// One lane of a descent, as observers of single runs see it (train/observer.hpp): now(), here(), theta(), running(), cancel().
#pragma once

#include <vector>

#include "../train/lane_statuses.hpp"
#include "../train/training_point.hpp"
#include "bind.hpp"

namespace lssm {

/// A student in a lane of a training. here() evaluates its own objective at θ, which has the bits of the lane.
template <class State, class Bound>
class lane_view {
 public:
  using objective_type = typename Bound::objective_type;
  using T = typename objective_type::scalar;

  lane_view(State& training, const Bound& bound, std::size_t lane)
      : training_(&training),
        bound_(&bound),
        lane_(lane),
        theta_(bound.theta.begin(), bound.theta.end()),
        gradient_(theta_),
        at_(bound.objective.workspace()) {}

  /// Takes over where the lane stands.
  void update() {
    now_ = detail::progress_of_lane(training_->now(), lane_);
    for (std::size_t i = 0; i < theta_.size(); ++i)
      theta_[i] = scalar_traits<typename State::T>::get(training_->theta()[i], lane_);
  }

  const progress<T>& now() const { return now_; }
  const T& last_step() const { return now_.rate; }
  std::span<const T> theta() const { return theta_; }
  bool running() const { return lane_status() == status::running; }
  status lane_status(std::size_t = 0) const { return training_->lane_status(lane_); }
  void cancel(std::size_t = 0) { training_->cancel(lane_); }
  /// Loss, θ, gradient, system and cotangent now.
  descent_point<objective_type> here() {
    if constexpr (requires { bound_->objective.move_to(at_, now_.steps); })
      bound_->objective.move_to(at_, detail::batch_step(now_.steps, lane_status()));
    bound_->objective.value_and_gradient(theta(), std::span<T>(gradient_), at_);
    const evaluated<objective_type> at(bound_->objective, at_);
    return {{detail::point_at(at), now_.time, now_.loss, theta(), gradient_, at}, now_.rate, now_.steps};
  }

 private:
  State* training_;
  const Bound* bound_;
  std::size_t lane_;
  std::vector<T> theta_, gradient_;  // (n)
  evaluation_of<objective_type> at_;
  progress<T> now_{};
};

}  // namespace lssm
