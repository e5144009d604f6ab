// SPDX-License-Identifier: BSD-3-Clause
// Steps of gradient descent in a kernel, with the loss of each or without (kernel/gram_step.hpp).
//
//   unseen_steps<Rule, Objective>          has `available`: whether there are such steps for a rule and an objective
//   run(objective, θ, rate, n)             n steps of θ; the same as the general path up to rounding
//   watch(objective, θ, rate, n, ...)      the same with the loss of each
//   forget()                               after the objective has changed, or numbers that are not finite
//
// Available for gradient_descent in float or double on the Gram form of a real diagonal SSM with one input and one
// output, whatever matrices move, in their own coordinates. 2 rate G is formed when the first step is asked for.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "../kernel/gram_step_blocked.hpp"
#include "../objective/gram.hpp"
#include "../ssm/learn.hpp"
#include "../ssm/real_diagonal.hpp"
#include "../ssm/ssm.hpp"
#include "gradient_descent.hpp"

namespace lssm {

/// Fused steps without intermediate losses, where rule and objective have a kernel for that.
template <class Rule, class Objective>
class unseen_steps {
 public:
  static constexpr bool available = false;
  void forget() {}
};

namespace detail {

template <class T, class L>
inline constexpr bool has_unseen_steps = kernel::is_native<T>&& learned_plainly<L>;

}  // namespace detail

template <class T, integer D, class Learn, integer Kappa>
  requires(detail::has_unseen_steps<T, typename ssm<real_diagonal<D, 1, 1>, Learn>::learned>)
class unseen_steps<gradient_descent, gram_objective<T, ssm<real_diagonal<D, 1, 1>, Learn>, Kappa>> {
 public:
  using objective_type = gram_objective<T, ssm<real_diagonal<D, 1, 1>, Learn>, Kappa>;
  static constexpr bool available = true;

  void forget() { steps_.reset(); }

  void run(const objective_type& f, std::span<T> theta, const T& rate, integer n) {
    move(f, theta, rate, [&](auto a, auto b, auto c) { steps_->take(a, b, c, n); });
  }
  /// At most n steps with the loss of each, or none with the loss at θ. Where `known` θ is where the last call left it.
  kernel::watched<T> watch(const objective_type& f, std::span<T> theta, const T& rate, integer n,
                           const T& target, const T& best, bool known) {
    kernel::watched<T> seen{target, f.least_loss(), T(0), best, 0, 0, known};
    move(f, theta, rate, [&](auto a, auto b, auto c) { steps_->watch(a, b, c, n, seen); });
    return seen;
  }

 private:
  using learned = typename ssm<real_diagonal<D, 1, 1>, Learn>::learned;
  static constexpr kernel::moved_matrices moves{learns<learned, state_matrix>, learns<learned, input_matrix>,
                                                learns<learned, output_matrix>};
  struct system {
    std::span<T> a, b, c;  // (d)
  };

  void move(const objective_type& f, std::span<T> theta, const T& rate, const auto& steps) {
    if (!steps_ || rate_ != rate) prepare(f, rate);
    const std::size_t d = f.start_system().a.size();
    system s{{matrix(0, d), d}, {matrix(1, d), d}, {matrix(2, d), d}};
    learned::to_system(std::span<const T>(theta), s);
    // Registers are read whole, with the zeros behind the modes.
    const std::size_t most = kernel::in_registers<D, Kappa> ? stride_of(d) : d;
    steps(std::span<T>(s.a.data(), most), std::span<T>(s.b.data(), most), std::span<T>(s.c.data(), most));
    learned::from_system(s, theta);
  }
  /// Where A, B or C is kept: from the start of a cache line on.
  T* matrix(std::size_t which, std::size_t d) { return matrices_->data() + which * stride_of(d); }
  static std::size_t stride_of(std::size_t d) {
    return static_cast<std::size_t>(kernel::gram_step_constants<T>::stride(static_cast<integer>(d)));
  }

  void prepare(const objective_type& f, const T& rate) {
    const integer kappa = f.kappa(), stride = kernel::gram_step_constants<T>::stride(kappa);
    const auto& start = f.start_system();
    const std::size_t d = start.a.size();
    matrices_.emplace(static_cast<integer>(3 * stride_of(d)));
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
      for (std::size_t k = 0; k < target.size(); ++k)
        constants.factor()[static_cast<integer>(k) * stride + q] = f.row(q)[k];
    constants.finish();
    steps_.emplace(std::move(constants));
  }

  std::optional<kernel::gram_steps<T, D, Kappa, moves>> steps_;
  std::optional<kernel::aligned_numbers<T>> matrices_;
  T rate_{};
};

}  // namespace lssm
