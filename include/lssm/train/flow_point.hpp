// SPDX-License-Identifier: BSD-3-Clause
// One point of a training, as observers see it.
#pragma once

#include <span>
#include <type_traits>

namespace lssm {

template <class Objective>
struct flow_point {
  using T = typename Objective::scalar;
  T time, loss;
  const std::remove_cvref_t<decltype(std::declval<Objective&>().system())>& system;  ///< (A, B, C)
  std::span<const T> cotangent;                                                      ///< g = dL/dh (kappa, m)
};

}  // namespace lssm
