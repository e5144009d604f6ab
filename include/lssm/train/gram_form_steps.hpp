// SPDX-License-Identifier: BSD-3-Clause
// Steps of gradient descent by a kernel that holds the Gram matrix (kernel/gram_step.hpp), of one objective, which does not
// change.
//
//   gram_form_steps<Rule, Objective>       has `available`: whether there are such steps for a rule and an objective, and
//                                          `watched`: whether also with their losses
//   run(objective, θ, rate, n)             n steps of θ, without losses; the same as the general path up to rounding
//   run(objective, θ, watch)               the same steps, with their losses, until `watch` ends them
//   loss(objective, θ, rate)               the loss at θ, as steps see it
//
// Available for gradient_descent in float, double or dual numbers of these on the Gram form of a real diagonal SSM with one
// input and one output, whatever matrices move, in their own coordinates; watched in float and double. 2 rate G is formed when
// the first step is asked for.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "../kernel/gram_step_blocked.hpp"
#include "../kernel/gram_step_dual.hpp"
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
};

/// Of all sequences, which every batch then holds.
template <class Rule, class Full, class Part>
class gram_form_steps<Rule, batched_objective<Full, Part>> : public gram_form_steps<Rule, Full> {};

namespace detail {

template <class T, class L>
inline constexpr bool has_gram_form_steps = kernel::is_native<T>&& learned_plainly<L>;

}  // namespace detail

template <class T, integer D, class Learn, integer Kappa>
  requires(detail::has_gram_form_steps<T, typename ssm<real_diagonal<D, 1, 1>, Learn>::learned>)
class gram_form_steps<gradient_descent, gram_objective<T, ssm<real_diagonal<D, 1, 1>, Learn>, Kappa>> {
 public:
  using objective_type = gram_objective<T, ssm<real_diagonal<D, 1, 1>, Learn>, Kappa>;
  static constexpr bool available = true, watched = true;

  void run(const objective_type& f, std::span<T> theta, const T& rate, integer n) { take(f, theta, rate, n); }
  void run(const objective_type& f, std::span<T> theta, kernel::watched_steps<T>& watch) {
    take(f, theta, watch.rate, watch);
  }
  T loss(const objective_type& f, std::span<const T> theta, const T& rate) {
    kernel::watched_steps<T> none{};
    system s = stand_at(f, theta, rate);
    steps_->take(s.a, s.b, s.c, none);
    return none.loss;
  }

 private:
  using learned = typename ssm<real_diagonal<D, 1, 1>, Learn>::learned;
  static constexpr kernel::moved_matrices moves{learns<learned, state_matrix>, learns<learned, input_matrix>,
                                                learns<learned, output_matrix>};
  struct system {
    std::span<T> a, b, c;  // (d)
  };

  system stand_at(const objective_type& f, std::span<const T> theta, const T& rate) {
    if (!steps_ || rate_ != rate) prepare(f, rate);
    const std::size_t d = f.start_system().a.size();
    system s{{matrix(0, d), d}, {matrix(1, d), d}, {matrix(2, d), d}};
    learned::to_system(theta, s);
    return s;
  }
  void take(const objective_type& f, std::span<T> theta, const T& rate, auto& steps) {
    system s = stand_at(f, theta, rate);
    steps_->take(s.a, s.b, s.c, steps);
    learned::from_system(s, theta);
  }
  /// Where A, B or C is kept: from the start of a cache line on.
  T* matrix(std::size_t which, std::size_t d) {
    return matrices_.data() +
           static_cast<integer>(which) * kernel::gram_step_constants<T>::stride(static_cast<integer>(d));
  }

  void prepare(const objective_type& f, const T& rate) {
    const integer kappa = f.kappa(), stride = kernel::gram_step_constants<T>::stride(kappa);
    const auto& start = f.start_system();
    const std::size_t d = start.a.size();
    matrices_ =
        kernel::aligned_numbers<T>(3 * kernel::gram_step_constants<T>::stride(static_cast<integer>(d)));
    std::copy(start.a.begin(), start.a.end(), matrix(0, d));
    std::copy(start.b.begin(), start.b.end(), matrix(1, d));
    std::copy(start.c.begin(), start.c.end(), matrix(2, d));

    rate_ = rate;
    kernel::gram_step_constants<T> constants(kappa);
    const auto& target = f.target();
    std::copy(target.begin(), target.end(), constants.target());
    for (std::size_t k = 0; k < target.size(); ++k)
      for (std::size_t i = 0; i < target.size(); ++i)
        constants.columns()[static_cast<integer>(k) * stride + static_cast<integer>(i)] = rate * f.gram(i, k);
    for (integer q = 0; q < f.rows(); ++q)
      for (integer k = 0; k < kappa; ++k)
        constants.rows()[k * stride + q] = f.row(q)[static_cast<std::size_t>(k)];
    constants.least_loss = f.least_loss();
    constants.finish();
    steps_.emplace(std::move(constants));
  }

  std::optional<kernel::gram_steps<T, D, Kappa, moves>> steps_;
  kernel::aligned_numbers<T> matrices_{0};
  T rate_{};
};

template <class T, integer D, class Learn, integer Kappa>
  requires(detail::has_gram_form_steps<T, typename ssm<real_diagonal<D, 1, 1>, Learn>::learned>)
class gram_form_steps<gradient_descent, gram_objective<dual<T>, ssm<real_diagonal<D, 1, 1>, Learn>, Kappa>> {
 public:
  using objective_type = gram_objective<dual<T>, ssm<real_diagonal<D, 1, 1>, Learn>, Kappa>;
  static constexpr bool available = true, watched = false;

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
