// SPDX-License-Identifier: BSD-3-Clause
// Where a training stands: what stop rules look at. One value per lane.
#pragma once

#include "../core/scalar.hpp"
#include "../core/status.hpp"

namespace lssm {

template <class T>
struct progress {
  T loss{};        ///< training loss at the current parameters
  T time{};        ///< flow time, or steps times rate
  T steps{};       ///< accepted steps
  T rejected{};    ///< attempted steps that were not accepted
  T resolution{};  ///< tolerance times the mean squared label: the loss below which the run's own error shows
};

}  // namespace lssm
