// SPDX-License-Identifier: BSD-3-Clause
// Curvature along a training, as quantities of a trajectory, for objectives with a Hessian (objective/hessian.hpp).
//
//   H = ∇²L = K + R, where K = Σ_q w_q w_qᵀ is what the predictions' first derivatives leave of it (Gauss-Newton's part)
//
//   record::sharpness          the largest eigenvalue of H                                               1 column
//   record::hessian_spectrum   all eigenvalues of H with their signs, falling                            n
//   record::tangent_kernel     the eigenvalues of K that are not zero by rank, falling: those of the     r
//                              tangent kernel ∂p ∂pᵀ, for a mean of squares over N sequences times 2 / N
//
//   hessian_eigenvalues(at, θ), tangent_kernel_eigenvalues(at, θ)     the same by hand
//   symmetric_eigenvalues(M, n)                                       of any symmetric matrix
//
// A sample costs a few n³, of the tangent kernel a few r³: for students of up to some hundred parameters.
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../core/tensor.hpp"
#include "../kernel/dense.hpp"
#include "../objective/curvature.hpp"
#include "record.hpp"

namespace lssm {

/// Eigenvalues of the symmetric matrix M (n, n), row by row, in falling order, each to about ε times the norm of M: cyclic Jacobi
/// rotations. NaN where an entry is not finite.
template <SingleScalar T>
std::vector<T> symmetric_eigenvalues(std::vector<T> m, std::size_t n) {
  if (m.size() != n * n)
    refuse("symmetric_eigenvalues", "the matrix", "of " + to_text(n * n) + " entries", m.size());
  T most(0);
  for (const T& x : m) {
    if (!is_finite(x)) return std::vector<T>(n, x - x);
    most = max_of(most, abs_of(x));
  }
  const auto rotate = [&](std::size_t p, std::size_t q) {
    const T theta = (m[q * n + q] - m[p * n + p]) / (T(2) * m[p * n + q]);
    const T size = T(1) / (abs_of(theta) + sqrt_of(T(1) + theta * theta));
    const T t = theta < T(0) ? T(0) - size : size, c = T(1) / sqrt_of(T(1) + t * t), s = t * c;
    for (std::size_t k = 0; k < n; ++k) {  // columns, then rows
      const T x = m[k * n + p], y = m[k * n + q];
      m[k * n + p] = c * x - s * y, m[k * n + q] = s * x + c * y;
    }
    for (std::size_t k = 0; k < n; ++k) {
      const T x = m[p * n + k], y = m[q * n + k];
      m[p * n + k] = c * x - s * y, m[q * n + k] = s * x + c * y;
    }
    m[p * n + q] = m[q * n + p] = T(0);
  };
  bool rotated = true;
  for (int sweep = 0; rotated && sweep < 60; ++sweep) {  // six to ten are usual
    rotated = false;
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q)
        if (abs_of(m[p * n + q]) > T(epsilon_of<T> / static_cast<double>(n)) * most)
          rotate(p, q), rotated = true;
  }
  std::vector<T> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = m[i * n + i];
  std::sort(values.begin(), values.end(), std::greater<>());
  return values;
}

namespace detail {
/// The Hessian where θ is. The objective is evaluated there anew: what observers see is constant.
template <class Objective>
auto hessian_at(const Objective& f, std::span<const typename Objective::scalar> theta) {
  static_assert(
      CurvedObjective<Objective>,
      "record: the objective has no Hessian, which the stiff flow would need as well; curvature is no "
      "quantity of it (docs/objective.md)");
  auto at = f.workspace();
  std::vector<typename Objective::scalar> gradient(theta.size());
  f.value_and_gradient(theta, std::span<typename Objective::scalar>(gradient), at);
  auto h = f.make_hessian();
  f.hessian(theta, h, at);
  return h;
}
}  // namespace detail

/// The eigenvalues of ∇²L at θ, in falling order.
template <class Objective>
std::vector<typename Objective::scalar> hessian_eigenvalues(
    const Objective& f, std::span<const typename Objective::scalar> theta) {
  const auto h = detail::hessian_at(f, theta).dense();
  return symmetric_eigenvalues<typename Objective::scalar>({h.begin(), h.end()}, theta.size());
}

/// The eigenvalues of W Wᵀ (r, r), whose rows w_q are those of Gauss-Newton's part Σ_q w_q w_qᵀ of ∇²L, in falling order.
template <class Objective>
std::vector<typename Objective::scalar> tangent_kernel_eigenvalues(
    const Objective& f, std::span<const typename Objective::scalar> theta) {
  using T = typename Objective::scalar;
  const auto h = detail::hessian_at(f, theta);
  const auto& w = h.low_rank();
  const std::size_t r = static_cast<std::size_t>(w.rank());
  std::vector<T> kernel(r * r);
  for (std::size_t p = 0; p < r; ++p)
    for (std::size_t q = 0; q < r; ++q)
      kernel[p * r + q] = kernel::dot<T>(w.w(static_cast<integer>(p)), w.w(static_cast<integer>(q)));
  return symmetric_eigenvalues<T>(std::move(kernel), r);
}

namespace record {

/// The largest eigenvalue of ∇²L. Gradient descent of a rate above 2 / sharpness leaves a minimum.
struct sharpness {
  static constexpr std::string_view name = "sharpness";
  static std::size_t columns(const auto&) { return 1; }
  static void write(const auto& p, auto out) {
    out[0] = hessian_eigenvalues(p.objective.objective(), p.theta)[0];
  }
};

/// All eigenvalues of ∇²L with their signs, falling (n).
struct hessian_spectrum {
  static constexpr std::string_view name = "hessian_eigenvalue";
  static std::size_t columns(const auto& p) { return p.theta.size(); }
  static void write(const auto& p, auto out) {
    const auto values = hessian_eigenvalues(p.objective.objective(), p.theta);
    std::copy(values.begin(), values.end(), out.begin());
  }
};

/// The eigenvalues of the tangent kernel, falling (r).
struct tangent_kernel {
  static constexpr std::string_view name = "tangent_kernel";
  static std::size_t columns(const auto& p) {
    return tangent_kernel_eigenvalues(p.objective.objective(), p.theta).size();
  }
  static void write(const auto& p, auto out) {
    const auto values = tangent_kernel_eigenvalues(p.objective.objective(), p.theta);
    std::copy(values.begin(), values.end(), out.begin());
  }
};

}  // namespace record

}  // namespace lssm
