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
// The same division gives the Jacobian, an arrow plus low rank (train/arrow_system.hpp), with D_j = β_j p'(a_j),
// δ_j = D_j - D_L and w^q = ∂(f_q·h)/∂a.
//
// y = (z_0, ..., z_{d-1}, α, 0, ...): whole blocks, so that kernels need no remainders; products of the rest are zero. The
// leader's own gap is zero and stays zero. At α's index β is zero and β - β_L stands for β_L, so that the formula of the
// gaps is there that of the leader: nothing reads a block of which a part has just been written.
#pragma once

#include "../kernel/polynomial.hpp"
#include "../kernel/power_moments.hpp"
#include "../objective/concepts.hpp"
#include "../ssm/concepts.hpp"
#include "arrow_system.hpp"
#include "concepts.hpp"
#include "training_point.hpp"

namespace lssm {

/// Objectives whose θ is the diagonal of A, entry by entry, with one input and one output, and a loss of the response alone,
/// as `curved` ones are.
template <class Objective>
concept GapCharted =
    CurvedObjective<Objective> && ResponseObjective<Objective> && ScaledObjective<Objective> &&
        Objective::model::learned::state_matrix_alone &&
        ModalCurvature<typename Objective::model::structure_type> &&
        DiagonalStructure<typename Objective::model::structure_type> && Objective::model::inputs == 1 &&
    Objective::model::outputs == 1;

/// A polynomial with N coefficients and its quotient by (· - x).
template <class T, integer N>
class divided_polynomial {
 public:
  void resize(integer coefficients) {
    p_ = zeros<T>(extent<N>(coefficients));
    q_ = zeros<T>(extent<shorter_by<N, 1>>(coefficients > 0 ? coefficients - 1 : 0));
  }
  /// Becomes the derivative of g, which has one coefficient more.
  void take_derivative(auto g) { kernel::derivative(g, fixed_view<N>(p_)); }
  /// Becomes the derivative of a g that is zero but for these entries.
  void take_derivative(auto g, std::span<const std::size_t> entries) {
    kernel::derivative(g, entries, fixed_view<N>(p_));
  }
  /// Returns the value at x.
  T divide(const T& x) { return kernel::divide(coefficients(), x, fixed_view<shorter_by<N, 1>>(q_)); }
  fixed_span<const T, N> coefficients() const { return fixed_view<N>(p_); }
  fixed_span<const T, shorter_by<N, 1>> quotient() const { return fixed_view<shorter_by<N, 1>>(q_); }

 private:
  vec<T, N> p_{};
  vec<T, shorter_by<N, 1>> q_{};
};

/// The flow in the unknowns y = (z_0, ..., z_{d-1}, α, 0, ...), z_j = a_j - α.
template <class Objective>
  requires GapCharted<Objective>
class gap_field {
 public:
  using scalar = typename Objective::scalar;
  using T = scalar;
  static constexpr integer modes = Objective::model::known_parameters;
  static constexpr integer padded_size = kernel::padded<T>(sum_of<modes, 1>);
  using state_type = vec<T, padded_size>;
  static constexpr integer kappa = Objective::response_size;  // one channel

  [[gnu::cold]] gap_field(const Objective& objective, std::span<const T> theta)
      : objective_(&objective),
        at_(objective.workspace()),
        modes_(theta.size()),
        start_(zeros<T>(extent<padded_size>(kernel::padded<T>(objective.parameters() + 1)))),
        a_(start_),
        is_gap_(start_),
        products_(start_),
        product_gaps_(start_),
        gradient_(objective.theta()),
        linear_(objective.parameters(), start_, objective.most_rank()) {
    const std::span<const T> a = theta;  // as it is: GapCharted
    T lead = a[0];
    for (std::size_t j = 0; j < modes_; ++j) lead = where(a[j] > lead, a[j], lead);
    for (std::size_t j = 0; j < modes_; ++j) {
      start_[j] = a[j] - lead;
      is_gap_[j] = T(1);
    }
    start_[modes_] = lead;
    read_products();
    const integer n = length(at_.cotangent());
    slope_.resize(n - 1);
    bend_.resize(n - 2);
    row_slope_.resize(n - 1);
  }

  integer unknowns() const { return length(start_); }
  const state_type& start() const { return start_; }

  /// After a change of the objective.
  [[gnu::cold, gnu::noinline]] void refresh() {
    at_ = objective_->workspace();
    linear_ = arrow_system<T, state_type>(objective_->parameters(), start_, objective_->most_rank());
    read_products();
  }

  T rate(std::span<const T> y, std::span<T> f) {
    const T lead = y[modes_];
    const auto gaps = blocks(y);
    const auto out = fixed_view<padded_size>(f);
    kernel::at_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
      for (integer j = 0; j < length(gaps); j += W)
        kernel::store_block(fused(kernel::fill_block<W>(lead), kernel::load_block<W>(blocks(is_gap_), j),
                                  kernel::load_block<W>(gaps, j)),
                            fixed_view<padded_size>(a_), j);
    });
    kernel::power_moments<T>(
        modes_of(a_), [&](auto w, integer j) { return kernel::load_block<w>(blocks(products_), j); },
        std::span<T>(at_.response()), extent<kappa>(length(at_.response())));
    const T loss = objective_->evaluate_response(at_);
    const auto g = fixed_view<kappa>(std::as_const(at_).cotangent());
    if constexpr (requires { objective_->excited(); }) {
      slope_.take_derivative(g, objective_->excited());
    } else {
      slope_.take_derivative(g);
    }
    const T p_lead = slope_.divide(lead);
    kernel::evaluate(slope_.quotient(), blocks(a_), [&]<integer W>(integer j, const kernel::block<T, W>& q) {
      const auto z = kernel::load_block<W>(gaps, j), beta = kernel::load_block<W>(blocks(products_), j),
                 dbeta = kernel::load_block<W>(blocks(product_gaps_), j);
      const auto minus = fused(beta * z, q, dbeta * kernel::fill_block<W>(p_lead));
      kernel::store_block(kernel::fill_block<W>(T(0)) - minus, out, j);
    });
    return loss;
  }

  /// A gap's error is measured against the gap: ties break by relative changes. Where c_j b_j differs from the leader's,
  /// gaps may cross zero, and the leading mode sets the measure.
  void weights(std::span<const T> y, std::span<const T> next, const T&, std::span<T> w) const {
    const T lead =
        max_of(max_of(abs_of(y[modes_]), abs_of(next[modes_])), T(lane_of<T>(1e-3)) * abs_of(start_[modes_]));
    for (std::size_t j = 0; j < w.size(); ++j) {
      const T gap = max_of(abs_of(y[j]), abs_of(next[j]));
      w[j] = where(product_gaps_[j] == T(0), gap, max_of(gap, lead));
    }
    w[modes_] = lead;
  }

  /// Call after rate(y, ·).
  mask_of<T> factor(std::span<const T> y, const T& sigma) requires CurvedObjective<Objective> {
    if constexpr (requires { objective_->factor_second_derivative(at_); })
      objective_->factor_second_derivative(at_);
    bend_.take_derivative(slope_.coefficients());
    const T bend_lead = bend_.divide(y[modes_]), shifted_lead = sigma + leader_product_ * bend_lead;
    kernel::evaluate(bend_.quotient(), blocks(a_), [&]<integer W>(integer j, const kernel::block<T, W>& q) {
      const auto z = kernel::load_block<W>(blocks(y), j), beta = kernel::load_block<W>(blocks(products_), j),
                 dbeta = kernel::load_block<W>(blocks(product_gaps_), j);
      const auto arrow = fused(beta * z, q, dbeta * kernel::fill_block<W>(bend_lead));
      kernel::store_block(arrow, fixed_view<padded_size>(linear_.arrow()), j);
      kernel::store_block(kernel::fill_block<W>(shifted_lead) + arrow,
                          fixed_view<padded_size>(linear_.shifted()), j);
    });
    write_rows(y);
    return linear_.factor(sigma, shifted_lead, objective_->rank(at_));
  }

  void solve(std::span<T> x) { linear_.solve(x); }
  void solve_transposed(std::span<T> x) { linear_.solve_transposed(x); }
  void sizes(std::span<const T> y, std::span<T> w) const { weights(y, y, T(0), w); }

  /// x = y minus the minimum-norm step in a, given as leader and gaps. Call after rate(y, ·).
  [[gnu::cold]] void gauss_newton(std::span<const T> y,
                                  std::span<T> x) requires LeastSquaresObjective<Objective> {
    write_rows(y);
    const std::span<const T> s = linear_.minimum_norm(at_.residual(), objective_->rank(at_));
    std::copy(y.begin(), y.end(), x.begin());
    for (std::size_t q = 0; q < s.size(); ++q) {
      const auto& r = linear_.rows()[q];
      kernel::add_scaled<T>(T(0) - s[q], view<T>(r.gap), x);  // w_L at the leader's index
    }
  }

  /// What observers see of the point y of the last rate(y, f).
  training_point<Objective> point(const T& time, const T& loss, std::span<const T>, std::span<const T> f) {
    std::copy_n(a_.begin(), modes_, at_.system().a.begin());
    for (std::size_t j = 0; j < modes_; ++j) gradient_[j] = T(0) - (f[modes_] + f[j]);
    const evaluated<Objective> here(*objective_, at_);
    return {detail::point_at(here), time, loss, view<T>(a_).first(modes_), view<T>(gradient_), here};
  }

 private:
  /// The products c_j b_j of the start, and their differences from the leader's.
  void read_products() {
    const auto& s = objective_->start_system();
    T lead = start_[0];
    leader_product_ = s.c[0] * s.b[0];
    for (std::size_t j = 0; j < modes_; ++j) {
      products_[j] = s.c[j] * s.b[j];
      const auto ahead = start_[j] > lead;
      lead = where(ahead, start_[j], lead);
      leader_product_ = where(ahead, products_[j], leader_product_);
    }
    for (std::size_t j = 0; j < modes_; ++j) product_gaps_[j] = products_[j] - leader_product_;
    product_gaps_[modes_] = leader_product_;
  }

  /// All unknowns; and the modes of a vector like them, filled up to whole blocks.
  static auto blocks(std::span<const T> v) { return fixed_view<padded_size>(v); }
  static auto blocks(const state_type& v) { return fixed_view<padded_size>(v); }
  auto modes_of(const state_type& v) const {
    constexpr integer count = kernel::padded<T>(modes);
    const integer here = kernel::padded<T>(static_cast<integer>(modes_));
    return fixed_span<const T, count>(v.data(), static_cast<std::size_t>(here));
  }

  void write_rows(std::span<const T> y) {
    for (std::size_t q = 0; q < static_cast<std::size_t>(objective_->rank(at_)); ++q) {
      auto& r = linear_.rows()[q];
      row_slope_.take_derivative(objective_->factor(static_cast<integer>(q), at_));
      const T at_lead = row_slope_.divide(y[modes_]);
      r.w_lead = leader_product_ * at_lead;
      kernel::evaluate(
          row_slope_.quotient(), blocks(a_), [&]<integer W>(integer j, const kernel::block<T, W>& v) {
            const auto z = kernel::load_block<W>(blocks(y), j),
                       beta = kernel::load_block<W>(blocks(products_), j),
                       dbeta = kernel::load_block<W>(blocks(product_gaps_), j),
                       lead = kernel::fill_block<W>(at_lead);
            kernel::store_block(fused(beta * z, v, dbeta * lead), fixed_view<padded_size>(r.gap), j);
            kernel::store_block(beta * fused(z, v, lead), fixed_view<padded_size>(r.w), j);
          });
    }
  }

  const Objective* objective_;
  evaluation_of<Objective> at_;
  std::size_t modes_;
  state_type start_, a_;                // y at the start; modes, and α at its index
  state_type is_gap_;                   // 1 for gaps, 0 elsewhere
  state_type products_, product_gaps_;  // β_j, β_j - β_L
  theta_of<Objective> gradient_;        // of what observers see
  arrow_system<T, state_type> linear_;
  T leader_product_{};
  divided_polynomial<T, shorter_by<kappa, 1>> slope_, row_slope_;  // p, and that of a row
  divided_polynomial<T, shorter_by<kappa, 2>> bend_;               // p'
};

}  // namespace lssm
