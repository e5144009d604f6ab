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
#include "triangular_rows.hpp"

namespace lssm {

/// L = (1/N) Σ_n ℓ(ŷ_n, y_n) from the sequences themselves: any pointwise loss.
template <class T, Model M, integer Kappa, Loss L>
class raw_objective {
 public:
  using scalar = T;
  using model = M;
  using state_type = model_state<T, M, Kappa>;
  static constexpr integer response_size = state_type::response_size;
  static constexpr bool curved = modal_model<M> && CurvedLoss<L>;

  raw_objective() = default;
  raw_objective(const M& m, const typename state_type::system_type& start, const labelled<T>& data,
                const L& loss = {}) requires SingleScalar<T>
      : state_(m, start, checked_length(data, M::inputs)),
        x_(data.x.size(), T(0)),
        y_(data.y),
        predictions_(data.y),
        modal_(make_second_order<T>(m)),
        loss_(loss) {
    const std::size_t row = static_cast<std::size_t>(data.kappa * data.channels);
    for (integer n = 0; n < data.sequences(); ++n)
      reverse_time(data.input(n), data.channels,
                   std::span<T>(x_).subspan(static_cast<std::size_t>(n) * row, row));
    for (const T& y : y_) label_power_ = label_power_ + y * y / T(static_cast<double>(y_.size()));
  }
  template <class Lane>
  raw_objective(const M& m, const raw_objective<Lane, M, Kappa, L>& lane)
      : state_(m, m.template make<T>(), lane.kappa()),
        x_(static_cast<std::size_t>(lane.sequences() * lane.kappa() * M::inputs), T(0)),
        y_(static_cast<std::size_t>(lane.sequences()), T(0)),
        predictions_(y_),
        modal_(make_second_order<T>(m)),
        loss_(lane.loss()) {}
  template <class Lane>
  void adopt(std::size_t lane, const raw_objective<Lane, M, Kappa, L>& single) {
    require(single.kappa() == kappa() && single.sequences() == sequences(), "raw_objective", "every lane",
            "of length " + std::to_string(kappa()) + " with " + std::to_string(sequences()) + " sequences",
            std::to_string(single.kappa()) + " and " + std::to_string(single.sequences()));
    set_lane(*this, lane, single);
  }

  static constexpr auto parts(auto& o) {
    return std::tuple(part("system", o.state_.system()), part("x", o.x_), part("y", o.y_),
                      part("label_power", o.label_power_));
  }

  auto& system() { return state_.system(); }
  const auto& system() const { return state_.system(); }
  /// A number that every evaluation and every change raises (train/shared_objective.hpp).
  std::uint64_t changes() const { return state_.changes(); }
  /// With respect to (A, B, C), of the last value_and_gradient().
  const auto& system_gradient() { return state_.gradient(); }
  const L& loss() const { return loss_; }
  integer parameters() const { return state_.parameters(); }
  integer sequences() const { return length(y_); }
  integer kappa() const { return length(state_.cotangent()) / M::inputs; }
  auto theta() const { return state_.theta(); }
  const T& label_power() const { return label_power_; }
  /// (1/N) Σ_n |x̃_n|²
  T input_power() const {
    T sum(0);
    for (const T& x : x_) sum = mul_add(x, x, sum);
    return sum / T(lane_of<T>(static_cast<double>(y_.size())));
  }

  T evaluate() {
    state_.write_response();
    return evaluate_response();
  }
  T evaluate_response() {
    state_.count_evaluation();
    const auto& h = state_.response();
    auto& g = state_.cotangent();
    rank_ = 0;  // rows of the second derivative belong to the point where they were asked for
    for (T& v : g) v = T(0);
    const T w = T(1) / T(lane_of<T>(static_cast<double>(y_.size())));
    T total(0);
    for (std::size_t n = 0; n < y_.size(); ++n) {
      const std::span<const T> x = row(n);
      T p(0);
      for (std::size_t i = 0; i < h.size(); ++i) p = mul_add(h[i], x[i], p);
      predictions_[n] = p;
      total = mul_add(w, loss_.value(p, y_[n]), total);
      const T slope = w * loss_.derivative(p, y_[n]);
      for (std::size_t i = 0; i < g.size(); ++i) g[i] = mul_add(slope, x[i], g[i]);
    }
    return total;
  }
  T value(std::span<const T> theta) {
    state_.set(theta);
    return evaluate();
  }
  T value_and_gradient(std::span<const T> theta, std::span<T> dtheta) {
    const T loss = value(theta);
    state_.pull_back(theta, view<T>(cotangent()), dtheta);
    return loss;
  }

  auto& response() { return state_.response(); }
  const auto& cotangent() const { return state_.cotangent(); }
  /// ŷ (N) of the last evaluation.
  std::span<const T> predictions() const { return view<T>(predictions_); }

  integer rank() const { return rank_; }
  integer most_rank() const { return std::min(sequences(), length(state_.cotangent())); }
  fixed_span<const T, response_size> factor(integer q) const {
    const std::size_t n = state_.cotangent().size();
    return fixed_span<const T, response_size>(rows_.data() + static_cast<std::size_t>(q) * n, n);
  }

  /// Makes rank() and factor() those of d²L/dh² at the last evaluation: the sequences, or as many rows as h has entries
  /// where these are fewer.
  void factor_second_derivative() requires CurvedLoss<L> {
    const std::size_t n = state_.cotangent().size();
    const T w = T(1) / T(lane_of<T>(static_cast<double>(y_.size())));
    rows_ = x_;
    for (std::size_t s = 0; s < y_.size(); ++s) {
      const T bend = w * loss_.second_derivative(predictions_[s], y_[s]);
      const T root = sqrt_of(where(bend > T(0), bend, T(0)));
      for (std::size_t i = 0; i < n; ++i) rows_[s * n + i] = root * rows_[s * n + i];
    }
    rank_ = sequences();
    if (rank_ <= static_cast<integer>(n)) return;
    rank_ = 0;
    std::vector<lane_of<T>> one(rows_.size());
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      for (std::size_t i = 0; i < one.size(); ++i) one[i] = scalar_traits<T>::get(rows_[i], lane);
      const auto pivots =
          detail::triangular_rows(std::span(one), std::span<lane_of<T>>(), static_cast<integer>(n));
      rank_ = std::max(rank_, length(pivots));
      for (std::size_t i = 0; i < one.size(); ++i) scalar_traits<T>::set(rows_[i], lane, one[i]);
    }
  }

  auto make_hessian() const requires curved {
    modal_hessian<T, M::learned::slots> h;
    h.resize(length(system().a), most_rank());
    return h;
  }
  template <integer S>
  void hessian(std::span<const T> theta, modal_hessian<T, S>& h) requires curved {
    write_hessian<M>(*this, state_, theta, modal_, h);
  }

 private:
  std::span<const T> row(std::size_t n) const {
    const std::size_t size = state_.cotangent().size();
    return view<T>(x_).subspan(n * size, size);
  }
  state_type state_;
  std::vector<T> x_, y_, predictions_;  // (N, κm) last first, (N), (N)
  std::vector<T> rows_;  // (N, κm), the first `rank` in use; sized at the first use of the Hessian
  T label_power_{};
  integer rank_ = 0;
  second_order_of<M, T> modal_;
  [[no_unique_address]] L loss_{};
};

}  // namespace lssm
