// SPDX-License-Identifier: BSD-3-Clause
// What the pieces of a gradient flow ask of one another.
//
//   field     y' = rate(y) in the coordinates of a chart; factor and solve for implicit methods; the final Gauss-Newton correction
//   method    one attempted step of a field, its error estimate, and dense output
#pragma once

#include <concepts>
#include <span>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm {

/// rate(y, f) writes f = y' and returns the loss; weights(y, next, rounding, w) writes what the error of each unknown is
/// measured against; `rounding` is a few units of rounding over the tolerance.
template <class F>
concept FlowField = requires(F f, const F c, std::span<const typename F::scalar> y,
                             std::span<typename F::scalar> out, const typename F::scalar rounding) {
  { f.rate(y, out) } -> std::convertible_to<typename F::scalar>;
  { c.unknowns() } -> std::convertible_to<integer>;
  { c.start() } -> std::convertible_to<typename F::state_type>;
  c.weights(y, y, rounding, out);
};

/// A field that gradient_flow drives: point(time, loss, y, f) is what observers see there; refresh() follows a change of the
/// objective.
template <class F>
concept DrivenField = FlowField<F> &&
    requires(F f, std::span<const typename F::scalar> y, const typename F::scalar time) {
  f.point(time, time, y, y);
  f.refresh();
};

/// factor(y, σ) prepares (σ - ∂f/∂y)⁻¹ at the point of the last rate(y, ·); solve applies it.
template <class F>
concept StiffFlowField = FlowField<F> &&
    requires(F f, std::span<const typename F::scalar> y, std::span<typename F::scalar> x,
             const typename F::scalar sigma) {
  { f.factor(y, sigma) } -> std::convertible_to<mask_of<typename F::scalar>>;
  f.solve(x);
};

/// sizes(y, w) writes what the speed of each unknown is measured against; solve_transposed applies the transpose of
/// (σ - ∂f/∂y)⁻¹.
template <class F>
concept ArcField = StiffFlowField<F> &&
    requires(F f, std::span<const typename F::scalar> y, std::span<typename F::scalar> x) {
  f.sizes(y, x);
  f.solve_transposed(x);
};

/// gauss_newton(y, f) subtracts the minimum-norm Gauss-Newton step of the least-squares residual at the point of the last
/// rate(y, ·).
template <class F>
concept FinishingField = FlowField<F> &&
    requires(F f, std::span<const typename F::scalar> y, std::span<typename F::scalar> x) {
  f.gauss_newton(y, x);
};

}  // namespace lssm
