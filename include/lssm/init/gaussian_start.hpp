// SPDX-License-Identifier: BSD-3-Clause
// A start of independent normals, slot by slot (A first, then B, then C), each role with its own mean and standard
// deviation.
#pragma once

#include <cmath>
#include <optional>
#include <string>

#include "../core/error.hpp"
#include "../core/random.hpp"
#include "fill_slots.hpp"

namespace lssm {

/// The law of the entries of one matrix.
struct gaussian_entries {
  double mean = 0;          ///< finite
  double deviation = 0.01;  ///< standard deviation, finite and >= 0
  friend bool operator==(const gaussian_entries&, const gaussian_entries&) = default;
};

/// Independent normals, slot by slot in the structure's order (A, then B, then C), each by the law of its role.
struct gaussian_start {
  gaussian_entries state{};   ///< of A, as the structure stores it
  gaussian_entries input{};   ///< of B
  gaussian_entries output{};  ///< of C
  std::optional<gaussian_entries>
      time{};  ///< of time steps, to be given where the structure has a slot of them

  void validate() const {
    const auto check = [](const gaussian_entries& law, const std::string& name) {
      if (!std::isfinite(law.mean)) refuse("gaussian_start", name + ".mean", "finite", law.mean);
      detail::require_not_negative("gaussian_start", name + ".deviation", law.deviation);
    };
    check(state, "state");
    check(input, "input");
    check(output, "output");
    if (time) check(*time, "time");
  }

  template <class System, RandomStream Stream, class Slots = three_matrices>
  void operator()(System& system, Stream& stream, Slots slots = {}) const {
    detail::fill_slots("gaussian_start", slots, system, *this, [&](const gaussian_entries& law) {
      return law.mean + law.deviation * stream.normal();
    });
  }
  friend bool operator==(const gaussian_start&, const gaussian_start&) = default;
};

}  // namespace lssm
