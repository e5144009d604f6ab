// SPDX-License-Identifier: BSD-3-Clause
// A start near zero: independent normals, A first, then B, then C. The short form of gaussian_start with mean 0.
#pragma once

#include "gaussian_start.hpp"

namespace lssm {

/// Independent normals with mean 0, slot by slot; for a structure with time steps take gaussian_start, which says their law.
struct near_zero {
  double state_deviation = 0.01;  ///< of the entries of A, finite and >= 0
  double io_deviation = 0.01;     ///< of the entries of B and C, finite and >= 0

  void validate() const {
    detail::require_not_negative("near_zero", "state_deviation", state_deviation);
    detail::require_not_negative("near_zero", "io_deviation", io_deviation);
  }

  template <class System, RandomStream Stream, class Slots = three_matrices>
  void operator()(System& system, Stream& stream, Slots slots = {}) const {
    const gaussian_entries io{.deviation = io_deviation};
    gaussian_start{.state = {.deviation = state_deviation}, .input = io, .output = io}(system, stream, slots);
  }
  friend bool operator==(const near_zero&, const near_zero&) = default;
};

}  // namespace lssm
