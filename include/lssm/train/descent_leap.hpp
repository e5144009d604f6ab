// SPDX-License-Identifier: BSD-3-Clause
// Fused descent steps, without intermediate losses: kernel/gram/lanes.hpp.
//
// Possible for gradient descent at a constant rate, with nothing else in a step, that ends after a number of steps or not at
// all: on a squared loss, with a real diagonal A, one input, sizes known at compile time, matrices learned as they are, in
// the compiler's own numbers, dual numbers of these and packs of either; quads take steps one by one. Steps agree with those of
// descent_state::step() to rounding; they are the same in whatever portions they come.
#pragma once

#include <algorithm>
#include <limits>

#include "../kernel/blocks.hpp"
#include "../kernel/gram/lanes.hpp"
#include "../objective/gram.hpp"
#include "clipping.hpp"
#include "constraint.hpp"
#include "gradient_descent.hpp"
#include "lane_statuses.hpp"
#include "rates.hpp"
#include "schedule.hpp"
#include "stop.hpp"

namespace lssm {

namespace detail {

/// Whether a step is that of the rule at a constant rate, and nothing else.
template <class Descent>
inline constexpr bool is_rule_alone = std::is_same_v<typename Descent::constraint_type, unconstrained>&&
    std::is_same_v<typename Descent::schedule_type, constant_rate>&& std::is_same_v<
        typename Descent::clipping_type, unclipped>&& std::is_same_v<typename Descent::rates_type, same_rate>;
template <class Descent>
inline constexpr bool is_plain_descent =
    is_rule_alone<Descent>&& std::is_same_v<typename Descent::rule_type, gradient_descent>;
template <class Descent>
inline constexpr bool counts_steps = bound_stop<double, typename Descent::stop_type>::counts_steps;

/// The matrices that a parameter map moves.
template <class Learned>
inline constexpr kernel::moved_matrices moved_by{learns<Learned, state_matrix>, learns<Learned, input_matrix>,
                                                 learns<Learned, output_matrix>};

/// The largest double that a scalar holds whose students leap; 0 of others.
template <class L>
inline constexpr double largest_in_leaps = 0;
template <StandardFloat L>
inline constexpr double largest_in_leaps<L> = static_cast<double>(
    std::min<long double>(std::numeric_limits<L>::max(), std::numeric_limits<double>::max()));
template <StandardFloat L>
inline constexpr double largest_in_leaps<dual<L>> = largest_in_leaps<L>;

/// Fallback: no fused steps.
template <class Descent, class Objective>
struct descent_leap {
  static constexpr bool possible = false;
  descent_leap(const Objective&, const typename Objective::scalar&) {}
};

template <class Descent, class T, integer D, class Learn, integer Kappa>
  requires(is_plain_descent<Descent>&& counts_steps<Descent>&& D != dynamic && Kappa != dynamic &&
           on_stack<T, Kappa> && (largest_in_leaps<lane_of<T>> > 0) &&
           learned_plainly<typename ssm<real_diagonal<D>, Learn>::learned>)
class descent_leap<Descent, gram_objective<T, ssm<real_diagonal<D>, Learn>, Kappa>> {
 public:
  static constexpr bool possible = true;
  using objective_type = gram_objective<T, ssm<real_diagonal<D>, Learn>, Kappa>;

  descent_leap(const objective_type& f, const T& rate) {
    const std::size_t n = static_cast<std::size_t>(Kappa);
    T size(0);
    for (std::size_t i = 0; i < n; ++i) {
      kernel_.target[i] = f.target()[i];
      for (std::size_t k = 0; k < n; ++k) {
        const T entry = f.gram(i, k);
        kernel_.pull[i * n + k] = (T(0) - rate) * entry;
        if (i == k) {
          kernel_.seen[i] = entry > T(0);
          size = size + entry;
        }
      }
    }
    // The loss is at most (Σ_q |f_q|²) |e|² / 2 + L_0.
    const T large(largest_in_leaps<lane_of<T>> / 16);
    const mask_of<T> moderate = size < large && f.least_loss() < large;
    bound_ = where(moderate, large / max_of(size, T(1)), T(0));
  }

  /// Steps until a running lane ends, as far as can be told, but not more than are worth repeating.
  integer steps_left(const bound_stop<T, typename Descent::stop_type>& stop, const T& taken,
                     const lane_statuses<T>& statuses) const {
    double least = static_cast<double>(most_);
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      if (statuses[lane] == status::running)
        least = std::min(least, stop.steps_left(lane, value_of(scalar_traits<T>::get(taken, lane))));
    return std::max<integer>(1, static_cast<integer>(least));
  }
  /// Takes steps of the system as it stands. False if a loss on the way may not have been finite, in one of the lanes.
  bool steps(typename objective_type::system_type& s, integer count, const T& rate, T& time,
             const mask_of<T>& lanes) {
    const T total = kernel_.template steps<moved, false>(s.a, s.b, s.c, count, rate, time);
    return !any_lane<T>(lanes && !(total <= bound_));
  }
  /// Whether as many steps were sound: fewer next time, or more.
  void remember(bool sound, integer count) {
    most_ = sound ? std::min<integer>(2 * most_, worth_repeating) : std::max<integer>(1, count / 2);
  }
  /// A single step that is right where entries of h that no sequence sees overflow.
  void careful_step(typename objective_type::system_type& s, const T& rate, T& time) const {
    kernel_.template steps<moved, true>(s.a, s.b, s.c, 1, rate, time);
  }

 private:
  using learned = typename ssm<real_diagonal<D>, Learn>::learned;
  static constexpr kernel::moved_matrices moved = moved_by<learned>;
  kernel::gram_descent<T, D, Kappa> kernel_;
  T bound_;
  static constexpr integer worth_repeating = 1024;
  integer most_ = worth_repeating;
};

}  // namespace detail

}  // namespace lssm
