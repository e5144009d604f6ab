// SPDX-License-Identifier: BSD-3-Clause
// The Hessian of an objective whose unknowns all couple: H = S + Σ_q w_q w_qᵀ with a full S = Σ_k g_k ∇²_θ h_k.
//
//   symbol  shape    meaning
//   n                unknowns: d² + 2 d of a full matrix of d states with one channel
//   S       (n, n)   column v is the slope of the gradient Σ_k g_k ∇h_k along entry v of θ, by one pullback in dual numbers
//   w_q     (n)      pullback of the q-th row of the factor of d²L/dh²
//
// A system (σ + H) x = r costs n³/6 once and n² for each right-hand side. It is for moderate n: 440 of 20 states.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "../core/dual.hpp"
#include "../core/parts.hpp"
#include "hessian.hpp"

namespace lssm {

/// H as a full matrix (n, n), and (σ + H) x = r by a Cholesky factor.
template <class T>
class dense_hessian {
 public:
  void resize(integer unknowns, integer most_rank) {
    n_ = static_cast<std::size_t>(unknowns);
    second_.assign(n_ * n_, T(0));
    factor_ = second_;
    low_rank_.resize(unknowns, most_rank);
  }
  /// S (n, n), row major and symmetric; the rows w_q through low_rank().
  std::vector<T>& second_order() { return second_; }
  low_rank_correction<T>& low_rank() { return low_rank_; }
  const low_rank_correction<T>& low_rank() const { return low_rank_; }

  /// Prepares (σ + H)⁻¹. The mask tells where σ + H is positive with room to spare: elsewhere the solution grows faster
  /// than a step of 1/σ follows.
  mask_of<T> factor(const T& sigma) {
    write(factor_);
    const T floor = T(lane_of<T>(1e-3)) * sigma;
    mask_of<T> sound = sigma > T(0);
    for (std::size_t k = 0; k < n_; ++k) {
      T* row = factor_.data() + k * n_;
      row[k] = row[k] + sigma;
      for (std::size_t l = 0; l < k; ++l) {  // rows above are done
        const T* above = factor_.data() + l * n_;
        const T weight = T(0) - above[k];
        for (std::size_t j = k; j < n_; ++j) row[j] = mul_add(weight, above[j], row[j]);
      }
      const auto fits = row[k] >= floor;
      sound = fits && sound;
      const T inverse = T(1) / sqrt_of(where(fits, row[k], floor));
      for (std::size_t j = k; j < n_; ++j) row[j] = row[j] * inverse;
    }
    return sound;
  }
  /// x ← (σ + H)⁻¹ x
  void solve(std::span<T> x) const {
    for (std::size_t k = 0; k < n_; ++k) {
      const T* row = factor_.data() + k * n_;
      x[k] = x[k] / row[k];
      const T weight = T(0) - x[k];
      for (std::size_t j = k + 1; j < n_; ++j) x[j] = mul_add(weight, row[j], x[j]);
    }
    for (std::size_t k = n_; k-- > 0;) {
      const T* row = factor_.data() + k * n_;
      T sum(0);
      for (std::size_t j = k + 1; j < n_; ++j) sum = mul_add(row[j], x[j], sum);
      x[k] = (x[k] - sum) / row[k];
    }
  }

  /// H as a tensor (n, n), for inspection.
  auto dense() const {
    std::vector<T> all(n_ * n_, T(0));
    write(all);
    auto h = make_tensor<T, 2>({n_, n_});
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < n_; ++j) h(i, j) = all[std::min(i, j) * n_ + std::max(i, j)];
    return h;
  }

 private:
  /// The upper triangle of H.
  void write(std::vector<T>& h) const {
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = i; j < n_; ++j) h[i * n_ + j] = second_[i * n_ + j];
    for (integer q = 0; q < low_rank_.rank(); ++q) {
      const auto w = low_rank_.w(q);
      for (std::size_t i = 0; i < n_; ++i)
        for (std::size_t j = i; j < n_; ++j) h[i * n_ + j] = mul_add(w[i], w[j], h[i * n_ + j]);
    }
  }

  std::size_t n_ = 0;
  std::vector<T> second_, factor_;  // S; U of σ + H = Uᵀ U
  low_rank_correction<T> low_rank_;
};

namespace detail {

/// Scratch, and the second derivative of Σ_k g_k h_k by θ; lane by lane, so that a structure needs no duals of packs.
template <class T, class Structure, class Learn>
class dense_second_order {
  using number = dual<lane_of<T>>;

 public:
  dense_second_order() = default;
  explicit dense_second_order(const Structure& structure)
      : at_(structure.template make<number>()),
        slope_(at_),
        theta_(static_cast<std::size_t>(Learn::count(at_)), number(0)),
        gradient_(theta_) {}

  integer unknowns() const { return length(theta_); }

  /// second (n, n)
  template <class System>
  void write(std::span<const T> theta, const System& s, std::span<const T> g, std::span<T> second) {
    const std::size_t n = theta.size();
    g_.resize(g.size());
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      each_number([lane](number& x, const T& y) { x = number(scalar_traits<T>::get(y, lane)); }, at_, s);
      for (std::size_t k = 0; k < g.size(); ++k) g_[k] = number(scalar_traits<T>::get(g[k], lane));
      for (std::size_t i = 0; i < n; ++i) theta_[i] = number(scalar_traits<T>::get(theta[i], lane));
      for (std::size_t v = 0; v < n; ++v) {
        theta_[v].e = lane_of<T>(1);
        Learn::to_system(view<number>(theta_), at_);
        Structure::pullback(std::as_const(at_), view<number>(g_), slope_);
        Learn::pullback(view<number>(theta_), std::as_const(slope_), std::span<number>(gradient_));
        theta_[v].e = lane_of<T>(0);
        for (std::size_t u = 0; u < n; ++u) scalar_traits<T>::set(second[u * n + v], lane, gradient_[u].e);
      }
    }
  }

 private:
  typename Structure::template parameters<number> at_, slope_;
  std::vector<number> theta_, gradient_, g_;
};

}  // namespace detail

}  // namespace lssm
