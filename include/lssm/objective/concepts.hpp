// SPDX-License-Identifier: BSD-3-Clause
// What trainings ask of an objective: a constant function of θ with its gradient, and for the stiff flow its curvature.
//
//   struct bowl {                                                  // L = ½ |θ|²
//     using scalar = double;
//     struct evaluation {};                                        // scratch, and results that others may see
//     integer parameters() const;                                  // n
//     std::vector<double> theta() const;                           // where trainings start
//     evaluation workspace() const;
//     double value_and_gradient(std::span<const double> theta, std::span<double> dtheta, evaluation& at) const;
//     double loss_scale() const;                                   // flows: what a small loss is measured against
//   };
//
// All that changes stands in the evaluation, which the caller owns: one objective serves any number of trainings and
// threads.
#pragma once

#include <concepts>
#include <span>
#include <type_traits>
#include <utility>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm {

/// What `workspace()` gives.
template <class F>
using evaluation_of = std::remove_cvref_t<decltype(std::declval<const F&>().workspace())>;
/// Storage of the shape of θ.
template <class F>
using theta_of = std::remove_cvref_t<decltype(std::declval<const F&>().theta())>;

/// L(θ) and ∇L(θ): all that descents need.
template <class F>
concept DifferentiableObjective = requires(const F f, std::span<const typename F::scalar> theta,
                                           std::span<typename F::scalar> d, evaluation_of<F> at) {
  { f.value_and_gradient(theta, d, at) } -> std::convertible_to<typename F::scalar>;
  { f.parameters() } -> std::convertible_to<integer>;
  { f.theta() } -> std::convertible_to<theta_of<F>>;
};

/// loss_scale() > 0 tells a flow which losses are small: its convergence is measured against it.
template <class F>
concept ScaledObjective = DifferentiableObjective<F> && requires(const F f) {
  { f.loss_scale() } -> std::convertible_to<typename F::scalar>;
};

/// An objective of a model: its evaluation holds the system at θ and the gradient with respect to (A, B, C).
template <class F>
concept ModelObjective = DifferentiableObjective<F> && requires(const F f, const evaluation_of<F> at) {
  typename F::model;
  at.system();
  at.gradient();
  f.start_system();
};

/// An objective of the last output of a linear time-invariant model. `evaluate(at)` takes the system as it stands,
/// `evaluate_response(at)` the impulse response written to `at.response()`; `cotangent(at)` is dL/dh. The second
/// derivative with respect to h is Σ_q f_q f_qᵀ with the `rank(at)` rows `factor(q, at)`; where these depend on the point,
/// `factor_second_derivative(at)` makes them.
template <class F>
concept ResponseObjective = ModelObjective<F> &&
    requires(const F f, evaluation_of<F> at, const evaluation_of<F> there, integer q) {
  { f.evaluate(at) } -> std::convertible_to<typename F::scalar>;
  { f.evaluate_response(at) } -> std::convertible_to<typename F::scalar>;
  { at.response() } -> std::convertible_to<std::span<typename F::scalar>>;
  { f.cotangent(there) } -> std::convertible_to<std::span<const typename F::scalar>>;
  { f.rank(there) } -> std::convertible_to<integer>;
  { f.factor(q, there) } -> std::convertible_to<std::span<const typename F::scalar>>;
};

/// The loss is half the squared norm of `at.residual()` (rank), plus a constant: a Gauss-Newton step is the limit of a
/// gradient flow near its end.
template <class F>
concept LeastSquaresObjective = ResponseObjective<F> && requires(const evaluation_of<F> at) {
  { at.residual() } -> std::convertible_to<std::span<const typename F::scalar>>;
};

/// Writes the Hessian of the last evaluation as blocks over modes plus low rank.
template <class F>
concept CurvedObjective = ResponseObjective<F> && F::curved;

}  // namespace lssm
