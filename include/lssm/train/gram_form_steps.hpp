// SPDX-License-Identifier: BSD-3-Clause
// Steps by a kernel that holds the Gram matrix (kernel/gram/step.hpp), of one objective, which does not
// change.
//
//   gram_form_steps<Rule, Objective>       has `available`: whether there are such steps for a rule and an objective, and
//                                          `watched`: whether also with their losses
//   run(objective, θ, rule, rate, n)       n steps of θ and the rule's numbers, without losses, and the loss in the end; the
//                                          same as the general path up to rounding
//   run(objective, θ, rule, watch)         the same steps, with their losses, until `watch` ends them
//   loss(objective, θ, rate)               the loss at θ, as steps see it
//   forget()                               the objective has become another one
//
// Where the last loss is not finite, θ and the rule stay as they were. Available in float and double for rules that move
// registers (train/update_rule.hpp) on the Gram form of a real diagonal SSM with one input and one output, whatever matrices
// move, in their own coordinates; of gradient_descent also in dual numbers of these, run(objective, θ, rate, n) alone. The Gram
// matrix, of gradient_descent times 2 rate, is formed when the first step is asked for.
#pragma once

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>

#include "../kernel/gram/blocked.hpp"
#include "../kernel/gram/dual_numbers.hpp"
#include "../objective/batched.hpp"
#include "../objective/gram.hpp"
#include "../ssm/learn.hpp"
#include "../ssm/real_diagonal.hpp"
#include "../ssm/ssm.hpp"
#include "gradient_descent.hpp"

namespace lssm {

/// Fused steps, where rule and objective have a kernel for that.
template <class Rule, class Objective>
class gram_form_steps {
 public:
  static constexpr bool available = false, watched = false;
  void forget() {}
};

/// Of all sequences, which every batch then holds.
template <class Rule, class Full, class Part>
class gram_form_steps<Rule, batched_objective<Full, Part>> : public gram_form_steps<Rule, Full> {};

namespace detail {

template <class T, class L>
inline constexpr bool has_gram_form_steps = kernel::is_native<T>&& learned_plainly<L>;

/// Whether a state moves registers of θ (train/update_rule.hpp); not one that inherits from such a state, and may have a
/// direction of its own.
template <class State>
concept is_moving_state = std::is_same_v<State, typename State::moving_state>;

/// Whether a rule has such a state for an objective, with a move.
template <class Rule, class Objective>
concept moves_registers = is_moving_state<typename Rule::template state<Objective>> &&
    requires(const typename Rule::template state<Objective> s, const typename Objective::scalar rate) {
  s.move(rate);
};

}  // namespace detail

template <class Rule, class T, integer D, class Learn, integer Kappa>
  requires(detail::has_gram_form_steps<T, typename ssm<real_diagonal<D, 1, 1>, Learn>::learned>&&
               detail::moves_registers<Rule, gram_objective<T, ssm<real_diagonal<D, 1, 1>, Learn>, Kappa>>)
class gram_form_steps<Rule, gram_objective<T, ssm<real_diagonal<D, 1, 1>, Learn>, Kappa>> {
 public:
  using objective_type = gram_objective<T, ssm<real_diagonal<D, 1, 1>, Learn>, Kappa>;
  static constexpr bool available = true, watched = true;

  void forget() { steps_.reset(); }
  T run(const objective_type& f, std::span<T> theta, auto& state, const T& rate, integer n) {
    student s = stand_at(f, theta, rate);
    auto rule = keep(state, rate);
    steps_->take(s.a, s.b, s.c, n, rule);
    kernel::watched_steps<T> none{};
    steps_->take(s.a, s.b, s.c, none, rule);
    if (is_finite(none.loss)) hand_back(s, theta, state, rule);
    return none.loss;
  }
  void run(const objective_type& f, std::span<T> theta, auto& state, kernel::watched_steps<T>& watch) {
    student s = stand_at(f, theta, watch.rate);
    auto rule = keep(state, watch.rate);
    steps_->take(s.a, s.b, s.c, watch, rule);
    if (is_finite(watch.loss)) hand_back(s, theta, state, rule);
  }
  T loss(const objective_type& f, std::span<const T> theta, const T& rate) {
    kernel::watched_steps<T> none{};
    kernel::kept_numbers<T, kernel::plain_move> rule;
    student s = stand_at(f, theta, rate);
    steps_->take(s.a, s.b, s.c, none, rule);
    return none.loss;
  }

 private:
  using learned = typename ssm<real_diagonal<D, 1, 1>, Learn>::learned;
  using rule_state = typename Rule::template state<objective_type>;
  using move = decltype(std::declval<const rule_state&>().move(std::declval<const T&>()));
  static constexpr kernel::moved_matrices moves{learns<learned, state_matrix>, learns<learned, input_matrix>,
                                                learns<learned, output_matrix>};
  /// As many numbers for each of A, B and C.
  struct student {
    fixed_span<T, D> a, b, c;  // (d)
  };

  student stand_at(const objective_type& f, std::span<const T> theta, const T& rate) {
    if (!steps_ || rate_ != rate) prepare(f, rate);
    student s{row(0), row(1), row(2)};
    learned::to_system(theta, s);
    return s;
  }
  /// Row r of what the rule keeps for each number of θ, in the order of the matrices.
  student kept_row(std::size_t r) {
    return {row(3 + r), row(3 + move::kept + r), row(3 + 2 * move::kept + r)};
  }
  kernel::kept_numbers<T, move> keep(auto& state, const T& rate) {
    const auto kept = state.kept(state);
    for (std::size_t r = 0; r < move::kept; ++r) {
      student to = kept_row(r);
      learned::to_system(view<T>(*kept[r]), to);
    }
    return {state.move(rate), row(3).data(), kernel::gram_step_constants<T>::stride(modes_)};
  }
  void hand_back(student& s, std::span<T> theta, auto& state, const kernel::kept_numbers<T, move>& rule) {
    learned::from_system(s, theta);
    const auto kept = state.kept(state);
    for (std::size_t r = 0; r < move::kept; ++r) learned::from_system(kept_row(r), std::span<T>(*kept[r]));
    state.keep(rule.move);
  }
  /// Row n of the numbers of the student and its rule, from the start of a cache line on.
  fixed_span<T, D> row(std::size_t n) {
    return fixed_span<T, D>(
        numbers_.data() + static_cast<integer>(n) * kernel::gram_step_constants<T>::stride(modes_),
        static_cast<std::size_t>(modes_));
  }

  void prepare(const objective_type& f, const T& rate) {
    const integer kappa = f.kappa(), stride = kernel::gram_step_constants<T>::stride(kappa);
    const auto& start = f.start_system();
    modes_ = length(start.a);
    numbers_ = kernel::aligned_numbers<T>(static_cast<integer>(3 + 3 * move::kept) *
                                          kernel::gram_step_constants<T>::stride(modes_));
    std::copy(start.a.begin(), start.a.end(), row(0).begin());
    std::copy(start.b.begin(), start.b.end(), row(1).begin());
    std::copy(start.c.begin(), start.c.end(), row(2).begin());

    rate_ = rate;
    const T in_gradient = move::rated ? rate : T(1);
    kernel::gram_step_constants<T> constants(kappa);
    const auto& target = f.target();
    std::copy(target.begin(), target.end(), constants.target());
    for (std::size_t k = 0; k < target.size(); ++k)
      for (std::size_t i = 0; i < target.size(); ++i)
        constants.columns()[static_cast<integer>(k) * stride + static_cast<integer>(i)] =
            in_gradient * f.gram(i, k);
    for (integer q = 0; q < f.rows(); ++q)
      for (integer k = 0; k < kappa; ++k)
        constants.rows()[k * stride + q] = f.row(q)[static_cast<std::size_t>(k)];
    constants.least_loss = f.least_loss();
    constants.finish();
    steps_.emplace(std::move(constants));
  }

  std::optional<kernel::gram_steps<T, D, Kappa, moves>> steps_;
  kernel::aligned_numbers<T> numbers_{0};
  integer modes_ = 0;
  T rate_{};
};

template <class T, integer D, class Learn, integer Kappa>
  requires(detail::has_gram_form_steps<T, typename ssm<real_diagonal<D, 1, 1>, Learn>::learned>)
class gram_form_steps<gradient_descent, gram_objective<dual<T>, ssm<real_diagonal<D, 1, 1>, Learn>, Kappa>> {
 public:
  using objective_type = gram_objective<dual<T>, ssm<real_diagonal<D, 1, 1>, Learn>, Kappa>;
  static constexpr bool available = true, watched = false;

  void forget() { steps_.reset(); }
  void run(const objective_type& f, std::span<dual<T>> theta, const dual<T>& rate, integer n) {
    if (!steps_ || rate_.v != rate.v || rate_.e != rate.e) {
      steps_.emplace(view<dual<T>>(f.target()),
                     [&](std::size_t i, std::size_t k) { return rate * f.gram(i, k); });
      rate_ = rate;
    }
    auto s = f.start_system();
    learned::to_system(std::span<const dual<T>>(theta), s);
    steps_->take(std::span<dual<T>>(s.a), std::span<dual<T>>(s.b), std::span<dual<T>>(s.c), n);
    learned::from_system(s, theta);
  }

 private:
  using learned = typename ssm<real_diagonal<D, 1, 1>, Learn>::learned;
  static constexpr kernel::moved_matrices moves{learns<learned, state_matrix>, learns<learned, input_matrix>,
                                                learns<learned, output_matrix>};
  std::optional<kernel::dual_gram_steps<T, D, Kappa, moves>> steps_;
  dual<T> rate_{};
};

}  // namespace lssm
