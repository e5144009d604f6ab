// SPDX-License-Identifier: BSD-3-Clause
// What training asks of an objective: a function of θ with its gradient, and for the stiff flow its curvature.
#pragma once

#include <concepts>
#include <span>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm {

/// L(θ) and ∇L(θ): all that discrete training and explicit integrators need.
template <class F>
concept DifferentiableObjective = requires(F f, std::span<const typename F::scalar> theta,
                                           std::span<typename F::scalar> d) {
  { f.value_and_gradient(theta, d) } -> std::convertible_to<typename F::scalar>;
  { f.parameters() } -> std::convertible_to<integer>;
};

/// An objective of the last output of a linear time-invariant model. `evaluate()` takes the system as it stands,
/// `evaluate_response()` the impulse response written to `response()`;
/// `cotangent()` is dL/dh of the last evaluation; its second derivative with respect to h is Σ_q f_q f_qᵀ with the
/// `rank()` rows `factor(q)`; where these depend on the point, `factor_second_derivative()` makes them.
template <class F>
concept ResponseObjective = DifferentiableObjective<F> && requires(F f, const F c, integer q) {
  { f.evaluate() } -> std::convertible_to<typename F::scalar>;
  { f.evaluate_response() } -> std::convertible_to<typename F::scalar>;
  { f.response() } -> std::convertible_to<std::span<typename F::scalar>>;
  { c.cotangent() } -> std::convertible_to<std::span<const typename F::scalar>>;
  { c.rank() } -> std::convertible_to<integer>;
  { c.factor(q) } -> std::convertible_to<std::span<const typename F::scalar>>;
  f.system();
};

/// The loss is half the squared norm of `residual()` (rank), plus a constant: a Gauss-Newton step is the limit of a
/// gradient flow near its end.
template <class F>
concept LeastSquaresObjective = ResponseObjective<F> && requires(const F c) {
  { c.residual() } -> std::convertible_to<std::span<const typename F::scalar>>;
};

/// Writes the Hessian of the last evaluation as blocks over modes plus low rank.
template <class F>
concept CurvedObjective = ResponseObjective<F> && F::curved;

}  // namespace lssm
