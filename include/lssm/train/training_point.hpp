// SPDX-License-Identifier: BSD-3-Clause
// One point of a training, as observers see it.
#pragma once

#include <span>
#include <type_traits>

namespace lssm {

/// Time, loss, system and cotangent at one point of a training; refers to the objective.
template <class Objective>
struct training_point {
  using objective_type = Objective;
  using T = typename Objective::scalar;
  T time, loss;
  const std::remove_cvref_t<decltype(std::declval<Objective&>().system())>& system;  ///< (A, B, C)
  std::span<const T> cotangent;                                                      ///< g = dL/dh (kappa, m)
  const Objective& objective;  ///< standing at this point
};

/// One point of a descent, with its rate and steps.
template <class Objective>
struct descent_point : training_point<Objective> {
  typename Objective::scalar rate;   ///< of the step that led here, 0 at the start
  typename Objective::scalar steps;  ///< taken so far
};

}  // namespace lssm
