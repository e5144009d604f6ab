// SPDX-License-Identifier: BSD-3-Clause
// The squared loss in Gram form, of last outputs or of every step: the cost of a step does not depend on the number of
// sequences.
//
//   L = ½ Σ_iq ρ_iq² + L_0,   ρ_iq = f_q · (h_i - c_i) - t_qi,   g_i = dL/dh_i = Σ_q ρ_iq f_q  (objective/gram_factor.hpp)
//
// The Gram matrix, and so the rows f_q, are the same for every output i.
//
// Equal to the raw form (objective/raw.hpp) up to rounding; chosen at compile time for quadratic losses.
#pragma once

#include <algorithm>

#include "../kernel/gram/rows.hpp"
#include "../ssm/real_diagonal.hpp"
#include "checked_data.hpp"
#include "curvature.hpp"
#include "excited_entries.hpp"
#include "gram_evaluation.hpp"
#include "gram_factor.hpp"
#include "model_start.hpp"

namespace lssm {

namespace detail {
/// Without a kernel of its own.
template <class T, class Structure, integer Kappa>
struct rows_kernel {
  static constexpr bool available = false;
};
template <class T, integer D, integer Kappa>
  requires(kernel::fits_registers<T, D, Kappa>)
struct rows_kernel<T, real_diagonal<D, 1, 1>, Kappa> : kernel::gram_rows<T, D, Kappa> {
  static constexpr bool available = true;
  using kernel::gram_rows<T, D, Kappa>::gram_rows;
};
}  // namespace detail

/// L = ½ Σ_iq ρ_iq² + L_0 of the impulse response: the squared loss, whatever the number of sequences.
template <class T, Model M, integer Kappa>
class gram_objective : public model_start<T, M> {
  using base = model_start<T, M>;

 public:
  using evaluation_type = gram_evaluation<T, M, Kappa>;
  static constexpr integer response_size = evaluation_type::response_size, outputs = M::outputs,
                           row_size = product_of<Kappa, M::inputs>;
  static constexpr bool curved = curved_model<M>;
  /// Lanes may differ in their number of sequences, which this form does not keep.
  static constexpr bool any_number_of_sequences = true;

  gram_objective() = default;
  /// `start` holds what the parameter map does not move.
  gram_objective(const M& m, const typename base::system_type& start,
                 const labelled<T>& data) requires SingleScalar<T> : base(start),
                                                                     modal_(make_second_order<T>(m)) {
    checked_length(data, M::inputs, M::outputs);
    const gram_factor<T> factor(data);
    make_room(data.kappa * M::inputs, factor.rank);
    std::copy(factor.target.begin(), factor.target.end(), target_.begin());
    std::copy(factor.center.begin(), factor.center.end(), center_.begin());
    std::copy(factor.rows.begin(), factor.rows.end(), rows_.begin());
    std::copy(factor.fitted.begin(), factor.fitted.end(), fitted_.begin());
    offset_ = factor.offset;
    loss_scale_ = factor.label_power;
    sequences_ = T(static_cast<double>(data.sequences()));
    gram_suffices_ = T(factor.gram_suffices ? 1 : 0);
    find_excited();
  }
  /// All lanes like `lane`, to be filled one by one with adopt().
  template <class Lane>
  gram_objective(const M& m, const gram_objective<Lane, M, Kappa>& lane)
      : base(m.template make<T>()), modal_(make_second_order<T>(m)) {
    make_room(lane.kappa() * M::inputs, lane.rows());
  }
  /// Lanes may differ in rank: rows that a lane does not have are zero.
  template <class Lane>
  void adopt(std::size_t lane, const gram_objective<Lane, M, Kappa>& single) {
    if (single.kappa() != kappa())
      refuse("gram_objective", "every lane", "of length " + to_text(kappa()), single.kappa());
    this->count_change();
    set_lane(*this, lane, single);
    count_ = std::max(count_, single.rows());
    if constexpr (response_size == dynamic) {
      rows_.resize(static_cast<std::size_t>(count_) * entries(), T(0));
      fitted_.resize(static_cast<std::size_t>(count_) * p, T(0));
    }
    for (std::size_t q = 0; q < static_cast<std::size_t>(count_); ++q) {
      const bool there = q < static_cast<std::size_t>(single.rows());
      using L = lane_of<T>;
      for (std::size_t i = q * p; i < (q + 1) * p; ++i)
        scalar_traits<T>::set(fitted_[i], lane, there ? single.fitted()[i] : L(0));
      for (std::size_t i = 0; i < entries(); ++i)
        scalar_traits<T>::set(rows_[q * entries() + i], lane,
                              there ? single.row(static_cast<integer>(q))[i] : L(0));
    }
    found_ = false;
  }
  /// To be called once all lanes are adopted.
  void adopted() { find_excited(); }

  static constexpr auto parts(auto& o) {
    return std::tuple(part("system", o.start()), part("target", o.target_), part("center", o.center_),
                      part("offset", o.offset_), part("label_power", o.loss_scale_),
                      part("sequences", o.sequences_), part("gram_suffices", o.gram_suffices_));
  }

  integer kappa() const { return length(target_) / (M::inputs * outputs); }
  /// Standing nowhere yet; of the size that this objective needs.
  evaluation_type workspace() const {
    require(found_, "gram_objective", "adopted()", "called after the last adopt()", "an earlier call");
    return evaluation_type(this->start(), kappa(), rank(), modal_);
  }

  /// L at the system as it stands in `at`; cotangent and residual are then those of this point.
  T evaluate(evaluation_type& at) const {
    at.write_response();
    return evaluate_response(at);
  }
  /// L for the impulse response written to at.response() (kappa, p, m).
  T evaluate_response(evaluation_type& at) const {
    const auto& h = at.response();
    auto& g = at.cotangent();
    const std::size_t count = excited_.size();
    if constexpr (response_size != dynamic && outputs == 1 && detail::on_stack<T, response_size> &&
                  lanes_of < T >> 1) {
      if (static_cast<integer>(count) == response_size && count_ == response_size) return evaluate_full(at);
    }
    for (std::size_t o = 0; o < p; ++o) {
      // Whole blocks are written: those beyond the last row belong to the next output.
      T* const rho = at.residual_.data() + o * static_cast<std::size_t>(count_);
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t k = in_response(excited_[i], o);
        at.error_[i] = h[k] - center_[k];
      }
      excited_.forget_unseen(std::span<T>(at.error_));
      kernel::weigh_rows(view<T>(at.error_).first(count), columns_.data(), blocks_of(count_), rho);
      take_fitted(rho, o);
      kernel::weigh_rows(std::span<const T>(rho, static_cast<std::size_t>(count_)), excited_rows_.data(),
                         blocks_of(length(excited_)), at.error_.data());
      for (std::size_t i = 0; i < count; ++i) g[in_response(excited_[i], o)] = at.error_[i];
    }
    T loss(0);
    for (const T& rho : at.residual()) loss = mul_add(rho, rho, loss);
    return mul_add(loss, T(0.5), offset_);
  }
  T value(std::span<const T> theta, evaluation_type& at) const {
    this->require_length("theta", theta.size());
    at.stand_at(theta);
    return evaluate(at);
  }
  T value_and_gradient(std::span<const T> theta, std::span<T> dtheta, evaluation_type& at) const {
    this->require_length("theta", theta.size());
    this->require_length("dtheta", dtheta.size());
    // The kernel goes through all rows and entries, the loops below through those that are not zero.
    if constexpr (has_kernel) {
      const bool pays = count_ + length(excited_) > kappa();
      if (pays) {
        at.stand_at(theta);
        if (const T loss = kernel_.evaluate(point(at)); is_finite(loss)) {
          M::learned::pullback(theta, at.gradient(), dtheta);
          return loss;
        }
      }
    }
    const T loss = value(theta, at);
    at.pull_back(theta, view<T>(at.cotangent()), dtheta);
    return loss;
  }
  const auto& cotangent(const evaluation_type& at) const { return at.cotangent(); }
  /// Whether loss and gradient stay in registers (kernel/gram/rows.hpp): one student, of few modes and a short length.
  static constexpr bool has_kernel = detail::rows_kernel<T, typename M::structure_type, Kappa>::available;
  /// Steps of gradient descent of A, B, C, from where value_and_gradient() was; `at` then stands where they end, or where
  /// it was if the last loss is not finite.
  template <kernel::moved_matrices Moved>
  void descend(evaluation_type& at, kernel::watched_steps<T>& watch) const requires has_kernel {
    kernel_.template descend<Moved>(point(at), watch);
  }
  /// The same at rates that rate_of makes of the squares of the gradient (kernel/gram/rows.hpp).
  template <kernel::moved_matrices Moved, kernel::norm_of_state Norm>
  void descend(evaluation_type& at, kernel::watched_steps<T>& watch,
               auto& rate_of) const requires has_kernel {
    kernel_.template descend<Moved, Norm>(point(at), watch, rate_of);
  }

  /// The entries of each h_i that some sequence sees; elsewhere the cotangent is zero.
  std::span<const std::size_t> excited() const { return excited_.entries(); }
  /// How many f_q there are, and one of them (kappa m).
  integer rows() const { return count_; }
  fixed_span<const T, row_size> row(integer q) const {
    return fixed_span<const T, row_size>(rows_.data() + static_cast<std::size_t>(q) * entries(), entries());
  }
  integer rank() const { return outputs * count_; }
  integer rank(const evaluation_type&) const { return rank(); }
  /// The rank of any lane, at most.
  integer most_rank() const { return rank(); }
  /// Row q of the second derivative by h (kappa, p, m): an f_q at one of the outputs, overwritten by the next call.
  fixed_span<const T, response_size> factor(integer q, const evaluation_type& at) const {
    return at.at_output(static_cast<std::size_t>(q / count_), row(q % count_));
  }
  /// Σ_q f_q f_qᵀ at (i, k): an entry of the Gram matrix (kappa m, kappa m) of the inputs, last entry first.
  T gram(std::size_t i, std::size_t k) const {
    T sum(0);
    for (integer q = 0; q < count_; ++q) sum = mul_add(row(q)[i], row(q)[k], sum);
    return sum;
  }
  /// The lanes in which a kernel may hold the Gram matrix itself, instead of the rows (objective/gram_factor.hpp).
  mask_of<T> gram_suffices() const { return gram_suffices_ > T(0); }
  /// Whether the Gram matrix (kappa, kappa) is small, or products with it take no longer than those with the rows: a few long
  /// sequences would make a matrix that fits no memory.
  bool gram_is_cheap() const { return kappa() <= 64 || kappa() <= 2 * rows(); }
  /// h°, a response with the least loss (kappa, p, m).
  const auto& target() const { return target_; }
  /// What the rows have to fit beside the response from which errors are taken (rows, p).
  std::span<const T> fitted() const { return view<T>(fitted_).first(static_cast<std::size_t>(rank())); }
  /// (1/R) Σ_ri y_ri²: the loss of a student that answers zero.
  const T& loss_scale() const { return loss_scale_; }
  /// N, which lanes may differ in.
  const T& sequences() const { return sequences_; }
  /// (1/R) Σ_r |x̃_r|²: half the squares of all rows.
  T input_power() const {
    T sum(0);
    for (const T& f : rows_) sum = mul_add(f * T(0.5), f, sum);
    return sum;
  }
  /// The least loss any response can have: zero for clean labels.
  const T& least_loss() const { return offset_; }

  auto make_hessian() const requires(curved) {
    return detail::make_hessian<T, M>(this->start(), most_rank());
  }
  /// The Hessian at θ, where `at` stands.
  template <class Hessian>
  void hessian(std::span<const T> theta, Hessian& h, evaluation_type& at) const requires curved {
    this->require_length("theta", theta.size());
    write_hessian<M>(*this, at, theta, at.modal_, h);
  }

 private:
  static kernel::gram_point<T> point(evaluation_type& at) requires has_kernel {
    auto &s = at.system(), &ds = at.gradient();
    return {s.a.data(),         s.b.data(),  s.c.data(),           ds.a.data(),
            ds.b.data(),        ds.c.data(), at.response().data(), at.cotangent().data(),
            at.residual_.data()};
  }
  /// evaluate_response() for lanes where every entry is seen and sizes are known.
  T evaluate_full(evaluation_type& at) const requires(response_size != dynamic) {
    constexpr std::size_t n = static_cast<std::size_t>(response_size);
    const std::integral_constant<std::size_t, n> entries{};
    const auto& h = at.response();
    std::array<T, n> error;
    for (std::size_t i = 0; i < n; ++i) error[i] = h[i] - center_[i];
    excited_.forget_unseen(std::span<T>(error));
    kernel::weigh_rows(fixed_view<response_size>(std::as_const(error)), columns_.data(), entries,
                       at.residual_.data());
    take_fitted(at.residual_.data(), 0);
    const auto rho = fixed_view<response_size>(std::as_const(at.residual_));
    kernel::weigh_rows(rho, excited_rows_.data(), entries, at.cotangent().data());
    T loss(0);
    for (const T& x : rho) loss = mul_add(x, x, loss);
    return mul_add(loss, T(0.5), offset_);
  }
  /// Of the rows of one output.
  void take_fitted(T* rho, std::size_t output) const {
    for (std::size_t q = 0; some_fitted_ && q < static_cast<std::size_t>(count_); ++q)
      rho[q] = rho[q] - fitted_[q * p + output];
  }
  static constexpr std::size_t in_response(std::size_t entry, std::size_t output) {
    return detail::response_entry(entry, output, p, static_cast<std::size_t>(M::inputs));
  }
  /// κm, the length of a row.
  std::size_t entries() const { return target_.size() / p; }
  void make_room(integer entries, integer count) {
    target_ = center_ = zeros<T>(extent<response_size>(entries * outputs));
    count_ = count;
    const bool known = response_size != dynamic;  // then there is room for every entry's row
    rows_ = zeros<T>(extent<all_rows>((known ? entries : count) * entries));
    fitted_ = zeros<T>(extent<response_size>((known ? entries : count) * outputs));
  }
  /// Where some row is not zero, in some lane.
  [[gnu::cold]] void find_excited() {
    some_fitted_ =
        std::any_of(fitted_.begin(), fitted_.end(), [](const T& t) { return any_lane<T>(!is_zero(t)); });
    const std::size_t n = entries();
    found_ = true;
    excited_.find(n, [&](std::size_t i) {
      mask_of<T> never = T(0) == T(0);
      for (std::size_t q = 0; q < static_cast<std::size_t>(count_); ++q)
        never = never && is_zero(rows_[q * n + i]);
      return never;
    });
    // The rows without the entries that are never seen, and their transpose; lines are whole blocks.
    const std::size_t rank = static_cast<std::size_t>(count_), count = excited_.size();
    const std::size_t row = blocks_of(length(excited_)), column = blocks_of(count_);
    excited_rows_.assign(rank * row, T(0));
    columns_.assign(count * column, T(0));
    for (std::size_t q = 0; q < rank; ++q)
      for (std::size_t i = 0; i < count; ++i)
        excited_rows_[q * row + i] = columns_[i * column + q] = rows_[q * n + excited_[i]];
    if constexpr (has_kernel) kernel_ = {center_.data(), fitted(), rows_.data(), offset_};
  }
  static constexpr std::size_t blocks_of(integer entries) {
    return static_cast<std::size_t>(kernel::padded<T>(entries));
  }

  static constexpr std::size_t p = static_cast<std::size_t>(outputs);
  static constexpr integer all_rows = product_of<row_size, row_size>;
  vec<T, all_rows> rows_;                  // (rows, κm), then zeros
  vec<T, response_size> fitted_;           // (rows, p), then zeros
  vec<T, response_size> target_, center_;  // (κ, p, m)
  std::vector<T> excited_rows_, columns_;  // (rows, excited entries) and its transpose
  T offset_{}, loss_scale_{}, gram_suffices_{}, sequences_{};
  bool some_fitted_ = false, found_ = true;  // whether excited_ belongs to the rows
  integer count_ = 0;                        // rows
  detail::excited_entries<T> excited_;
  [[no_unique_address]] detail::rows_kernel<T, typename M::structure_type, Kappa> kernel_;
  second_order_of<M, T> modal_;  // of the sizes that evaluations need
};

}  // namespace lssm
