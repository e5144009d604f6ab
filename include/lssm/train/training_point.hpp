// SPDX-License-Identifier: BSD-3-Clause
// One point of a training, as observers see it.
#pragma once

#include <span>

#include "../objective/evaluated.hpp"

namespace lssm {

namespace detail {
template <class Objective>
struct point_of_model {};
/// What a point has where the objective is one of a model.
template <ModelObjective Objective>
struct point_of_model<Objective> {
  const std::remove_cvref_t<decltype(std::declval<evaluation_of<Objective>&>().system())>&
      system;                         ///< (A, B, C)
  cotangent_of<Objective> cotangent;  ///< g = dL/dh (kappa, p, m)
};
template <class Objective>
point_of_model<Objective> point_at(const evaluated<Objective>& at) {
  if constexpr (ModelObjective<Objective>) {
    return {at.system(), at.cotangent()};
  } else {
    return {};
  }
}
}  // namespace detail

/// Time, loss, θ and gradient at one point of a training, with the system and the cotangent of a model's objective; refers to
/// the training.
template <class Objective>
struct training_point : detail::point_of_model<Objective> {
  using objective_type = Objective;
  using T = typename Objective::scalar;
  T time, loss;
  std::span<const T> theta, gradient;  ///< θ and dL/dθ (n)
  evaluated<Objective> objective;      ///< standing at this point
};

/// One point of a descent, with its rate and steps.
template <class Objective>
struct descent_point : training_point<Objective> {
  typename Objective::scalar rate;   ///< of the step that led here, 0 at the start
  typename Objective::scalar steps;  ///< taken so far
};

}  // namespace lssm
