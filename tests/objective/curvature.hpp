// SPDX-License-Identifier: BSD-3-Clause
// Hessians against differences of gradients in wide numbers.
#pragma once

#include <doctest/doctest.h>

#include <lssm/lssm.hpp>

#include "problems.hpp"

namespace tests {

using namespace lssm;

/// x = sinh θ, for entries of either sign.
struct stretched {
  static auto value(const auto& t) { return (exp_of(t) - exp_of(-t)) / 2; }
  static auto derivative(const auto& t) { return (exp_of(t) + exp_of(-t)) / 2; }
  static auto second_derivative(const auto& t) { return value(t); }
  static auto inverse(const auto& x) { return log_of(x + sqrt_of(x * x + 1)); }
};

/// The Hessian of the loss at the start, dense, against central differences of the gradient.
template <class Objective>
void hessian_is_derivative(const Objective& objective) {
  using T = typename Objective::scalar;
  static_assert(CurvedObjective<Objective>);
  standing f(objective);
  auto theta = objective.theta();
  auto hessian = objective.make_hessian();
  auto up = theta, down = theta;
  f.value_and_gradient(view<T>(theta), std::span<T>(up));
  f.hessian(view<T>(theta), hessian);
  const auto dense = hessian.dense();
  const T h(1e-8);
  T largest(0), worst(0);
  for (std::size_t j = 0; j < theta.size(); ++j) {
    const T x = theta[j];
    theta[j] = x + h;
    f.value_and_gradient(view<T>(theta), std::span<T>(up));
    theta[j] = x - h;
    f.value_and_gradient(view<T>(theta), std::span<T>(down));
    theta[j] = x;
    for (std::size_t i = 0; i < theta.size(); ++i) {
      const T expected = (up[i] - down[i]) / (h + h);
      largest = max_of(largest, abs_of(expected));
      worst = max_of(worst, abs_of(dense(i, j) - expected));
    }
  }
  CHECK(largest > T(1e-3));
  CHECK(value_of(worst) < 1e-13 * value_of(largest));
}

}  // namespace tests
