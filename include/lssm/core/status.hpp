// SPDX-License-Identifier: BSD-3-Clause
// How a run ended. A run that starts always returns one of these with its last finite state.
#pragma once

#include <ostream>
#include <string_view>

namespace lssm {

enum class status {
  running,         ///< has not ended yet (only observers and loops of one's own meet it)
  converged,       ///< the loss reached its target and the limit of the flow was taken from there
  target_reached,  ///< the loss reached its target
  step_limit,      ///< the permitted number of steps was used up
  horizon,         ///< the flow reached the end of its time span
  diverged,        ///< the loss rose above the bound of the rule `divergence`
  not_finite,      ///< a value overflowed or became NaN; the state is the last finite one
  stalled,         ///< the step control asked for steps below the resolution of time
  no_improvement,  ///< the loss had not fallen for as many steps as patience allows
  cancelled,       ///< an observer asked to stop
  stationary,      ///< a flow came to rest away from its target: no parameter moves any more
};

/// The name of a status, as in the enumeration.
constexpr std::string_view to_string(status s) {
  switch (s) {
    case status::running: return "running";
    case status::converged: return "converged";
    case status::target_reached: return "target_reached";
    case status::step_limit: return "step_limit";
    case status::horizon: return "horizon";
    case status::diverged: return "diverged";
    case status::not_finite: return "not_finite";
    case status::stalled: return "stalled";
    case status::no_improvement: return "no_improvement";
    case status::cancelled: return "cancelled";
    case status::stationary: return "stationary";
  }
  return "unknown";
}

/// Whether s is a value of the enumeration, which a number from a file need not be.
constexpr bool is_known(status s) { return to_string(s) != "unknown"; }

inline std::ostream& operator<<(std::ostream& out, status s) { return out << to_string(s); }

}  // namespace lssm
