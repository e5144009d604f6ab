// SPDX-License-Identifier: BSD-3-Clause
// A loss of last outputs, or of every step, in raw form: any pointwise loss, every sequence visited.
//
//   L = (1/R) Σ_r Σ_i ℓ(ŷ_ri, y_ri),  ŷ_ri = x̃_r · h_i,   g_i = dL/dh_i = (1/R) Σ_r ℓ'(ŷ_ri, y_ri) x̃_r,
//   d²L/dh_i² = (1/R) Σ_r ℓ''(ŷ_ri, y_ri) x̃_r x̃_rᵀ = Σ_q f_q f_qᵀ   where the loss knows ℓ'' >= 0.
//
// A row x̃_r is a sequence, last entry first, or its beginning up to one of its steps: R = N, or R = Nκ. Losses are added up
// over outputs i. A beginning is the end of the reversed sequence, so that rows take no memory of their own.
#pragma once

#include <algorithm>
#include <array>

#include "../data/gram_matrix.hpp"
#include "../loss/concepts.hpp"
#include "checked_data.hpp"
#include "curvature.hpp"
#include "lanes_alike.hpp"
#include "model_start.hpp"
#include "triangular_rows.hpp"

namespace lssm {

/// An evaluation of raw_objective.
template <class T, Model M, integer Kappa>
class raw_evaluation : public evaluation<T, M, Kappa> {
 public:
  using base = evaluation<T, M, Kappa>;

  raw_evaluation(const typename base::system_type& start, integer kappa, std::size_t labels,
                 const second_order_of<M, T>& modal)
      : base(start, kappa), predictions_(labels, T(0)), modal_(modal) {}
  /// ŷ (R, p)
  std::span<const T> predictions() const { return view<T>(predictions_); }

 private:
  template <class, Model, integer, Loss>
  friend class raw_objective;
  std::vector<T> predictions_;
  std::array<std::vector<T>, static_cast<std::size_t>(M::outputs)>
      rows_;  // (R, κm) of each output, the first `rank_` in use; sized at the first use of the second derivative
  integer rank_ = 0;  // of the output with most
  detail::row_reduction<lane_of<T>> reduction_;
  std::vector<lane_of<T>> one_;  // rows of one lane
  second_order_of<M, T> modal_;
};

/// L = (1/R) Σ_ri ℓ(ŷ_ri, y_ri) from the sequences themselves: any pointwise loss.
template <class T, Model M, integer Kappa, Loss L>
class raw_objective : public model_start<T, M> {
  using base = model_start<T, M>;

 public:
  using evaluation_type = raw_evaluation<T, M, Kappa>;
  static constexpr integer response_size = evaluation_type::response_size;
  static constexpr bool curved = curved_model<M> && CurvedLoss<L>;

  raw_objective() = default;
  raw_objective(const M& m, const typename base::system_type& start, const labelled<T>& data,
                const L& loss = {}) requires SingleScalar<T>
      : base(start),
        kappa_(checked_length(data, M::inputs, M::outputs)),
        steps_(data.steps),
        x_(data.x.size(), T(0)),
        y_(data.y),
        modal_(make_second_order<T>(m)),
        loss_(loss) {
    const std::size_t row = static_cast<std::size_t>(data.kappa * data.channels);
    for (integer n = 0; n < data.sequences(); ++n)
      reverse_time(data.input(n), data.channels,
                   std::span<T>(x_).subspan(static_cast<std::size_t>(n) * row, row));
    for (const T& y : y_) loss_scale_ = loss_scale_ + y * y / T(static_cast<double>(rows()));
  }
  template <class Lane>
  raw_objective(const M& m, const raw_objective<Lane, M, Kappa, L>& lane)
      : base(m.template make<T>()),
        kappa_(lane.kappa()),
        steps_(lane.steps()),
        x_(static_cast<std::size_t>(lane.sequences() * lane.kappa() * M::inputs), T(0)),
        y_(lane.rows() * p, T(0)),
        modal_(make_second_order<T>(m)),
        loss_(lane.loss()) {}
  template <class Lane>
  void adopt(std::size_t lane, const raw_objective<Lane, M, Kappa, L>& single) {
    if (!(single.kappa() == kappa() && single.sequences() == sequences()))
      refuse("raw_objective", "every lane",
             "of length " + to_text(kappa()) + " with " + to_text(sequences()) + " sequences",
             to_text(single.kappa()) + " and " + to_text(single.sequences()));
    if (single.steps() != steps_)
      refuse("raw_objective", "every lane", "labelled at " + to_text(steps_) + " steps", single.steps());
    detail::adopt_loss<T>(loss_, single.loss());
    this->count_change();
    set_lane(*this, lane, single);
  }

  static constexpr auto parts(auto& o) {
    return std::tuple(part("system", o.start()), part("x", o.x_), part("y", o.y_),
                      part("label_power", o.loss_scale_));
  }

  const L& loss() const { return loss_; }
  integer sequences() const { return length(y_) / (steps_ * M::outputs); }
  integer kappa() const { return kappa_; }
  /// How many steps of a sequence have labels: 1, the last, or all.
  integer steps() const { return steps_; }
  /// Makes sequence `to`, in one lane, a copy of sequence `from` of another objective of this kind, labels included.
  void take(std::size_t to, std::size_t lane, const raw_objective& other, std::size_t from) {
    const std::size_t labels = static_cast<std::size_t>(steps_) * p;
    copy_lane<T>(lane, view<T>(other.x_).subspan(from * entries(), entries()), &x_[to * entries()]);
    copy_lane<T>(lane, view<T>(other.y_).subspan(from * labels, labels), &y_[to * labels]);
  }
  /// The labels, sequence by sequence.
  std::span<T> labels() { return y_; }
  /// R
  std::size_t rows() const { return y_.size() / p; }
  /// (1/R) Σ_ri y_ri²: the squared loss of a student that answers zero.
  const T& loss_scale() const { return loss_scale_; }
  evaluation_type workspace() const { return evaluation_type(this->start(), kappa_, y_.size(), modal_); }
  /// (1/R) Σ_r |x̃_r|²
  T input_power() const {
    T sum(0);
    for (std::size_t r = 0; r < rows(); ++r)
      for (const T& x : row(r)) sum = mul_add(x, x, sum);
    return sum / T(lane_of<T>(static_cast<double>(rows())));
  }

  T evaluate(evaluation_type& at) const {
    at.write_response();
    return evaluate_response(at);
  }
  T evaluate_response(evaluation_type& at) const {
    const auto& h = at.response();
    auto& g = at.cotangent();
    at.rank_ = 0;  // rows of the second derivative belong to the point where they were asked for
    for (T& v : g) v = T(0);
    const T w = T(1) / T(lane_of<T>(static_cast<double>(rows())));
    T total(0);
    for (std::size_t n = 0; n < y_.size(); ++n) {
      const std::span<const T> x = row(n / p);
      const std::size_t output = n % p;
      T y(0);
      for (std::size_t i = 0; i < x.size(); ++i) y = mul_add(h[in_response(i, output)], x[i], y);
      at.predictions_[n] = y;
      total = mul_add(w, loss_.value(y, y_[n]), total);
      const T slope = w * loss_.derivative(y, y_[n]);
      for (std::size_t i = 0; i < x.size(); ++i) {
        T& entry = g[in_response(i, output)];
        entry = mul_add(slope, x[i], entry);
      }
    }
    return total;
  }
  T value(std::span<const T> theta, evaluation_type& at) const {
    this->require_length("theta", theta.size());
    at.stand_at(theta);
    return evaluate(at);
  }
  T value_and_gradient(std::span<const T> theta, std::span<T> dtheta, evaluation_type& at) const {
    this->require_length("dtheta", dtheta.size());
    const T loss = value(theta, at);
    at.pull_back(theta, view<T>(at.cotangent()), dtheta);
    return loss;
  }
  const auto& cotangent(const evaluation_type& at) const { return at.cotangent(); }

  integer rank(const evaluation_type& at) const { return M::outputs * at.rank_; }
  integer most_rank() const {
    return M::outputs * std::min(static_cast<integer>(rows()), kappa_ * M::inputs);
  }
  /// Row q of the factor; where there are several outputs the next call overwrites it.
  fixed_span<const T, response_size> factor(integer q, const evaluation_type& at) const {
    const std::size_t output = static_cast<std::size_t>(q / at.rank_),
                      row = static_cast<std::size_t>(q % at.rank_);
    return at.at_output(output, view<T>(at.rows_[output]).subspan(row * entries(), entries()));
  }

  /// Makes rank(at) and factor(q, at) those of d²L/dh² where `at` stands: of each output the rows x̃, or as many as they have
  /// entries where these are fewer.
  void factor_second_derivative(evaluation_type& at) const requires CurvedLoss<L> {
    const std::size_t n = entries();
    const T w = T(1) / T(lane_of<T>(static_cast<double>(rows())));
    at.rank_ = std::min(static_cast<integer>(rows()), static_cast<integer>(n));
    integer most = 0;
    for (std::size_t output = 0; output < p; ++output) {
      std::vector<T>& f = at.rows_[output];
      f.assign(rows() * n, T(0));
      for (std::size_t r = 0; r < rows(); ++r) {
        const T bend = w * loss_.second_derivative(at.predictions_[r * p + output], y_[r * p + output]);
        const T root = sqrt_of(where(bend > T(0), bend, T(0)));
        const std::span<const T> x = row(r);
        for (std::size_t i = 0; i < x.size(); ++i) f[r * n + i] = root * x[i];
      }
      if (rows() > n) most = std::max(most, make_triangular(std::span<T>(f), at));
    }
    if (rows() > n) at.rank_ = most;
  }

  auto make_hessian() const requires(curved) {
    return detail::make_hessian<T, M>(this->start(), most_rank());
  }
  template <class Hessian>
  void hessian(std::span<const T> theta, Hessian& h, evaluation_type& at) const requires curved {
    this->require_length("theta", theta.size());
    write_hessian<M>(*this, at, theta, at.modal_, h);
  }

 private:
  static constexpr std::size_t p = static_cast<std::size_t>(M::outputs);
  static constexpr std::size_t in_response(std::size_t entry, std::size_t output) {
    return detail::response_entry(entry, output, p, static_cast<std::size_t>(M::inputs));
  }
  /// κm
  std::size_t entries() const { return static_cast<std::size_t>(kappa_ * M::inputs); }
  /// x̃_r without the zeros behind the beginning of its sequence.
  std::span<const T> row(std::size_t r) const {
    const std::size_t steps = static_cast<std::size_t>(steps_), sequence = r / steps,
                      later = (steps - 1 - r % steps) * static_cast<std::size_t>(M::inputs);
    return view<T>(x_).subspan(sequence * entries() + later, entries() - later);
  }
  /// Rows become as many as there are entries, or fewer; returns how many are not zero in some lane.
  integer make_triangular(std::span<T> rows, evaluation_type& at) const {
    const auto triangular = [&](std::span<lane_of<T>> one) {
      return length(at.reduction_.run(one, std::span<lane_of<T>>(), static_cast<integer>(entries())));
    };
    if constexpr (lanes_of<T> == 1) {
      return triangular(rows);
    } else {
      integer rank = 0;
      std::vector<lane_of<T>>& one = at.one_;
      one.resize(rows.size());
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
        for (std::size_t i = 0; i < one.size(); ++i) one[i] = scalar_traits<T>::get(rows[i], lane);
        rank = std::max(rank, triangular(std::span(one)));
        for (std::size_t i = 0; i < one.size(); ++i) scalar_traits<T>::set(rows[i], lane, one[i]);
      }
      return rank;
    }
  }

  integer kappa_ = 0, steps_ = 1;
  std::vector<T> x_, y_;  // (N, κm) last first, (R, p)
  T loss_scale_{};
  second_order_of<M, T> modal_;  // of the sizes that evaluations need
  [[no_unique_address]] L loss_{};
};

}  // namespace lssm
