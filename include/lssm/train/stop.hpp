// SPDX-License-Identifier: BSD-3-Clause
// Stop rules: when a training ends, and why.
//
//   convergence    the loss is so small that the limit of the flow can be taken from here (Gauss-Newton finish)
//   target_loss    loss <= value: stop there                       (published runs of gradient descent)
//   time_horizon   flow time >= value; the last step lands on it
//   step_limit     accepted and rejected steps >= value
//   first_of<...>  whichever fires first, in the order of the list
//   one's own      a struct with `reason` and `template <class T> mask_of<T> fires(const progress<T>&)`; numbers in it
//                  that should differ between lanes are gathered by a `bind` like the ones below
//
// Deliberately absent: a bound on the gradient alone. On the plateau before the escape it is smaller (7e-15) than at
// full convergence (1.5e-14), so it stops the honest run at loss 1.
#pragma once

#include <cmath>
#include <concepts>
#include <limits>
#include <span>
#include <tuple>
#include <vector>

#include "../core/error.hpp"
#include "progress.hpp"

namespace lssm {

/// Collects one number per lane from descriptions, the k-th lane from description k modulo their count.
template <Scalar T, class Policy, class Get>
T gather(std::span<const Policy> per_lane, Get get) {
  T out{};
  for (std::size_t i = 0; i < lanes_of<T>; ++i)
    scalar_traits<T>::set(out, i, lane_of<T>(get(per_lane[i % per_lane.size()])));
  return out;
}

/// A description of a stop rule: a reason, and a mask of the lanes in which it fires.
template <class R>
concept StopRule = requires(const R r, const progress<double> p) {
  { R::reason } -> std::convertible_to<status>;
  { r.fires(p) } -> std::convertible_to<bool>;
};

struct convergence {
  double loss = 1e-5;  ///< in units of the flow's rtol times the mean squared label, > 0
  static constexpr status reason = status::converged;

  void validate() const {
    require(std::isfinite(loss) && loss > 0, "convergence", "loss", "finite and positive", loss);
  }
  template <class T>
  mask_of<T> fires(const progress<T>& p) const {
    return p.loss <= T(loss) * p.resolution;
  }
  friend bool operator==(const convergence&, const convergence&) = default;
};

struct target_loss {
  double value = 1e-2;  ///< >= 0
  static constexpr status reason = status::target_reached;

  void validate() const {
    require(std::isfinite(value) && value >= 0, "target_loss", "value", "finite and at least 0", value);
  }
  template <class T>
  mask_of<T> fires(const progress<T>& p) const {
    return p.loss <= T(value);
  }
  friend bool operator==(const target_loss&, const target_loss&) = default;
};

struct time_horizon {
  double time = 1e300;  ///< > 0
  static constexpr status reason = status::horizon;

  void validate() const { require(time > 0, "time_horizon", "time", "positive", time); }
  template <class T>
  mask_of<T> fires(const progress<T>& p) const {
    return p.time >= T(time);
  }
  friend bool operator==(const time_horizon&, const time_horizon&) = default;
};

struct step_limit {
  double steps = 1e6;  ///< >= 0; in single precision below 1.6e7, where counting ends
  static constexpr status reason = status::step_limit;

  void validate() const { require(steps >= 0, "step_limit", "steps", "at least 0", steps); }
  template <class T>
  mask_of<T> fires(const progress<T>& p) const {
    return p.steps + p.rejected >= T(steps);
  }
  friend bool operator==(const step_limit&, const step_limit&) = default;
};

template <StopRule... Rules>
struct first_of {
  std::tuple<Rules...> rules{};

  void validate() const {
    std::apply([](const auto&... r) { (validate_one(r), ...); }, rules);
  }

  /// The rule of this list of the given type, to read or change its numbers.
  template <class Rule>
  Rule& get() {
    return std::get<Rule>(rules);
  }
  template <class Rule>
  const Rule& get() const {
    return std::get<Rule>(rules);
  }
  friend bool operator==(const first_of&, const first_of&) = default;

 private:
  static void validate_one(const auto& r) {
    if constexpr (requires { r.validate(); }) r.validate();
  }
};

/// The rules of all lanes, asked together.
template <class T, class Rule>
class bound_stop;

template <class T, class... Rules>
class bound_stop<T, first_of<Rules...>> {
 public:
  explicit bound_stop(std::vector<first_of<Rules...>> per_lane) : per_lane_(std::move(per_lane)) {}

  /// Sets the status of every running lane in which a rule fires.
  void ask(const progress<T>& p, std::span<status, lanes_of<T>> statuses) const {
    for (std::size_t i = 0; i < lanes_of<T>; ++i) {
      if (statuses[i] != status::running) continue;
      using L = lane_of<T>;
      const auto get = [i](const T& x) { return scalar_traits<T>::get(x, i); };
      const progress<L> mine{get(p.loss), get(p.time), get(p.steps), get(p.rejected), get(p.resolution)};
      std::apply(
          [&](const auto&... rule) {
            (void)((rule.fires(mine) ? (statuses[i] = std::remove_cvref_t<decltype(rule)>::reason, true)
                                     : false) ||
                   ...);
          },
          of(i).rules);
    }
  }
  /// The time at which lane i must stop, infinite if no rule says so.
  double horizon(std::size_t i) const {
    double t = std::numeric_limits<double>::infinity();
    std::apply(
        [&](const auto&... rule) {
          (
              [&] {
                using one = std::remove_cvref_t<decltype(rule)>;
                if constexpr (one::reason == status::horizon && requires { rule.time; })
                  t = std::min(t, static_cast<double>(rule.time));
              }(),
              ...);
        },
        of(i).rules);
    return t;
  }

 private:
  const first_of<Rules...>& of(std::size_t lane) const { return per_lane_[lane % per_lane_.size()]; }
  std::vector<first_of<Rules...>> per_lane_;
};

}  // namespace lssm
