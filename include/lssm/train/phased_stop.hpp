// SPDX-License-Identifier: BSD-3-Clause
// The two phases of a descent: until the target is reached the stop rules are asked; then `after` further steps are counted.
#pragma once

#include <array>
#include <vector>

#include "lane_statuses.hpp"
#include "stop.hpp"

namespace lssm::detail {

/// Stop rules of all lanes, and the number of steps after the target in each.
template <class T, class Stop>
class phased_stop {
 public:
  phased_stop(std::vector<Stop> rules, const T& after) : rules_(std::move(rules)), after_(after) {}

  const bound_stop<T, Stop>& rules() const { return rules_; }
  /// The lanes whose target is not reached yet.
  static mask_of<T> before_target(const progress<T>& now) { return now.target_steps < T(0); }

  /// The number of steps, of one student, until the rules have to be asked, and a loss at which they have to be earlier.
  std::pair<double, T> unasked(const progress<T>& now) const requires(lanes_of<T> == 1) {
    if (before_target(now)) return rules_.unasked(now);
    return {value_of(after_ - now.phase_steps()), T(-1)};
  }
  /// Asks for the lanes that moved, with the loss `tested`; `now` notes where a target was reached.
  void ask(progress<T>& now, lane_statuses<T>& statuses, const mask_of<T>& moved, const T& tested) const {
    const mask_of<T> waiting = moved && before_target(now);
    progress<T> seen = now;
    seen.loss = tested;
    if (any_lane<T>(waiting) && rules_.may_fire(seen, waiting && statuses.mask())) {
      std::array<status, lanes_of<T>> asked;
      asked.fill(status::target_reached);  // others are not asked
      each_lane_of<T>(waiting, [&](std::size_t i) { asked[i] = statuses[i]; });
      rules_.ask(seen, asked);
      each_lane_of<T>(waiting, [&](std::size_t i) {
        if (statuses[i] != status::running || asked[i] == status::running) return;
        if (asked[i] == status::target_reached) {
          scalar_traits<T>::set(now.target_steps, i, scalar_traits<T>::get(now.steps, i));
        } else {
          statuses[i] = asked[i];
        }
      });
    }
    statuses.end(moved && !before_target(now) && now.phase_steps() >= after_, status::target_reached);
  }

 private:
  bound_stop<T, Stop> rules_;
  T after_;
};

}  // namespace lssm::detail
