// SPDX-License-Identifier: BSD-3-Clause
// Gradient flow of a diagonal A in gap coordinates: the leading mode α and the gaps z_j = a_j - α.
//
// Nearly tied modes carry the experiment: Theorem 1's start has a gap of 1.5e-8 on modes of 1e-3 (5e-12 on 5e-3 for the
// longer setting), so one rounding of a_j is up to 1e-7 of the gap. The gaps are therefore unknowns of their own, and
// every difference between modes is formed by polynomial division, never by subtraction:
//
//   a_j' = -β_j p(a_j),  p(a) = Σ_k k g_k a^{k-1},  β_j = c_j b_j
//   α'   = -β_L p(α)                                            L: the mode that leads at the start
//   z_j' = -(β_j z_j q(a_j) + (β_j - β_L) p(α)),                q = (p - p(α)) / (· - α)
//
// The same division gives the Jacobian, which is lower arrow plus low rank: with D_j = β_j p'(a_j), δ_j = D_j - D_L,
// w^q = ∂(f_q·h)/∂a and σ the shift,
//
//   (σ + D_L) x_α + Σ_q w^q_L s_q = r_α,   (σ + D_j) x_j + δ_j x_α + Σ_q (w^q_j - w^q_L) s_q = r_j,
//   s_q = Σ_j w^q_j (x_α + x_j).
//
// y = (z_0, ..., z_{d-1}, α); the leader's own gap is zero and stays zero.
#pragma once

#include <vector>

#include "../kernel/dense.hpp"
#include "../kernel/polynomial.hpp"
#include "../objective/concepts.hpp"
#include "concepts.hpp"
#include "flow_point.hpp"

namespace lssm {

/// Objectives whose θ is the diagonal of A, entry by entry, with one input and one output.
template <class Objective>
concept GapCharted = ResponseObjective<Objective> && Objective::model::learned::state_matrix_alone &&
                     ModalCurvature<typename Objective::model::structure_type>;

template <class Objective>
  requires GapCharted<Objective>
class gap_field {
 public:
  using scalar = typename Objective::scalar;
  using T = scalar;
  static constexpr integer modes = Objective::model::known_parameters;
  using mode_vector = vec<T, modes>;
  using state_type = vec<T, sum_of<modes, 1>>;

  explicit gap_field(Objective& objective) : objective_(&objective) {
    const auto& s = objective.system();
    const extent<modes> d(length(s.a));
    products_ = product_gaps_ = inverse_ = arrow_ = work_ = zeros<T>(d);
    start_ = zeros<T>(extent<sum_of<modes, 1>>(d + 1));
    T lead = s.a[0];
    leader_product_ = s.c[0] * s.b[0];
    for (std::size_t j = 0; j < s.a.size(); ++j) {
      products_[j] = s.c[j] * s.b[j];
      const auto ahead = s.a[j] > lead;
      lead = where(ahead, s.a[j], lead);
      leader_product_ = where(ahead, products_[j], leader_product_);
    }
    for (std::size_t j = 0; j < s.a.size(); ++j) {
      start_[j] = s.a[j] - lead;
      product_gaps_[j] = products_[j] - leader_product_;
    }
    start_[s.a.size()] = lead;
    const std::size_t n = objective.cotangent().size();
    for (auto* p : {&p_, &q_, &slope_, &bend_}) p->assign(n, T(0));
    rows_.assign(static_cast<std::size_t>(objective.most_rank()), row{zeros<T>(d), zeros<T>(d), zeros<T>(d), T(0), T(0)});
    inner_.assign(rows_.size() * rows_.size(), T(0));
    inverse_inner_ = inner_;
    s_.assign(rows_.size(), T(0));
    t_ = s_;
  }

  integer unknowns() const { return length(start_); }
  const state_type& start() const { return start_; }

  T rate(std::span<const T> y, std::span<T> f) {
    auto& a = objective_->system().a;
    const std::size_t d = a.size();
    const T lead = y[d];
    for (std::size_t j = 0; j < d; ++j) a[j] = lead + y[j];
    const T loss = objective_->evaluate();
    const std::span<T> p = first(p_, 1);
    kernel::derivative<T>(objective_->cotangent(), p);
    const T p_lead = divide(p, lead);
    kernel::evaluate<T>(quotient(p), view<T>(a), [&](integer j, const auto& q) {
      const auto z = kernel::load_block(y.first(d), j), beta = kernel::load_block(view<T>(products_), j),
                 dbeta = kernel::load_block(view<T>(product_gaps_), j);
      auto out = q;
      for (integer l = 0; l < kernel::block_size; ++l)
        out.v[l] = T(0) - mul_add(beta.v[l] * z.v[l], q.v[l], dbeta.v[l] * p_lead);
      kernel::store_block(out, f.first(d), j);
    });
    f[d] = T(0) - leader_product_ * p_lead;
    return loss;
  }

  /// A gap's error is measured against the gap: ties break by relative changes. Where c_j b_j differs from the leader's,
  /// gaps may cross zero, and the leading mode sets the measure.
  void weights(std::span<const T> y, std::span<const T> next, std::span<T> w) const {
    const std::size_t d = products_.size();
    const T lead = max_of(max_of(abs_of(y[d]), abs_of(next[d])), T(1e-3) * abs_of(start_[d]));
    for (std::size_t j = 0; j < d; ++j) {
      const T gap = max_of(abs_of(y[j]), abs_of(next[j]));
      w[j] = where(product_gaps_[j] == T(0), gap, max_of(gap, lead));
    }
    w[d] = lead;
  }

  /// Call after rate(y, ·).
  mask_of<T> factor(std::span<const T> y, const T& sigma) {
    const auto& a = objective_->system().a;
    const std::size_t d = a.size();
    const T lead = y[d];
    const std::span<T> bend = first(bend_, 2);
    kernel::derivative<T>(first(p_, 1), bend);
    const T bend_lead = divide(bend, lead), d_lead = leader_product_ * bend_lead;
    mask_of<T> sound = abs_of(sigma + d_lead) >= T(1e-3) * sigma;
    lead_inverse_ = T(1) / (sigma + d_lead);
    kernel::evaluate<T>(quotient(bend), view<T>(a), [&](integer j, const auto& q) {
      const integer used = std::min(kernel::block_size, length(a) - j);
      for (integer l = 0; l < used; ++l) {
        const std::size_t i = static_cast<std::size_t>(j + l);
        arrow_[i] = mul_add(products_[i] * y[i], q.v[l], product_gaps_[i] * bend_lead);
        inverse_[i] = sigma + (d_lead + arrow_[i]);
      }
    });
    for (std::size_t j = 0; j < d; ++j) sound = abs_of(inverse_[j]) >= T(1e-3) * sigma && sound;
    for (std::size_t j = 0; j < d; ++j) inverse_[j] = T(1) / inverse_[j];
    write_rows(y);
    for (std::size_t q = 0; q < rank(); ++q) {
      row& r = rows_[q];
      r.z_lead = r.w_lead * lead_inverse_;
      for (std::size_t j = 0; j < d; ++j) r.z[j] = (r.gap[j] - arrow_[j] * r.z_lead) * inverse_[j];
    }
    prepare_inner();
    return sound;
  }

  void solve(std::span<T> x) {
    const std::size_t d = products_.size();
    const T x_lead = x[d] * lead_inverse_;
    for (std::size_t j = 0; j < d; ++j) {
      x[j] = (x[j] - arrow_[j] * x_lead) * inverse_[j];
      work_[j] = x_lead + x[j];
    }
    for (std::size_t q = 0; q < rank(); ++q) t_[q] = kernel::dot<T>(view<T>(rows_[q].w), view<T>(work_));
    x[d] = x_lead;
    for (std::size_t p = 0; p < rank(); ++p) {
      T s(0);
      for (std::size_t q = 0; q < rank(); ++q) s = mul_add(inverse_inner_[p * rank() + q], t_[q], s);
      const T minus = T(0) - s;
      const row& r = rows_[p];
      for (std::size_t j = 0; j < d; ++j) x[j] = mul_add(minus, r.z[j], x[j]);
      x[d] = mul_add(minus, r.z_lead, x[d]);
    }
  }

  /// x = y minus the minimum-norm step in a, given as leader and gaps. Call after rate(y, ·).
  void gauss_newton(std::span<const T> y, std::span<T> x)
    requires LeastSquaresObjective<Objective>
  {
    write_rows(y);
    const std::size_t d = products_.size(), r = rank();
    for (std::size_t p = 0; p < r; ++p) {
      s_[p] = objective_->residual()[p];
      for (std::size_t q = 0; q < r; ++q) inner_[p * r + q] = kernel::dot<T>(view<T>(rows_[p].w), view<T>(rows_[q].w));
    }
    kernel::regularize_empty_rows<T>(inner_, static_cast<integer>(r));
    kernel::solve(std::span<T>(inner_), std::span<T>(s_), static_cast<integer>(r), 1);
    std::copy(y.begin(), y.end(), x.begin());
    for (std::size_t q = 0; q < r; ++q) {
      for (std::size_t j = 0; j < d; ++j) x[j] = x[j] - s_[q] * rows_[q].gap[j];
      x[d] = x[d] - s_[q] * rows_[q].w_lead;
    }
  }

  /// What observers see of the point of the last rate(y, ·).
  flow_point<Objective> point(const T& time, const T& loss) const {
    return {time, loss, objective_->system(), objective_->cotangent()};
  }

 private:
  /// One row of the factor of d²L/dh², pulled back: w_j, its differences to the leader's, and (σ + D)⁻¹ of them.
  struct row {
    mode_vector w, gap, z;
    T w_lead{}, z_lead{};
  };

  std::size_t rank() const { return static_cast<std::size_t>(objective_->rank()); }

  /// The first length(g) - `less` entries of a buffer.
  static std::span<T> first(std::vector<T>& v, std::size_t less) {
    return std::span<T>(v).first(v.size() > less ? v.size() - less : 0);
  }
  T divide(std::span<const T> p, const T& at) { return p.empty() ? T(0) : kernel::divide<T>(p, at, std::span<T>(q_)); }
  std::span<const T> quotient(std::span<const T> p) const {
    return view<T>(q_).first(p.empty() ? 0 : p.size() - 1);
  }

  void write_rows(std::span<const T> y) {
    const auto& a = objective_->system().a;
    const std::size_t d = a.size();
    const std::span<T> slope = first(slope_, 1);
    for (std::size_t q = 0; q < rank(); ++q) {
      row& r = rows_[q];
      kernel::derivative<T>(objective_->factor(static_cast<integer>(q)), slope);
      const T at_lead = divide(slope, y[d]);
      r.w_lead = leader_product_ * at_lead;
      kernel::evaluate<T>(quotient(slope), view<T>(a), [&](integer j, const auto& v) {
        const auto z = kernel::load_block(y.first(d), j), beta = kernel::load_block(view<T>(products_), j),
                   dbeta = kernel::load_block(view<T>(product_gaps_), j);
        auto gap = v, w = v;
        for (integer l = 0; l < kernel::block_size; ++l) {
          gap.v[l] = mul_add(beta.v[l] * z.v[l], v.v[l], dbeta.v[l] * at_lead);
          w.v[l] = r.w_lead + gap.v[l];
        }
        kernel::store_block(gap, std::span<T>(r.gap), j);
        kernel::store_block(w, std::span<T>(r.w), j);
      });
    }
  }

  void prepare_inner() {
    for (std::size_t q = 0; q < rank(); ++q) {
      for (std::size_t j = 0; j < work_.size(); ++j) work_[j] = rows_[q].z_lead + rows_[q].z[j];
      for (std::size_t p = 0; p < rank(); ++p) {
        inner_[p * rank() + q] = kernel::dot<T>(view<T>(rows_[p].w), view<T>(work_)) + T(p == q ? 1 : 0);
        inverse_inner_[p * rank() + q] = T(p == q ? 1 : 0);
      }
    }
    kernel::solve(std::span<T>(inner_), std::span<T>(inverse_inner_), objective_->rank(), objective_->rank());
  }

  Objective* objective_;
  state_type start_;
  mode_vector products_, product_gaps_;  // β_j, β_j - β_L (d)
  mode_vector inverse_, arrow_, work_;   // 1/(σ + D_j), δ_j, scratch (d)
  T leader_product_{}, lead_inverse_{};
  std::vector<T> p_, q_, slope_, bend_;  // polynomials, up to (κ)
  std::vector<row> rows_;                // (r)
  std::vector<T> inner_, inverse_inner_, s_, t_;
};

}  // namespace lssm
