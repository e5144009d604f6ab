// SPDX-License-Identifier: BSD-3-Clause
// The axes that a diagram can have.
#pragma once

#include "../discrete/options.hpp"
#include "../support/map_axis.hpp"

namespace phase_diagram {

using discrete::setting;
using lssm::integer;
using axis_kind = support::axis_kind<setting>;

inline const std::vector<axis_kind>& axis_kinds() {
  static const std::vector<axis_kind> kinds = {
      {"special-amplitude", false, 0, 1e15, [](setting& s, double x) { s.special_deviation = x; },
       "standard deviation of the special entries"},
      {"special-count", true, 0, discrete::most_sequences,
       [](setting& s, double x) { s.special = static_cast<integer>(x); }, "special sequences"},
      {"special-position", true, -discrete::most_length, discrete::most_length - 1,
       [](setting& s, double x) {
         s.special_support = {discrete::support_kind::at, static_cast<integer>(x)};
       },
       "position of the special entry (-1: last)"},
      {"init-scale", false, 1e-30, 1e15, [](setting& s, double x) { s.init_sd_state = x; },
       "standard deviation of A at the start"},
      {"rate", false, 1e-30, 1e15, [](setting& s, double x) { s.rate = s.rate_special = x; }, "rate"},
      {"baseline-count", true, 1, discrete::most_sequences,
       [](setting& s, double x) { s.baseline = static_cast<integer>(x); }, "baseline sequences"},
      {"dim", true, 2, discrete::most_dim, [](setting& s, double x) { s.dim = static_cast<integer>(x); },
       "states d of the student"},
      {"length", true, 2, discrete::most_length,
       [](setting& s, double x) { s.length = static_cast<integer>(x); }, "length κ of the sequences"},
      {"after", true, 0, discrete::most_steps,
       [](setting& s, double x) { s.after = s.after_special = static_cast<integer>(x); },
       "further steps after the target"},
  };
  return kinds;
}

}  // namespace phase_diagram
