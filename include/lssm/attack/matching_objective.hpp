// SPDX-License-Identifier: BSD-3-Clause
// How well the gradient of a training loss points where an attacker wants it, as a function of the inputs:
//
//   Φ(x) = mean over models θ of 1 - cos(g, u),    g = dL/dθ (x),    u = ∓ dL/dθ (targets)
//   dΦ/dx = mean of d/dx (v · g),                  v = dΦ/dg = ((ĝ - û) - (1 - cos) ĝ) / |g|
//
//   symbol  shape            meaning
//   x       (N, kappa, m)    inputs of the bases, whose labels are held
//   g, u    (n)              whole gradients; ĝ = g / |g|, û = u / |u|
//
// 1 - cos is |ĝ - û|² / 2, which has no difference of nearly equal numbers. Of g = 0 it counts as 1, with derivative 0.
// (J. Geiping et al., Witches' Brew, 2021.)
#pragma once

#include "../kernel/norm.hpp"
#include "gradient_products.hpp"

namespace lssm {

/// 1 - cos of two gradients as a function of inputs, in the mean over models of one kind.
template <SingleScalar T, LayeredModel M, class L>
class matching_objective {
 public:
  /// `thetas` are the models' learned parameters, `start` has what is not learned. `against`: a step along the gradient of the
  /// bases is to raise the loss of the targets; else it is to lower it.
  matching_objective(const M& model, const typename M::template system<T>& start,
                     std::vector<std::vector<T>> thetas, const labelled<T>& bases, const labelled<T>& targets,
                     bool against, const L& loss = {})
      : of_(model, start, bases, loss), thetas_(std::move(thetas)) {
    require(!thetas_.empty(), "matching_objective", "models", "at least one", "none");
    gradient_products<T, M, L> wanted(model, start, targets, loss);
    for (const auto& theta : thetas_) {
      auto& u = wanted_.emplace_back(static_cast<std::size_t>(of_.parameters()));
      wanted.gradients(view<T>(theta), std::span<T>(u), {});
      const T norm = norm_of(u);
      require(norm > T(0) && is_finite(norm), "matching_objective", "the gradient of the targets",
              "finite and not 0", value_of(norm));
      for (T& d : u) d = (against ? T(-1) : T(1)) * d / norm;
    }
    g_.resize(wanted_[0].size());
    v_.resize(g_.size());
    dx_.resize(bases.x.size());
  }

  /// Φ(x)
  T value(std::span<const T> x) {
    of_.set_inputs(x);
    T sum(0);
    for (std::size_t i = 0; i < thetas_.size(); ++i) sum = sum + distance(i);
    return sum / models();
  }
  /// Φ(x); writes dΦ/dx.
  T value_and_gradient(std::span<const T> x, std::span<T> dx) {
    if (dx.size() != dx_.size())
      refuse("matching_objective", "dx", "of " + to_text(dx_.size()) + " numbers", dx.size());
    of_.set_inputs(x);
    T sum(0);
    for (T& d : dx) d = T(0);
    for (std::size_t i = 0; i < thetas_.size(); ++i) {
      const T far = distance(i);
      sum = sum + far;
      if (norm_ == T(0)) continue;
      const auto& u = wanted_[i];
      for (std::size_t j = 0; j < v_.size(); ++j) v_[j] = ((g_[j] - u[j]) - far * g_[j]) / norm_;
      of_.products(view<T>(thetas_[i]), view<T>(v_), {}, std::span<T>(dx_));
      for (std::size_t j = 0; j < dx.size(); ++j) dx[j] = dx[j] + dx_[j] / models();
    }
    return sum / models();
  }

 private:
  T models() const { return T(static_cast<double>(thetas_.size())); }
  /// 1 - cos of model i; leaves |g| and ĝ.
  T distance(std::size_t i) {
    of_.gradients(view<T>(thetas_[i]), std::span<T>(g_), {});
    norm_ = norm_of(g_);
    if (norm_ == T(0)) return T(1);
    T sum(0);
    for (std::size_t j = 0; j < g_.size(); ++j) {
      g_[j] = g_[j] / norm_;
      const T d = g_[j] - wanted_[i][j];
      sum = mul_add(d, d, sum);
    }
    return sum / T(2);
  }
  static T norm_of(const std::vector<T>& numbers) {
    T sum(0);
    for (const T& x : numbers) sum = mul_add(x, x, sum);
    return kernel::norm<T>(sum, view<T>(numbers));
  }

  gradient_products<T, M, L> of_;
  std::vector<std::vector<T>> thetas_, wanted_;  // (models, n); û of each
  std::vector<T> g_, v_, dx_;                    // ĝ, v; (N, kappa, m)
  T norm_ = T(0);
};

}  // namespace lssm
