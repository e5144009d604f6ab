// SPDX-License-Identifier: BSD-3-Clause
// Sampling of a descent: every `period` steps of each phase, up to the target and after it.
//
//   {.period = 100}                 steps 0, 100, 200, ...
//   {.period = 100, .offset = 1}    steps 1, 101, 201, ...: Keras counts epochs from 0 and logs at their ends
#pragma once

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/parts.hpp"

namespace lssm {

/// Steps offset, offset + period, offset + 2 period, ... of each phase.
struct sample_steps {
  integer period = 100;  ///< > 0
  integer offset = 0;    ///< from 0 to period

  void validate() const {
    require(period > 0, "sample_steps", "period", "positive", period);
    require(offset >= 0 && offset <= period, "sample_steps", "offset", "from 0 to the period", offset);
  }
  bool due(double phase_steps) const {
    const integer steps = static_cast<integer>(phase_steps);
    return steps > 0 && (steps - offset) % period == 0;
  }
  static constexpr auto parts(auto& s) {
    return std::tuple(part("period", s.period), part("offset", s.offset));
  }
  friend bool operator==(const sample_steps&, const sample_steps&) = default;
};

}  // namespace lssm
