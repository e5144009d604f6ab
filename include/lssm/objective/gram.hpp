// SPDX-License-Identifier: BSD-3-Clause
// The squared loss in Gram form, of last outputs or of every step: the cost of a step does not depend on the number of sequences.
//
//   L = ½ Σ_i Σ_q ρ_iq² + L_0,   ρ_iq = f_q · (h_i - c_i) - t_qi,   g_i = dL/dh_i = Σ_q ρ_iq f_q     (objective/gram_factor.hpp)
//
// for outputs i: G, and so the rows f_q, are the same for each.
//
// Equal to the raw form (objective/raw.hpp) up to rounding; chosen at compile time for quadratic losses.
#pragma once

#include <algorithm>

#include "checked_data.hpp"
#include "curvature.hpp"
#include "gram_factor.hpp"

namespace lssm {

/// L = ½ Σ_iq ρ_iq² + L_0 of the impulse response: the squared loss, whatever the number of sequences.
template <class T, Model M, integer Kappa>
class gram_objective {
 public:
  using scalar = T;
  using model = M;
  using state_type = model_state<T, M, Kappa>;
  static constexpr integer response_size = state_type::response_size;
  static constexpr bool curved = modal_model<M>;
  static constexpr integer outputs = M::outputs, row_size = product_of<Kappa, M::inputs>;
  /// Lanes may differ in their number of sequences, which this form does not keep.
  static constexpr bool any_number_of_sequences = true;

  gram_objective() = default;
  /// `start` holds what the parameter map does not move.
  gram_objective(const M& m, const typename state_type::system_type& start,
                 const labelled<T>& data) requires SingleScalar<T>
      : state_(m, start, checked_length(data, M::inputs, M::outputs)), modal_(make_second_order<T>(m)) {
    const gram_factor<T> factor(data);
    make_room(state_.kappa() * M::inputs, factor.rank);
    std::copy(factor.target.begin(), factor.target.end(), target_.begin());
    std::copy(factor.center.begin(), factor.center.end(), center_.begin());
    std::copy(factor.rows.begin(), factor.rows.end(), rows_.begin());
    std::copy(factor.fitted.begin(), factor.fitted.end(), fitted_.begin());
    offset_ = factor.offset;
    label_power_ = factor.label_power;
    gram_suffices_ = T(factor.gram_suffices ? 1 : 0);
    find_excited();
  }
  /// All lanes like `lane`, to be filled one by one with adopt().
  template <class Lane>
  gram_objective(const M& m, const gram_objective<Lane, M, Kappa>& lane)
      : state_(m, m.template make<T>(), lane.kappa()), modal_(make_second_order<T>(m)) {
    make_room(lane.kappa() * M::inputs, lane.rows());
  }
  /// Lanes may differ in rank: rows that a lane does not have are zero.
  template <class Lane>
  void adopt(std::size_t lane, const gram_objective<Lane, M, Kappa>& single) {
    require(single.kappa() == kappa(), "gram_objective", "every lane", "of length " + std::to_string(kappa()),
            single.kappa());
    set_lane(*this, lane, single);
    rank_ = std::max(rank_, single.rows());
    if constexpr (response_size == dynamic) {
      rows_.resize(static_cast<std::size_t>(rank_) * entries(), T(0));
      fitted_.resize(static_cast<std::size_t>(rank_) * p, T(0));
    }
    for (std::size_t q = 0; q < static_cast<std::size_t>(rank_); ++q) {
      const bool there = q < static_cast<std::size_t>(single.rows());
      using L = lane_of<T>;
      for (std::size_t i = q * p; i < (q + 1) * p; ++i)
        scalar_traits<T>::set(fitted_[i], lane, there ? single.fitted()[i] : L(0));
      for (std::size_t i = 0; i < entries(); ++i)
        scalar_traits<T>::set(rows_[q * entries() + i], lane,
                              there ? single.row(static_cast<integer>(q))[i] : L(0));
    }
    if constexpr (lanes_of < T >> 1) {
      adopted_ = true;  // for all lanes together, at the next evaluation
    } else {
      find_excited();
    }
  }

  static constexpr auto parts(auto& o) {
    return std::tuple(part("system", o.state_.system()), part("target", o.target_), part("center", o.center_),
                      part("offset", o.offset_), part("label_power", o.label_power_),
                      part("gram_suffices", o.gram_suffices_));
  }

  auto& system() { return state_.system(); }
  const auto& system() const { return state_.system(); }
  /// A number that every evaluation and every change raises (train/shared_objective.hpp).
  std::uint64_t changes() const { return state_.changes(); }
  /// With respect to (A, B, C), of the last value_and_gradient().
  const auto& system_gradient() { return state_.gradient(); }
  integer parameters() const { return state_.parameters(); }
  integer kappa() const { return state_.kappa(); }
  auto theta() const { return state_.theta(); }

  /// L at the system as it stands; cotangent() and residual() are then those of this point.
  T evaluate() {
    state_.write_response();
    return evaluate_response();
  }
  /// L for the impulse response written to response() (kappa, p, m).
  T evaluate_response() {
    if constexpr (lanes_of < T >> 1)
      if (adopted_) find_excited();
    state_.count_evaluation();
    const auto& h = state_.response();
    auto& g = state_.cotangent();
    const std::size_t count = excited_.size();
    if constexpr (response_size != dynamic && outputs == 1 && detail::on_stack<T, response_size> &&
                  lanes_of < T >> 1) {
      if (static_cast<integer>(count) == response_size && rank_ == response_size) return evaluate_full();
    }
    for (std::size_t o = 0; o < p; ++o) {
      T* const rho = residual_.data() + o * static_cast<std::size_t>(rank_);  // what is written beyond comes next
      for (std::size_t i = 0; i < count; ++i)
        error_[i] = h[in_response(excited_[i], o)] - center_[in_response(excited_[i], o)];
      forget_unseen(std::span<T>(error_));
      kernel::weigh_rows(view<T>(error_).first(count), columns_.data(), blocks_of(rank_), rho);
      take_fitted(o);
      kernel::weigh_rows(std::span<const T>(rho, static_cast<std::size_t>(rank_)), excited_rows_.data(),
                         blocks_of(length(excited_)), error_.data());
      for (std::size_t i = 0; i < count; ++i) g[in_response(excited_[i], o)] = error_[i];
    }
    T loss(0);
    for (const T& rho : residual()) loss = mul_add(rho, rho, loss);
    return mul_add(loss, T(0.5), offset_);
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
  /// ρ, output after output (p rows()).
  std::span<const T> residual() const { return view<T>(residual_).first(static_cast<std::size_t>(rank())); }
  /// The entries of h_i that some sequence sees, at the last evaluation; elsewhere the cotangent is zero.
  std::span<const std::size_t> excited() const { return excited_; }
  /// How many f_q there are, and one of them (kappa m).
  integer rows() const { return rank_; }
  fixed_span<const T, row_size> row(integer q) const {
    return fixed_span<const T, row_size>(rows_.data() + static_cast<std::size_t>(q) * entries(), entries());
  }
  integer rank() const { return outputs * rank_; }
  /// The rank of any lane, at most.
  integer most_rank() const { return rank(); }
  /// Row q of the second derivative by h (kappa, p, m): an f_q at one of the outputs.
  fixed_span<const T, response_size> factor(integer q) const {
    if constexpr (outputs == 1) {
      return row(q);
    } else {
      return fixed_span<const T, response_size>(wide_.data() + static_cast<std::size_t>(q) * target_.size(),
                                                target_.size());
    }
  }
  /// Σ_q f_q f_qᵀ at (i, k): an entry of the Gram matrix (kappa m, kappa m) of the inputs, last entry first.
  T gram(std::size_t i, std::size_t k) const {
    T sum(0);
    for (integer q = 0; q < rank_; ++q) sum = mul_add(row(q)[i], row(q)[k], sum);
    return sum;
  }
  /// The lanes in which a kernel may hold the Gram matrix itself, instead of the rows (objective/gram_factor.hpp).
  mask_of<T> gram_suffices() const { return gram_suffices_ > T(0); }
  /// h°, a response with the least loss (kappa, p, m).
  const auto& target() const { return target_; }
  /// What the rows have to fit beside the response from which errors are taken (rows, p).
  std::span<const T> fitted() const { return view<T>(fitted_).first(static_cast<std::size_t>(rank())); }
  const T& label_power() const { return label_power_; }
  /// (1/R) Σ_r |x̃_r|²: half the squares of all rows.
  T input_power() const {
    T sum(0);
    for (const T& f : rows_) sum = mul_add(f * T(0.5), f, sum);
    return sum;
  }
  /// The least loss any response can have: zero for clean labels.
  const T& least_loss() const { return offset_; }

  auto make_hessian() const requires curved { return make_modal_hessian<T, M>(system(), most_rank()); }
  /// The Hessian at θ, where the objective was evaluated last.
  template <integer S>
  void hessian(std::span<const T> theta, modal_hessian<T, S>& h) requires curved {
    write_hessian<M>(*this, state_, theta, modal_, h);
  }

 private:
  /// evaluate_response() for lanes where every entry is seen and sizes are known.
  T evaluate_full() requires(response_size != dynamic) {
    constexpr std::size_t n = static_cast<std::size_t>(response_size);
    const std::integral_constant<std::size_t, n> entries{};
    const auto& h = state_.response();
    std::array<T, n> error;
    for (std::size_t i = 0; i < n; ++i) error[i] = h[i] - center_[i];
    forget_unseen(std::span<T>(error));
    kernel::weigh_rows(fixed_view<response_size>(std::as_const(error)), columns_.data(), entries,
                       residual_.data());
    take_fitted();
    const auto rho = fixed_view<response_size>(std::as_const(residual_));
    kernel::weigh_rows(rho, excited_rows_.data(), entries, state_.cotangent().data());
    T loss(0);
    for (const T& x : rho) loss = mul_add(x, x, loss);
    return mul_add(loss, T(0.5), offset_);
  }
  /// Zeroes the error where a lane's data have no input: the response may overflow there.
  void forget_unseen(std::span<T> error) const {
    if constexpr (lanes_of<T> == 1) return;
    for (std::size_t i = 0; uneven_ && i < seen_.size(); ++i)
      error[i] = where(seen_[i] > T(0), error[i], T(0));
  }
  void take_fitted(std::size_t output) {
    const std::size_t rank = static_cast<std::size_t>(rank_);
    for (std::size_t q = 0; some_fitted_ && q < rank; ++q)
      residual_[output * rank + q] = residual_[output * rank + q] - fitted_[q * p + output];
  }
  static constexpr std::size_t in_response(std::size_t entry, std::size_t output) {
    return response_entry(entry, output, p, static_cast<std::size_t>(M::inputs));
  }
  /// κm, the length of a row.
  std::size_t entries() const { return target_.size() / p; }
  void make_room(integer entries, integer rank) {
    target_ = center_ = zeros<T>(extent<response_size>(entries * outputs));
    error_ = zeros<T>(extent<kernel::padded<T>(row_size)>(kernel::padded<T>(entries)));
    residual_ = zeros<T>(extent<all_residuals>(outputs * kernel::padded<T>(entries)));
    rank_ = rank;
    const bool known = response_size != dynamic;  // then there is room for every entry's row
    rows_ = zeros<T>(extent<all_rows>((known ? entries : rank) * entries));
    fitted_ = zeros<T>(extent<response_size>((known ? entries : rank) * outputs));
  }
  /// Where some row is not zero, in some lane.
  void find_excited() {
    some_fitted_ =
        std::any_of(fitted_.begin(), fitted_.end(), [](const T& t) { return any_lane<T>(!is_zero(t)); });
    const std::size_t n = entries();
    excited_.clear();
    seen_.clear();
    uneven_ = adopted_ = false;
    for (std::size_t i = 0; i < n; ++i) {
      mask_of<T> never = T(0) == T(0);
      for (std::size_t q = 0; q < static_cast<std::size_t>(rank_); ++q)
        never = never && is_zero(rows_[q * n + i]);
      if (!any_lane<T>(!never)) continue;
      excited_.push_back(i);
      seen_.push_back(where(never, T(0), T(1)));
      uneven_ = uneven_ || any_lane<T>(never);
    }
    for (T& g : state_.cotangent()) g = T(0);
    // The rows without the entries that are never seen, and their transpose; lines are whole blocks.
    const std::size_t rank = static_cast<std::size_t>(rank_), count = excited_.size();
    const std::size_t row = blocks_of(length(excited_)), column = blocks_of(rank_);
    excited_rows_.assign(rank * row, T(0));
    columns_.assign(count * column, T(0));
    for (std::size_t q = 0; q < rank; ++q)
      for (std::size_t i = 0; i < count; ++i)
        excited_rows_[q * row + i] = columns_[i * column + q] = rows_[q * n + excited_[i]];
    if constexpr (curved && outputs > 1) {
      wide_.assign(p * rank * target_.size(), T(0));
      for (std::size_t o = 0; o < p; ++o)
        for (std::size_t q = 0; q < rank; ++q)
          for (std::size_t i = 0; i < n; ++i)
            wide_[(o * rank + q) * target_.size() + in_response(i, o)] = rows_[q * n + i];
    }
  }
  static constexpr std::size_t blocks_of(integer entries) {
    return static_cast<std::size_t>(kernel::padded<T>(entries));
  }

  state_type state_;
  static constexpr std::size_t p = static_cast<std::size_t>(outputs);
  static constexpr integer all_rows = product_of<row_size, row_size>,
                           all_residuals = product_of<outputs, kernel::padded<T>(row_size)>;
  vec<T, all_rows> rows_;                      // (rows, κm), then zeros
  vec<T, response_size> fitted_;               // (rows, p), then zeros
  vec<T, response_size> target_, center_;      // (κ, p, m)
  vec<T, all_residuals> residual_;             // (p, rows), in whole blocks
  vec<T, kernel::padded<T>(row_size)> error_;  // (excited entries), in whole blocks
  std::vector<T> excited_rows_, columns_;      // (rows, excited entries) and its transpose
  std::vector<T> wide_;                        // (p rows, κ p m), of several outputs
  T offset_{}, label_power_{}, gram_suffices_{};
  bool some_fitted_ = false, adopted_ = false;  // rows have changed since find_excited()
  integer rank_ = 0;
  std::vector<std::size_t> excited_;
  std::vector<T> seen_;  // 1 in the lanes that see an entry of `excited_`
  bool uneven_ = false;
  second_order_of<M, T> modal_;
};

}  // namespace lssm
