// SPDX-License-Identifier: BSD-3-Clause
// The loss of an SSM followed by a network f on its last output.
//
//   L = (1/N) Σ_n ℓ(f(v_n), y_n),  v_n = x̃_n · h,   g = dL/dh = (1/N) Σ_n ℓ'(f(v_n), y_n) ξ_n x̃_n,  ξ_n = f'(v_n)
//
// so that γ^(l) = -(l+1) g_{l+1} holds as without a network (paper, Proposition 1). Two ways to f, chosen while compiling:
//
//   every_value     the network at every v_n
//   two_values      of a bias-free ReLU network, f(v) = |v| f(sign v), ξ = f(1) or -f(-1): two evaluations serve any
//                   number of sequences. At v = 0 the derivative is 0, as ReLU's: linear networks, whose
//                   derivative is not, go the other way.
#pragma once

#include "../data/gram_matrix.hpp"
#include "../loss/concepts.hpp"
#include "../nn/with_network.hpp"
#include "checked_data.hpp"
#include "model_state.hpp"

namespace lssm {

struct every_value {};
struct two_values {};

/// The shorter way that a network allows.
template <class Network>
using shortest_way = std::conditional_t<Network::flat_at_zero, two_values, every_value>;

/// L = (1/N) Σ_n ℓ(network(ŷ_n), y_n): an SSM with a network on its last output.
template <class T, Model M, integer Kappa, Loss L, class Way = shortest_way<typename M::network_type>>
class network_objective {
 public:
  static_assert(std::is_same_v<Way, every_value> || M::network_type::flat_at_zero,
                "network_objective: two_values is for bias-free networks with a ReLU (docs/nn.md)");
  using scalar = T;
  using model = M;
  using state_type = model_state<T, M, Kappa>;
  using network_type = typename M::bound_network;
  static constexpr integer response_size = state_type::response_size;
  static constexpr bool curved = false;

  network_objective(const M& m, const typename state_type::system_type& start, const labelled<T>& data,
                    const L& loss = {}) requires SingleScalar<T>
      : network_objective(m, start, checked_length(data, M::inputs), data.sequences(), loss) {
    const std::size_t row = static_cast<std::size_t>(data.kappa * data.channels);
    std::vector<T> reversed(row, T(0));
    for (integer n = 0; n < data.sequences(); ++n) {
      reverse_time(data.input(n), data.channels, std::span<T>(reversed));
      for (std::size_t i = 0; i < row; ++i) x_[i * stride() + static_cast<std::size_t>(n)] = reversed[i];
    }
    std::copy(data.y.begin(), data.y.end(), y_.begin());
    for (const T& y : data.y) label_power_ = label_power_ + y * y * weights_[0];
    find_excited();
  }
  /// All lanes like `lane`, to be filled one by one with adopt().
  template <class Lane>
  network_objective(const M& m, const network_objective<Lane, M, Kappa, L, Way>& lane)
      : network_objective(m, m.template make<T>(), lane.kappa(), lane.sequences(), lane.loss()) {}
  template <class Lane>
  void adopt(std::size_t lane, const network_objective<Lane, M, Kappa, L, Way>& single) {
    require(single.kappa() == kappa() && single.sequences() == sequences(), "network_objective", "every lane",
            "of length " + std::to_string(kappa()) + " with " + std::to_string(sequences()) + " sequences",
            std::to_string(single.kappa()) + " and " + std::to_string(single.sequences()));
    set_lane(state_.system(), lane, single.system());
    for (std::size_t i = 0; i < static_cast<std::size_t>(kappa() * M::inputs); ++i)
      for (std::size_t n = 0; n < static_cast<std::size_t>(sequences()); ++n)
        scalar_traits<T>::set(x_[i * stride() + n], lane, single.input(i, n));
    for (std::size_t n = 0; n < static_cast<std::size_t>(sequences()); ++n)
      scalar_traits<T>::set(y_[n], lane, single.label(n));
    scalar_traits<T>::set(label_power_, lane, single.label_power());
    find_excited();
  }

  auto& system() { return state_.system(); }
  const auto& system() const { return state_.system(); }
  /// A number that every evaluation and every change raises (train/shared_objective.hpp).
  std::uint64_t changes() const { return state_.changes(); }
  /// With respect to (A, B, C) and the network, of the last value_and_gradient().
  const auto& system_gradient() { return state_.gradient(); }
  const L& loss() const { return loss_; }
  integer parameters() const { return state_.parameters(); }
  integer sequences() const { return sequences_; }
  integer kappa() const { return length(state_.cotangent()) / M::inputs; }
  auto theta() const { return state_.theta(); }
  const T& label_power() const { return label_power_; }
  auto& response() { return state_.response(); }
  const auto& cotangent() const { return state_.cotangent(); }
  /// f(v_n) (N) of the last evaluation.
  std::span<const T> predictions() const { return view<T>(predictions_).first(count()); }

  T value(std::span<const T> theta) {
    state_.set(theta);
    state_.write_response();
    return evaluate();
  }
  T value_and_gradient(std::span<const T> theta, std::span<T> dtheta) {
    const T loss = value(theta);
    pull_back_network();
    M::structure_type::pullback(state_.system(), view<T>(state_.cotangent()), state_.gradient());
    M::learned::pullback(theta, state_.gradient(), dtheta);
    return loss;
  }
  /// The network at the system as it stands, for outputs v of the SSM of any number: y = f(v).
  void apply_network(std::span<const T> v, std::span<T> y) const {
    if constexpr (std::is_same_v<Way, two_values>) {
      typename network_type::template workspace<T> work(network_, 2);
      const auto f = network_.template forward<T>(view<T>(system().network), view<T>(both_signs_), work);
      for (std::size_t n = 0; n < v.size(); ++n) y[n] = where(v[n] > T(0), v[n] * f[0], (T(0) - v[n]) * f[1]);
    } else {
      typename network_type::template workspace<T> work(network_, length(v));
      const auto f = network_.template forward<T>(view<T>(system().network), v, work);
      std::copy(f.begin(), f.end(), y.begin());
    }
  }

  const T& input(std::size_t i, std::size_t n) const { return x_[i * stride() + n]; }
  const T& label(std::size_t n) const { return y_[n]; }

 private:
  network_objective(const M& m, const typename state_type::system_type& start, integer kappa,
                    integer sequences, const L& loss)
      : state_(m, start, kappa),
        network_(m.network.bind(extent<1>{})),
        sequences_(sequences),
        x_(static_cast<std::size_t>(kappa * M::inputs * kernel::padded<T>(sequences)), T(0)),
        y_(stride(), T(0)),
        v_(y_),
        predictions_(y_),
        slopes_(y_),
        values_(y_),
        dv_(y_),
        weights_(y_),
        work_(network_, rows()),
        loss_(loss) {
    const T weight = T(1) / T(lane_of<T>(static_cast<double>(sequences)));
    std::fill_n(weights_.begin(), count(), weight);
    static_assert(
        M::outputs == 1,
        "network_objective: the network takes one number, so the SSM must have one output (docs/nn.md)");
  }

  static constexpr integer two = 2;
  integer rows() const { return std::is_same_v<Way, two_values> ? two : sequences_; }
  std::size_t count() const { return static_cast<std::size_t>(sequences_); }
  /// Padded number of sequences, whole blocks: the stride of x, y and scratch.
  std::size_t stride() const { return static_cast<std::size_t>(kernel::padded<T>(sequences_)); }

  /// Finds the entries of h that some sequence sees, and keeps a compact copy of their inputs.
  void find_excited() {
    excited_.clear();
    excited_x_.clear();
    seen_.clear();
    uneven_ = false;
    for (std::size_t i = 0; i < static_cast<std::size_t>(kappa() * M::inputs); ++i) {
      mask_of<T> never = T(0) == T(0);
      for (std::size_t n = 0; n < count(); ++n) never = never && is_zero(x_[i * stride() + n]);
      if (!any_lane<T>(!never)) continue;
      excited_.push_back(i);
      seen_.push_back(where(never, T(0), T(1)));
      uneven_ = uneven_ || any_lane<T>(never);
      excited_x_.insert(excited_x_.end(), x_.begin() + static_cast<std::ptrdiff_t>(i * stride()),
                        x_.begin() + static_cast<std::ptrdiff_t>((i + 1) * stride()));
    }
    h_.assign(excited_.size(), T(0));
    for (T& g : state_.cotangent()) g = T(0);
  }

  /// L; in slopes_ stands ∂L/∂f(v_n) then.
  T evaluate() {
    const auto& h = state_.response();
    for (std::size_t i = 0; i < excited_.size(); ++i) h_[i] = h[excited_[i]];
    for (std::size_t i = 0; i < excited_.size() && uneven_;
         ++i)  // an entry may overflow in lanes that do not see it
      h_[i] = where(seen_[i] > T(0), h_[i], T(0));
    kernel::weigh_rows(view<T>(h_), excited_x_.data(), stride(), v_.data());
    predict();
    for (std::size_t n = 0; n < count(); ++n) {  // padding is skipped: the loss may be undefined there
      values_[n] = loss_.value(predictions_[n], y_[n]);
      slopes_[n] = weights_[n] * loss_.derivative(predictions_[n], y_[n]);
    }
    return kernel::dot(view<T>(values_), view<T>(weights_));
  }
  void predict() {
    const std::span<const T> theta = view<T>(system().network);
    if constexpr (std::is_same_v<Way, two_values>) {
      const auto f = network_.template forward<T>(theta, view<T>(both_signs_), work_);
      const T up = f[0], down = T(0) - f[1];  // ξ on either side
      for (std::size_t n = 0; n < v_.size(); ++n) predictions_[n] = v_[n] * where(v_[n] > T(0), up, down);
    } else {
      const auto f = network_.template forward<T>(theta, view<T>(v_).first(count()), work_);
      std::copy(f.begin(), f.end(), predictions_.begin());
    }
  }
  /// From slopes_ to the gradient of the network's parameters and the cotangent g.
  void pull_back_network() {
    const std::span<const T> theta = view<T>(system().network);
    const std::span<T> dtheta(state_.gradient().network);
    for (T& d : dtheta) d = T(0);
    if constexpr (std::is_same_v<Way, two_values>) {
      const auto f = work_.output();
      const T up = f[0], down = T(0) - f[1];
      for (std::size_t n = 0; n < v_.size(); ++n) {
        values_[n] = where(v_[n] > T(0), slopes_[n], T(0));
        dv_[n] = where(v_[n] < T(0), slopes_[n], T(0));
      }
      const std::array<T, 2> dy{kernel::dot(view<T>(values_), view<T>(v_)),
                                T(0) - kernel::dot(view<T>(dv_), view<T>(v_))};
      for (std::size_t n = 0; n < v_.size(); ++n) dv_[n] = mul_add(values_[n], up, dv_[n] * down);
      network_.template backward<T>(theta, view<T>(both_signs_), view<T>(dy), work_, dtheta,
                                    std::span<T>());  // ξ is known
    } else {
      network_.template backward<T>(theta, view<T>(v_).first(count()), view<T>(slopes_).first(count()), work_,
                                    dtheta, std::span<T>(dv_).first(count()));
    }
    auto& g = state_.cotangent();
    for (std::size_t i = 0; i < excited_.size(); ++i)
      g[excited_[i]] = kernel::dot(view<T>(dv_), view<T>(excited_x_).subspan(i * stride(), stride()));
  }

  state_type state_;
  network_type network_;
  integer sequences_;
  std::array<T, 2> both_signs_{T(1), T(-1)};
  std::vector<T> x_, excited_x_;  // (κm, N), (excited entries, N): last first, in whole blocks
  std::vector<T> y_, v_, predictions_, slopes_, values_, dv_;  // (N), in whole blocks
  std::vector<T> weights_;                                     // (N): 1/N, and 0 beyond
  std::vector<std::size_t> excited_;
  std::vector<T> h_, seen_;  // at excited entries; 1 in the lanes that see it
  bool uneven_ = false;
  typename network_type::template workspace<T> work_;
  T label_power_ = T(0);
  [[no_unique_address]] L loss_{};
};

}  // namespace lssm
