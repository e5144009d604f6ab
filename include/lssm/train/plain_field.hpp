// SPDX-License-Identifier: BSD-3-Clause
// Gradient flow in the learned coordinates themselves: y = θ, y' = -∇L(θ), ∂y'/∂y = -H.
#pragma once

#include <vector>

#include "../objective/concepts.hpp"
#include "../objective/hessian.hpp"
#include "concepts.hpp"
#include "minimum_norm.hpp"
#include "training_point.hpp"

namespace lssm {

namespace detail {
/// Room for the Hessian of an objective that has one.
template <class Objective>
auto hessian_room(const Objective& objective) {
  if constexpr (CurvedObjective<Objective>) {
    return objective.make_hessian();
  } else {
    return std::false_type();
  }
}
}  // namespace detail

/// The flow in θ itself: y = θ, y' = -∇L(θ).
template <ScaledObjective Objective>
class plain_field {
 public:
  using scalar = typename Objective::scalar;
  using T = scalar;
  using state_type = theta_of<Objective>;

  plain_field(const Objective& objective, std::span<const T> theta)
      : objective_(&objective),
        at_(objective.workspace()),
        start_(objective.theta()),
        gradient_(start_),
        hessian_(detail::hessian_room(objective)) {
    std::copy(theta.begin(), theta.end(), start_.begin());
  }
  /// After a change of the objective.
  void refresh() {
    at_ = objective_->workspace();
    hessian_ = detail::hessian_room(*objective_);
  }

  integer unknowns() const { return length(start_); }
  const state_type& start() const { return start_; }

  T rate(std::span<const T> y, std::span<T> f) {
    const T loss = objective_->value_and_gradient(y, f, at_);
    for (T& v : f) v = T(0) - v;
    return loss;
  }

  /// Errors of each unknown are measured against its own magnitude, but not below a thousandth of its start, since
  /// unknowns may pass through zero, nor below the rounding error of the largest unknown.
  void weights(std::span<const T> y, std::span<const T> next, const T& rounding, std::span<T> w) const {
    T largest(0);
    for (const T& v : next) largest = max_of(largest, abs_of(v));
    for (std::size_t i = 0; i < w.size(); ++i)
      w[i] = max_of(max_of(max_of(abs_of(y[i]), abs_of(next[i])), T(lane_of<T>(1e-3)) * abs_of(start_[i])),
                    rounding * largest);
  }

  mask_of<T> factor(std::span<const T> y, const T& sigma) requires CurvedObjective<Objective> {
    objective_->hessian(y, hessian_, at_);
    return hessian_.factor(sigma);
  }
  void solve(std::span<T> x) requires CurvedObjective<Objective> { hessian_.solve(x); }
  void solve_transposed(std::span<T> x) requires CurvedObjective<Objective> { hessian_.solve(x); }

  /// Speeds are measured against the unknown itself, but not below a tenth of the largest: one that passes through zero
  /// has no size of its own.
  void sizes(std::span<const T> y, std::span<T> w) const {
    T largest(0);
    for (const T& v : y) largest = max_of(largest, abs_of(v));
    for (std::size_t i = 0; i < w.size(); ++i) w[i] = max_of(abs_of(y[i]), T(lane_of<T>(0.1)) * largest);
  }

  /// x = y - W (Wᵀ W)⁻¹ ρ with W = (∂ρ/∂θ)ᵀ
  void gauss_newton(std::span<const T> y,
                    std::span<T> x) requires CurvedObjective<Objective> && LeastSquaresObjective<Objective> {
    objective_->hessian(y, hessian_, at_);
    const auto& low = hessian_.low_rank();
    const std::size_t r = static_cast<std::size_t>(low.rank());
    std::vector<T> normal(r * r, T(0)), s(at_.residual().begin(), at_.residual().end());
    for (std::size_t p = 0; p < r; ++p)
      for (std::size_t q = 0; q < r; ++q)
        normal[p * r + q] = kernel::dot<T>(low.w(static_cast<integer>(p)), low.w(static_cast<integer>(q)));
    detail::solve_normal_equations(std::span<T>(normal), std::span<T>(s), low.rank());
    std::copy(y.begin(), y.end(), x.begin());
    for (std::size_t q = 0; q < r; ++q)
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = x[i] - s[q] * low.w(static_cast<integer>(q))[i];
  }

  /// What observers see of the point y of the last rate(y, f).
  training_point<Objective> point(const T& time, const T& loss, std::span<const T> y, std::span<const T> f) {
    for (std::size_t i = 0; i < f.size(); ++i) gradient_[i] = T(0) - f[i];
    const evaluated<Objective> here(*objective_, at_);
    return {detail::point_at(here), time, loss, y, view<T>(gradient_), here};
  }

 private:
  const Objective* objective_;
  evaluation_of<Objective> at_;
  state_type start_, gradient_;
  [[no_unique_address]] decltype(detail::hessian_room(std::declval<const Objective&>())) hessian_;
};

}  // namespace lssm
