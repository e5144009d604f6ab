// SPDX-License-Identifier: BSD-3-Clause
// A last-output loss in raw form: any pointwise loss, every sequence visited.
//
//   L = (1/N) Σ_n ℓ(ŷ_n, y_n),  ŷ_n = x̃_n · h,   g = dL/dh = (1/N) Σ_n ℓ'(ŷ_n, y_n) x̃_n,
//   d²L/dh² = (1/N) Σ_n ℓ''(ŷ_n, y_n) x̃_n x̃_nᵀ = Σ_q f_q f_qᵀ   where the loss knows ℓ'' >= 0.
#pragma once

#include "../data/gram_matrix.hpp"
#include "../loss/concepts.hpp"
#include "checked_data.hpp"
#include "curvature.hpp"
#include "model_start.hpp"
#include "triangular_rows.hpp"

namespace lssm {

/// An evaluation of raw_objective.
template <class T, Model M, integer Kappa>
class raw_evaluation : public evaluation<T, M, Kappa> {
 public:
  using base = evaluation<T, M, Kappa>;

  raw_evaluation(const typename base::system_type& start, integer kappa, std::size_t sequences,
                 const second_order_of<M, T>& modal)
      : base(start, kappa), predictions_(sequences, T(0)), modal_(modal) {}
  /// ŷ (N)
  std::span<const T> predictions() const { return view<T>(predictions_); }

 private:
  template <class, Model, integer, Loss>
  friend class raw_objective;
  std::vector<T> predictions_;
  std::vector<T> rows_;  // (N, κm), the first `rank_` in use; sized at the first use of the second derivative
  integer rank_ = 0;
  second_order_of<M, T> modal_;
};

/// L = (1/N) Σ_n ℓ(ŷ_n, y_n) from the sequences themselves: any pointwise loss.
template <class T, Model M, integer Kappa, Loss L>
class raw_objective : public model_start<T, M> {
  using base = model_start<T, M>;

 public:
  using evaluation_type = raw_evaluation<T, M, Kappa>;
  static constexpr integer response_size = evaluation_type::response_size;
  static constexpr bool curved = modal_model<M> && CurvedLoss<L>;

  raw_objective() = default;
  raw_objective(const M& m, const typename base::system_type& start, const labelled<T>& data,
                const L& loss = {}) requires SingleScalar<T>
      : base(start),
        kappa_(checked_length(data, M::inputs)),
        x_(data.x.size(), T(0)),
        y_(data.y),
        modal_(make_second_order<T>(m)),
        loss_(loss) {
    const std::size_t row = static_cast<std::size_t>(data.kappa * data.channels);
    for (integer n = 0; n < data.sequences(); ++n)
      reverse_time(data.input(n), data.channels,
                   std::span<T>(x_).subspan(static_cast<std::size_t>(n) * row, row));
    for (const T& y : y_) loss_scale_ = loss_scale_ + y * y / T(static_cast<double>(y_.size()));
  }
  template <class Lane>
  raw_objective(const M& m, const raw_objective<Lane, M, Kappa, L>& lane)
      : base(m.template make<T>()),
        kappa_(lane.kappa()),
        x_(static_cast<std::size_t>(lane.sequences() * lane.kappa() * M::inputs), T(0)),
        y_(static_cast<std::size_t>(lane.sequences()), T(0)),
        modal_(make_second_order<T>(m)),
        loss_(lane.loss()) {}
  template <class Lane>
  void adopt(std::size_t lane, const raw_objective<Lane, M, Kappa, L>& single) {
    require(single.kappa() == kappa() && single.sequences() == sequences(), "raw_objective", "every lane",
            "of length " + std::to_string(kappa()) + " with " + std::to_string(sequences()) + " sequences",
            std::to_string(single.kappa()) + " and " + std::to_string(single.sequences()));
    this->changes_.next();
    set_lane(*this, lane, single);
  }

  static constexpr auto parts(auto& o) {
    return std::tuple(part("system", o.start_), part("x", o.x_), part("y", o.y_),
                      part("label_power", o.loss_scale_));
  }

  const L& loss() const { return loss_; }
  integer sequences() const { return length(y_); }
  integer kappa() const { return kappa_; }
  /// (1/N) Σ_n y_n²: the squared loss of a student that answers zero.
  const T& loss_scale() const { return loss_scale_; }
  evaluation_type workspace() const { return evaluation_type(this->start_, kappa_, y_.size(), modal_); }
  /// (1/N) Σ_n |x̃_n|²
  T input_power() const {
    T sum(0);
    for (const T& x : x_) sum = mul_add(x, x, sum);
    return sum / T(lane_of<T>(static_cast<double>(y_.size())));
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
    const T w = T(1) / T(lane_of<T>(static_cast<double>(y_.size())));
    T total(0);
    for (std::size_t n = 0; n < y_.size(); ++n) {
      const std::span<const T> x = row(n);
      T p(0);
      for (std::size_t i = 0; i < h.size(); ++i) p = mul_add(h[i], x[i], p);
      at.predictions_[n] = p;
      total = mul_add(w, loss_.value(p, y_[n]), total);
      const T slope = w * loss_.derivative(p, y_[n]);
      for (std::size_t i = 0; i < g.size(); ++i) g[i] = mul_add(slope, x[i], g[i]);
    }
    return total;
  }
  T value(std::span<const T> theta, evaluation_type& at) const {
    at.stand_at(theta);
    return evaluate(at);
  }
  T value_and_gradient(std::span<const T> theta, std::span<T> dtheta, evaluation_type& at) const {
    const T loss = value(theta, at);
    at.pull_back(theta, view<T>(at.cotangent()), dtheta);
    return loss;
  }
  const auto& cotangent(const evaluation_type& at) const { return at.cotangent(); }

  integer rank(const evaluation_type& at) const { return at.rank_; }
  integer most_rank() const { return std::min(sequences(), kappa_ * M::inputs); }
  fixed_span<const T, response_size> factor(integer q, const evaluation_type& at) const {
    const std::size_t n = at.cotangent().size();
    return fixed_span<const T, response_size>(at.rows_.data() + static_cast<std::size_t>(q) * n, n);
  }

  /// Makes rank(at) and factor(q, at) those of d²L/dh² where `at` stands: the sequences, or as many rows as h has entries
  /// where these are fewer.
  void factor_second_derivative(evaluation_type& at) const requires CurvedLoss<L> {
    const std::size_t n = at.cotangent().size();
    const T w = T(1) / T(lane_of<T>(static_cast<double>(y_.size())));
    at.rows_ = x_;
    for (std::size_t s = 0; s < y_.size(); ++s) {
      const T bend = w * loss_.second_derivative(at.predictions_[s], y_[s]);
      const T root = sqrt_of(where(bend > T(0), bend, T(0)));
      for (std::size_t i = 0; i < n; ++i) at.rows_[s * n + i] = root * at.rows_[s * n + i];
    }
    at.rank_ = sequences();
    if (at.rank_ <= static_cast<integer>(n)) return;
    const auto triangular = [&](std::span<lane_of<T>> rows) {
      return length(detail::triangular_rows(rows, std::span<lane_of<T>>(), static_cast<integer>(n)));
    };
    if constexpr (lanes_of<T> == 1) {
      at.rank_ = triangular(std::span<T>(at.rows_));
    } else {
      at.rank_ = 0;
      std::vector<lane_of<T>> one(at.rows_.size());
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
        for (std::size_t i = 0; i < one.size(); ++i) one[i] = scalar_traits<T>::get(at.rows_[i], lane);
        at.rank_ = std::max(at.rank_, triangular(std::span(one)));
        for (std::size_t i = 0; i < one.size(); ++i) scalar_traits<T>::set(at.rows_[i], lane, one[i]);
      }
    }
  }

  auto make_hessian() const requires curved {
    modal_hessian<T, M::learned::slots> h;
    h.resize(length(this->start_.a), most_rank());
    return h;
  }
  template <integer S>
  void hessian(std::span<const T> theta, modal_hessian<T, S>& h, evaluation_type& at) const requires curved {
    write_hessian<M>(*this, at, theta, at.modal_, h);
  }

 private:
  std::span<const T> row(std::size_t n) const {
    const std::size_t size = static_cast<std::size_t>(kappa_ * M::inputs);
    return view<T>(x_).subspan(n * size, size);
  }
  integer kappa_ = 0;
  std::vector<T> x_, y_;  // (N, κm) last first, (N)
  T loss_scale_{};
  second_order_of<M, T> modal_;  // of the sizes that evaluations need
  [[no_unique_address]] L loss_{};
};

}  // namespace lssm
