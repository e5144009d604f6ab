// SPDX-License-Identifier: BSD-3-Clause
// Stop rules: when a training ends, and why. Lists of them are first_of<...> (train/stop.hpp).
//
//   convergence    the loss is so small that the limit of the flow can be taken from here (Gauss-Newton finish)
//   target_loss    loss <= value: stop there                       (published runs of gradient descent)
//   total_loss     the sum over all sequences, N times the loss, <= value
//   time_horizon   flow time >= value; the last step lands on it
//   step_limit     accepted and rejected steps >= value
//   epoch_limit    passes through the data >= value         (of mini-batches; without them a step is an epoch)
//   patience       no new lowest loss for so many steps
//   divergence     loss >= value
//   first_of<...>  whichever fires first, in the order of the list
//   one's own      a struct with `reason` and either
//                  fires(now)                           asked lane by lane with single numbers, or
//                  number() and past(now, number)       asked of all lanes together, as the rules above are
//
// A loss that is not finite ends every training; no rule is needed.
//
// Deliberately absent: a bound on the gradient alone. On the plateau before the escape it is smaller (7e-15) than at
// full convergence (1.5e-14), so it stops the honest run at loss 1.
#pragma once

#include <cmath>
#include <concepts>

#include "../core/error.hpp"
#include "gather.hpp"
#include "progress.hpp"

namespace lssm {

/// A rule of one number: `past(now, number)` is asked of all lanes together.
template <class R, class T>
concept NumberedRule = requires(const R r, const progress<T> p, const T number) {
  { r.number() } -> std::convertible_to<double>;
  { R::past(p, number) } -> std::convertible_to<mask_of<T>>;
};

/// A description of a stop rule: the status to end with, and a condition, either `fires(now)` or that of a NumberedRule.
template <class R>
concept StopRule = requires(const R r, const progress<double> p) {
  { R::reason } -> std::convertible_to<status>;
  requires NumberedRule<R, double> || requires {
    { r.fires(p) } -> std::convertible_to<bool>;
  };
};

/// A loss so small that the limit of the flow can be taken from here.
struct convergence {
  double loss = 1e-5;  ///< in units of the flow's rtol times the mean squared label, > 0
  static constexpr status reason = status::converged;

  void validate() const {
    require(std::isfinite(loss) && loss > 0, "convergence", "loss", "finite and positive", loss);
  }
  double number() const { return loss; }
  template <class T>
  static mask_of<T> past(const progress<T>& p, const T& number) {
    return p.loss <= number * p.resolution;
  }
  friend bool operator==(const convergence&, const convergence&) = default;
};

/// Loss <= value.
struct target_loss {
  double value = 1e-2;  ///< >= 0
  static constexpr status reason = status::target_reached;

  void validate() const { detail::require_not_negative("target_loss", "value", value); }
  double number() const { return value; }
  template <class T>
  static mask_of<T> past(const progress<T>& p, const T& number) {
    return p.loss <= number;
  }
  friend bool operator==(const target_loss&, const target_loss&) = default;
};

/// N times the loss, the sum of the losses of N sequences, <= value. The objective must tell N by sequences().
struct total_loss {
  double value = -1;  ///< >= 0; to be given
  static constexpr status reason = status::target_reached;
  static constexpr bool of_sequences = true;

  void validate() const { detail::require_given("total_loss", "value", value); }
  double number() const { return value; }
  template <class T>
  static mask_of<T> past(const progress<T>& p, const T& number) {
    return p.loss * p.sequences <= number;
  }
  friend bool operator==(const total_loss&, const total_loss&) = default;
};

/// Flow time >= time; the last step lands on it.
struct time_horizon {
  double time = 1e300;  ///< > 0
  static constexpr status reason = status::horizon;

  void validate() const { require(time > 0, "time_horizon", "time", "positive", time); }
  double number() const { return time; }
  template <class T>
  static mask_of<T> past(const progress<T>& p, const T& number) {
    return p.time >= number;
  }
  friend bool operator==(const time_horizon&, const time_horizon&) = default;
};

/// Steps, accepted and rejected, >= steps.
struct step_limit {
  double steps = 1e6;  ///< >= 0; in single precision below 1.6e7, where counting ends
  static constexpr status reason = status::step_limit;

  void validate() const { require(steps >= 0, "step_limit", "steps", "at least 0", steps); }
  double number() const { return steps; }
  template <class T>
  static mask_of<T> past(const progress<T>& p, const T& number) {
    return p.steps + p.rejected >= number;
  }
  friend bool operator==(const step_limit&, const step_limit&) = default;
};

/// Passes through the data, in mini-batches (data/batches.hpp), >= epochs.
struct epoch_limit {
  double epochs = -1;  ///< >= 0; to be given
  static constexpr status reason = status::step_limit;

  void validate() const { detail::require_given("epoch_limit", "epochs", epochs); }
  double number() const { return epochs; }
  template <class T>
  static mask_of<T> past(const progress<T>& p, const T& number) {
    return p.steps >= number * p.steps_per_epoch;
  }
  friend bool operator==(const epoch_limit&, const epoch_limit&) = default;
};

/// No new lowest loss for `steps` steps.
struct patience {
  double steps = 1000;  ///< > 0
  static constexpr status reason = status::no_improvement;

  void validate() const { require(steps > 0, "patience", "steps", "positive", steps); }
  double number() const { return steps; }
  template <class T>
  static mask_of<T> past(const progress<T>& p, const T& number) {
    return p.steps - p.best_steps >= number;
  }
  friend bool operator==(const patience&, const patience&) = default;
};

/// A loss of at least `loss`.
struct divergence {
  double loss = 1e12;  ///< > 0
  static constexpr status reason = status::diverged;

  void validate() const { require(loss > 0, "divergence", "loss", "positive", loss); }
  double number() const { return loss; }
  template <class T>
  static mask_of<T> past(const progress<T>& p, const T& number) {
    return p.loss >= number;
  }
  friend bool operator==(const divergence&, const divergence&) = default;
};

}  // namespace lssm
