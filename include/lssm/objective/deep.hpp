// SPDX-License-Identifier: BSD-3-Clause
// The loss of a model of layers, over all its answers: those of every step, or behind last_output of the last.
//
//   L = 1/(N s p) Σ_{n,t,i} ℓ(ŷ_n[t,i], y_n[t,i])          of a loss of one number
//   L = 1/(N s) Σ_{n,t} ℓ(ŷ_n[t], y_n[t])                  of a loss of rows; of classes y has one number for each row
//
//   symbol   shape                 meaning
//   x        (N, kappa, m)         inputs
//   ŷ, y     (N, s, p)             answers and labels, s = kappa or 1
//   g        (kappa, p', m')       cotangent of the impulse response of an SSM layer with inputs u, outputs v
//
//   g_k = Σ_n Σ_t dL/dv_n[t] u_n[t-k]ᵀ,   dL/dv_n[t] = Σ ∂L/∂ŷ_n ξ_n[t],   ξ_n[t] = ∂ŷ_n/∂v_n[t]
//
// so that γ^(l) = -(l+1) g_{l+1} describes that layer as Proposition 1 of the paper does an SSM by itself.
#pragma once

#include <array>

#include "../data/gram_matrix.hpp"
#include "../kernel/blocks.hpp"
#include "../kernel/convolution.hpp"
#include "../loss/concepts.hpp"
#include "../nn/deep.hpp"
#include "checked_data.hpp"
#include "lanes_alike.hpp"
#include "model_start.hpp"

namespace lssm {

/// An evaluation of deep_objective: the layers at θ, their gradients, and what passes between them.
template <class T, LayeredModel M>
class deep_evaluation {
 public:
  using system_type = typename M::template system<T>;

  deep_evaluation(const system_type& start, batch_shape batch)
      : system_(start),
        gradient_(start),
        work_(start.layers, batch),
        slopes_(work_.output().begin(), work_.output().end()) {}

  const system_type& system() const { return system_; }
  system_type& system() { return system_; }
  system_type& gradient() { return gradient_; }
  /// The gradient by every parameter of every layer, from the last value_and_gradient().
  const system_type& gradient() const { return gradient_; }
  /// ŷ (N, s, p)
  std::span<const T> predictions() const { return work_.output(); }
  /// Squared norms of the gradients by all slots of each role that move, and by the weights of other layers.
  std::array<T, role_count> role_squares() const {
    std::array<T, role_count> sum;
    sum.fill(T(0));
    add_role_squares(gradient_, sum);
    return sum;
  }

 private:
  template <class, LayeredModel, integer, class>
  friend class deep_objective;
  static void add_role_squares(const auto& gradient, std::array<T, role_count>& sum) {
    gradient.each_layer([&]<class Bound>(const Bound&, const auto& d) {
      if constexpr (requires { typename Bound::structure_type; }) {
        detail::each_moved_slot<typename Bound::learned, typename Bound::structure_type>(
            [&]<class Slot>(Slot) { add_squares(Slot::of(d), sum[role_of<Slot>::index]); });
      } else if constexpr (requires { d.layers; }) {
        add_role_squares(d, sum);
      } else {
        add_squares(d, sum[network_role::index]);
      }
    });
  }
  static void add_squares(const auto& numbers, T& sum) {
    each_number([&](const T& x) { sum = mul_add(x, x, sum); }, numbers);
  }

  system_type system_, gradient_;
  typename M::bound_network::template workspace<T> work_;
  std::vector<T> slopes_;  // (N, s, p)
};

/// L(θ) of layers in a row: the mean loss over sequences and answers.
template <class T, LayeredModel M, integer Kappa, class L>
class deep_objective : public model_start<T, M> {
  using base = model_start<T, M>;
  static_assert(
      Loss<L> || RowLoss<L>,
      "deep_objective: the loss lacks value or derivative, of one number or of a row (docs/loss.md)");

 public:
  using system_type = typename M::template system<T>;
  using evaluation_type = deep_evaluation<T, M>;
  using network_type = typename M::bound_network;
  static constexpr bool curved = false;
  /// Whether some layer draws anew in each step of a training (nn/dropout.hpp).
  static constexpr bool draws_in_steps = network_type::draws;

  deep_objective(const M&, const system_type& start, const labelled<T>& data,
                 const L& loss = {}) requires SingleScalar<T>
      : deep_objective(start, checked_batch(start.layers, data), loss) {
    std::copy(data.x.begin(), data.x.end(), x_.begin());
    std::copy(data.y.begin(), data.y.end(), y_.begin());
    for (const T& y : y_) loss_scale_ = loss_scale_ + y * y / T(static_cast<double>(y_.size()));
  }
  /// All lanes like `lane`, to be filled one by one with adopt().
  template <class Lane>
  deep_objective(const M& m, const deep_objective<Lane, M, Kappa, L>& lane)
      : deep_objective(m.template make<T>(), lane.batch(), lane.loss()) {}
  template <class Lane>
  void adopt(std::size_t lane, const deep_objective<Lane, M, Kappa, L>& single) {
    if (single.batch() != batch_)
      refuse("deep_objective", "every lane",
             to_text(batch_.sequences) + " sequences of length " + to_text(batch_.steps),
             to_text(single.batch().sequences) + " of " + to_text(single.batch().steps));
    detail::adopt_loss<T>(loss_, single.loss());
    seeds_[lane] = single.seed();
    this->count_change();
    set_lane(*this, lane, single);
  }

  static constexpr auto parts(auto& o) {
    return std::tuple(part("system", o.start()), part("x", o.x_), part("y", o.y_),
                      part("label_power", o.loss_scale_));
  }

  /// Makes sequence `to`, in one lane, a copy of sequence `from` of another objective of this kind, labels included.
  void take(std::size_t to, std::size_t lane, const deep_objective& other, std::size_t from) {
    const auto row = static_cast<std::size_t>(batch_.steps * M::inputs),
               labels = y_.size() / static_cast<std::size_t>(batch_.sequences);
    copy_lane<T>(lane, view<T>(other.x_).subspan(from * row, row), &x_[to * row]);
    copy_lane<T>(lane, view<T>(other.y_).subspan(from * labels, labels), &y_[to * labels]);
  }
  /// The inputs (N, kappa, m), and the labels, sequence by sequence.
  std::span<T> sequences_in_numbers() { return x_; }
  std::span<T> labels() { return y_; }
  const L& loss() const { return loss_; }
  integer sequences() const { return batch_.sequences; }
  integer kappa() const { return batch_.steps; }
  batch_shape batch() const { return batch_; }
  /// The mean squared label: the squared loss of a student that answers zero.
  const T& loss_scale() const { return loss_scale_; }
  /// Makes an evaluation in which no layer draws, until it is moved to a step.
  evaluation_type workspace() const { return evaluation_type(this->start(), batch_); }
  /// Takes the seed of what layers draw in steps.
  void draw_by(std::uint32_t seed) requires(draws_in_steps) {
    seeds_.fill(seed);
    this->count_change();
  }
  std::uint32_t seed() const { return seeds_[0]; }
  /// Draws what layers draw after so many steps of each lane.
  void move_to(evaluation_type& at, const T& steps) const requires(draws_in_steps) {
    detail::draw_place<T> place{seeds_, steps};
    at.work_.move_to(place);
  }

  T value(std::span<const T> theta, evaluation_type& at) const {
    this->require_length("theta", theta.size());
    M::learned::to_system(theta, at.system_);
    const auto p = network(at).template forward<T>(at.system_, view<T>(x_), at.work_);
    T total(0);
    for (std::size_t i = 0; i < p.size(); i += row()) {
      if constexpr (RowLoss<L>) {
        total = total + loss_.template value<T>(p.subspan(i, row()), labels_of(i));
      } else {
        total = total + loss_.value(p[i], y_[i]);
      }
    }
    return weight_ * total;
  }
  T value_and_gradient(std::span<const T> theta, std::span<T> dtheta, evaluation_type& at) const {
    return value_and_gradients(theta, dtheta, std::span<T>(), at);
  }
  /// The same with the derivative by the inputs (N, kappa, m), unless dx is empty.
  T value_and_gradients(std::span<const T> theta, std::span<T> dtheta, std::span<T> dx,
                        evaluation_type& at) const {
    this->require_length("dtheta", dtheta.size());
    if (!(dx.empty() || dx.size() == x_.size()))
      refuse("objective", "dx", "empty or of " + to_text(x_.size()) + " numbers", dx.size());
    const T loss = value(theta, at);
    write_slopes(at);
    each_number([](T& d) { d = T(0); }, at.gradient_);
    network(at).template backward<T>(at.system_, view<T>(x_), view<T>(at.slopes_), at.work_, at.gradient_,
                                     dx);
    M::learned::pullback(theta, at.gradient_, dtheta);
    return loss;
  }

  /// y for other inputs (batch, m) than those of training, by the layers where `at` stands.
  void apply(std::span<const T> x, batch_shape batch, std::span<T> y, const evaluation_type& at) const {
    detail::answer_batch(at.system_, x, batch, y);
  }

  /// g (steps, p', m') of layer I, an SSM, from the last value_and_gradient().
  template <std::size_t I>
  std::vector<T> response_cotangent(const evaluation_type& at) const {
    using layer = typename system_type::template layer_type<I>;
    static_assert(
        requires { typename layer::structure_type; },
        "response_cotangent: this layer is no ssm (docs/nn.md)");
    constexpr std::size_t m = layer::structure_type::inputs, p = layer::structure_type::outputs;
    std::span<const T> u = view<T>(x_), dv = view<T>(at.slopes_);
    if constexpr (I > 0) u = at.work_.output(I - 1);
    if constexpr (I + 1 < system_type::depth) dv = at.work_.cotangent(I);
    const std::size_t steps = u.size() / m / static_cast<std::size_t>(batch_.sequences);
    std::vector<T> g(steps * p * m, T(0));
    for (std::size_t n = 0; n < u.size() / m; n += steps)
      kernel::add_correlation<m, p>(dv.subspan(n * p, steps * p), u.subspan(n * m, steps * m),
                                    std::span<T>(g));
    return g;
  }
  /// g of the first SSM; empty where there is none.
  std::vector<T> cotangent(const evaluation_type& at) const { return first_cotangent<0>(at); }

 private:
  deep_objective(const system_type& start, batch_shape batch, const L& loss)
      : base(start),
        batch_(batch),
        x_(static_cast<std::size_t>(batch.rows() * M::inputs), T(0)),
        y_(static_cast<std::size_t>(batch.sequences * label_count(start.layers, batch.steps)), T(0)),
        loss_(loss) {
    const std::size_t rows = y_.size() / (LossOfClasses<L> ? 1 : row());
    weight_ = T(1) / T(static_cast<double>(rows));
  }

  /// Labels for each sequence.
  static integer label_count(const network_type& net, integer steps) {
    return net.steps_after(steps) * (LossOfClasses<L> ? 1 : net.outputs());
  }

  static batch_shape checked_batch(const network_type& net, const labelled<T>& data) {
    checked_shape(data, M::inputs);
    const integer answers = label_count(net, data.kappa);
    if (data.answers != answers)
      refuse("objective", "labels for each sequence",
             to_text(answers) +
                 (LossOfClasses<L> ? ", a class for each answer" : ", as many as the model answers"),
             data.answers);
    if constexpr (LossOfClasses<L>) detail::require_classes("objective", view<T>(data.y), net.outputs());
    return {data.sequences(), data.kappa};
  }

  static const network_type& network(const evaluation_type& at) { return at.system_.layers; }
  /// Numbers that the loss sees at a time.
  std::size_t row() const {
    return RowLoss<L> ? static_cast<std::size_t>(this->start().layers.outputs()) : std::size_t{1};
  }
  /// The labels of the row that begins at answer i.
  std::span<const T> labels_of(std::size_t i) const {
    return LossOfClasses<L> ? view<T>(y_).subspan(i / row(), 1) : view<T>(y_).subspan(i, row());
  }
  void write_slopes(evaluation_type& at) const {
    const auto p = at.work_.output();
    for (std::size_t i = 0; i < p.size(); i += row()) {
      if constexpr (RowLoss<L>) {
        loss_.template derivative<T>(p.subspan(i, row()), labels_of(i),
                                     std::span<T>(at.slopes_).subspan(i, row()));
      } else {
        at.slopes_[i] = loss_.derivative(p[i], y_[i]);
      }
    }
    for (T& d : at.slopes_) d = weight_ * d;
  }
  template <std::size_t I>
  std::vector<T> first_cotangent(const evaluation_type& at) const {
    if constexpr (I == system_type::depth) {
      return {};
    } else if constexpr (requires { typename system_type::template layer_type<I>::structure_type; }) {
      return response_cotangent<I>(at);
    } else {
      return first_cotangent<I + 1>(at);
    }
  }

  batch_shape batch_;
  std::vector<T> x_;  // (N, kappa, m)
  std::vector<T> y_;  // (N, s, p)
  T weight_, loss_scale_ = T(0);
  std::array<std::uint32_t, lanes_of<T>> seeds_{};  // of what layers draw
  [[no_unique_address]] L loss_{};
};

}  // namespace lssm
