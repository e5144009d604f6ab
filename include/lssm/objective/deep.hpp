// SPDX-License-Identifier: BSD-3-Clause
// The loss of a model of layers, over all its answers: those of every step, or behind last_output of the last.
//
//   L = 1/(N s p) Σ_{n,t,i} ℓ(ŷ_n[t,i], y_n[t,i])          of a loss of one number
//   L = 1/(N s) Σ_{n,t} ℓ(ŷ_n[t], y_n[t])                  of a loss of rows
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
#include "change_count.hpp"
#include "checked_data.hpp"

namespace lssm {

/// L(θ) of layers in a row: the mean loss over sequences and answers.
template <class T, LayeredModel M, integer Kappa, class L>
class deep_objective {
  static_assert(
      Loss<L> || RowLoss<L>,
      "deep_objective: the loss lacks value or derivative, of one number or of a row (docs/loss.md)");

 public:
  using scalar = T;
  using model = M;
  using system_type = typename M::template system<T>;
  using network_type = typename M::bound_network;
  static constexpr bool curved = false;

  deep_objective(const M&, const system_type& start, const labelled<T>& data,
                 const L& loss = {}) requires SingleScalar<T>
      : deep_objective(start, checked_batch(start.layers, data), loss) {
    std::copy(data.x.begin(), data.x.end(), x_.begin());
    std::copy(data.y.begin(), data.y.end(), y_.begin());
    for (const T& y : y_) label_power_ = label_power_ + y * y / T(static_cast<double>(y_.size()));
  }
  /// All lanes like `lane`, to be filled one by one with adopt().
  template <class Lane>
  deep_objective(const M& m, const deep_objective<Lane, M, Kappa, L>& lane)
      : deep_objective(m.template make<T>(), lane.batch(), lane.loss()) {}
  template <class Lane>
  void adopt(std::size_t lane, const deep_objective<Lane, M, Kappa, L>& single) {
    require(single.batch() == batch_, "deep_objective", "every lane",
            std::to_string(batch_.sequences) + " sequences of length " + std::to_string(batch_.steps),
            std::to_string(single.batch().sequences) + " of " + std::to_string(single.batch().steps));
    changes_.next();
    set_lane(*this, lane, single);
  }

  static constexpr auto parts(auto& o) {
    return std::tuple(part("system", o.system_), part("x", o.x_), part("y", o.y_),
                      part("label_power", o.label_power_));
  }

  /// Whoever takes it may change it.
  auto& system() {
    changes_.next();
    return system_;
  }
  const auto& system() const { return system_; }
  /// A number that every evaluation and every change raises (train/shared_objective.hpp).
  std::uint64_t changes() const { return changes_.number(); }
  /// With respect to every parameter of every layer, of the last value_and_gradient().
  const auto& system_gradient() const { return gradient_; }
  const L& loss() const { return loss_; }
  integer parameters() const { return M::learned::count(system_); }
  integer sequences() const { return batch_.sequences; }
  integer kappa() const { return batch_.steps; }
  batch_shape batch() const { return batch_; }
  const T& label_power() const { return label_power_; }
  auto theta() const {
    auto t = zeros<T>(extent<M::known_parameters>(parameters()));
    M::learned::from_system(system_, std::span<T>(t));
    return t;
  }
  /// ŷ (N, s, p) of the last evaluation.
  std::span<const T> predictions() const { return work_.output(); }

  T value(std::span<const T> theta) {
    changes_.next();
    M::learned::to_system(theta, system_);
    const auto p = network().template forward<T>(system_, view<T>(x_), work_);
    T total(0);
    for (std::size_t i = 0; i < p.size(); i += row()) {
      if constexpr (RowLoss<L>) {
        total = total + loss_.template value<T>(p.subspan(i, row()), view<T>(y_).subspan(i, row()));
      } else {
        total = total + loss_.value(p[i], y_[i]);
      }
    }
    return weight_ * total;
  }
  T value_and_gradient(std::span<const T> theta, std::span<T> dtheta) {
    const T loss = value(theta);
    write_slopes();
    each_number([](T& d) { d = T(0); }, gradient_);
    network().template backward<T>(system_, view<T>(x_), view<T>(slopes_), work_, gradient_, std::span<T>());
    M::learned::pullback(theta, gradient_, dtheta);
    return loss;
  }

  /// y for other inputs (batch, m) than those of training.
  void apply(std::span<const T> x, batch_shape batch, std::span<T> y) const {
    typename network_type::template workspace<T> work(network(), batch);
    const auto out = network().template forward<T>(system_, x, work);
    std::copy(out.begin(), out.end(), y.begin());
  }

  /// g (steps, p', m') of layer I, an SSM, from the last value_and_gradient().
  template <std::size_t I>
  std::vector<T> response_cotangent() const {
    using layer = typename system_type::template layer_type<I>;
    static_assert(
        requires { typename layer::structure_type; },
        "response_cotangent: this layer is no ssm (docs/nn.md)");
    constexpr std::size_t m = layer::structure_type::inputs, p = layer::structure_type::outputs;
    std::span<const T> u = view<T>(x_), dv = view<T>(slopes_);
    if constexpr (I > 0) u = work_.output(I - 1);
    if constexpr (I + 1 < system_type::depth) dv = work_.cotangent(I);
    const std::size_t steps = u.size() / m / static_cast<std::size_t>(batch_.sequences);
    std::vector<T> g(steps * p * m, T(0));
    for (std::size_t n = 0; n < u.size() / m; n += steps)
      kernel::add_correlation<m, p>(dv.subspan(n * p, steps * p), u.subspan(n * m, steps * m),
                                    std::span<T>(g));
    return g;
  }
  /// That of the first SSM; empty where there is none.
  const std::vector<T>& cotangent() {
    cotangent_ = first_cotangent<0>();
    return cotangent_;
  }

  /// Squared norms of the gradients by all slots of each role that move, and by the weights of other layers.
  std::array<T, role_count> role_squares() const {
    std::array<T, role_count> sum;
    sum.fill(T(0));
    gradient_.each_layer([&]<class Bound>(const Bound&, const auto& d) {
      if constexpr (requires { typename Bound::structure_type; }) {
        detail::each_moved_slot<typename Bound::learned, typename Bound::structure_type>(
            [&]<class Slot>(Slot) { add_squares(Slot::of(d), sum[role_of<Slot>::index]); });
      } else {
        add_squares(d, sum[network_role::index]);
      }
    });
    return sum;
  }

 private:
  deep_objective(const system_type& start, batch_shape batch, const L& loss)
      : system_(start),
        gradient_(start),
        batch_(batch),
        x_(static_cast<std::size_t>(batch.rows() * M::inputs), T(0)),
        work_(start.layers, batch),
        y_(work_.output().begin(), work_.output().end()),
        slopes_(y_),
        loss_(loss) {
    const std::size_t rows = y_.size() / row();
    weight_ = T(1) / T(static_cast<double>(rows));
  }

  static batch_shape checked_batch(const network_type& net, const labelled<T>& data) {
    checked_shape(data, M::inputs);
    const integer answers = net.steps_after(data.kappa) * net.outputs();
    require(data.answers == answers, "objective", "labels for each sequence",
            std::to_string(answers) + ", as many as the model answers", data.answers);
    return {data.sequences(), data.kappa};
  }

  const network_type& network() const { return system_.layers; }
  /// Numbers that the loss sees at a time.
  std::size_t row() const {
    return RowLoss<L> ? static_cast<std::size_t>(network().outputs()) : std::size_t{1};
  }
  void write_slopes() {
    const auto p = work_.output();
    for (std::size_t i = 0; i < p.size(); i += row()) {
      if constexpr (RowLoss<L>) {
        loss_.template derivative<T>(p.subspan(i, row()), view<T>(y_).subspan(i, row()),
                                     std::span<T>(slopes_).subspan(i, row()));
      } else {
        slopes_[i] = loss_.derivative(p[i], y_[i]);
      }
    }
    for (T& d : slopes_) d = weight_ * d;
  }
  template <std::size_t I>
  std::vector<T> first_cotangent() const {
    if constexpr (I == system_type::depth) {
      return {};
    } else if constexpr (requires { typename system_type::template layer_type<I>::structure_type; }) {
      return response_cotangent<I>();
    } else {
      return first_cotangent<I + 1>();
    }
  }
  static void add_squares(const auto& numbers, T& sum) {
    each_number([&](const T& x) { sum = mul_add(x, x, sum); }, numbers);
  }

  system_type system_, gradient_;
  batch_shape batch_;
  std::vector<T> x_;  // (N, kappa, m)
  typename network_type::template workspace<T> work_;
  std::vector<T> y_, slopes_;  // (N, s, p)
  std::vector<T> cotangent_;   // (kappa, p', m'), written when asked for
  T weight_, label_power_ = T(0);
  detail::change_count changes_;
  [[no_unique_address]] L loss_{};
};

}  // namespace lssm
