// SPDX-License-Identifier: BSD-3-Clause
// A start of independent uniforms, slot by slot (A first, then B, then C), each role in its own interval.
#pragma once

#include <cmath>
#include <optional>
#include <string>

#include "../core/error.hpp"
#include "../core/random.hpp"
#include "fill_slots.hpp"

namespace lssm {

/// The law of the entries of one matrix: low + (high - low) u with u in [0, 1). Only rounding can reach `high`.
struct uniform_entries {
  double low = -0.01;  ///< finite
  double high = 0.01;  ///< finite, >= low
  friend bool operator==(const uniform_entries&, const uniform_entries&) = default;
};

/// Independent uniforms in [low, high), slot by slot in the structure's order (A, then B, then C).
struct uniform_start {
  uniform_entries state{};   ///< of A, as the structure stores it
  uniform_entries input{};   ///< of B
  uniform_entries output{};  ///< of C
  std::optional<uniform_entries>
      time{};  ///< of time steps, to be given where the structure has a slot of them

  void validate() const {
    const auto check = [](const uniform_entries& law, const std::string& name) {
      if (!std::isfinite(law.low)) refuse("uniform_start", name + ".low", "finite", law.low);
      if (!(std::isfinite(law.high) && law.high >= law.low))
        refuse("uniform_start", name + ".high", "finite and at least low, " + to_text(law.low), law.high);
      require(std::isfinite(law.high - law.low), "uniform_start", name, "of finite length",
              law.high - law.low);
    };
    check(state, "state");
    check(input, "input");
    check(output, "output");
    if (time) check(*time, "time");
  }

  template <class System, RandomStream Stream, class Slots = three_matrices>
  void operator()(System& system, Stream& stream, Slots slots = {}) const {
    detail::fill_slots("uniform_start", slots, system, *this, [&](const uniform_entries& law) {
      return law.low + (law.high - law.low) * stream.uniform();
    });
  }
  friend bool operator==(const uniform_start&, const uniform_start&) = default;
};

}  // namespace lssm
