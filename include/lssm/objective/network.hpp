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
#include "../kernel/two_sides.hpp"
#include "../loss/concepts.hpp"
#include "../nn/with_network.hpp"
#include "checked_data.hpp"
#include "evaluation.hpp"
#include "excited_entries.hpp"
#include "lanes_alike.hpp"
#include "model_start.hpp"

namespace lssm {

struct every_value {};
struct two_values {};

/// The shorter way that a network allows.
template <class Network>
using shortest_way = std::conditional_t<Network::flat_at_zero, two_values, every_value>;

/// An evaluation of network_objective.
template <class T, Model M, integer Kappa>
class network_evaluation : public evaluation<T, M, Kappa> {
 public:
  using base = evaluation<T, M, Kappa>;
  using network_type = typename M::bound_network;

  network_evaluation(const typename base::system_type& start, integer kappa, std::size_t sequences,
                     std::size_t stride, std::size_t excited, const network_type& network, integer rows)
      : base(start, kappa),
        v_(stride, T(0)),
        predictions_(v_),
        slopes_(v_),
        values_(v_),
        dv_(v_),
        h_(static_cast<std::size_t>(kernel::padded<T>(static_cast<integer>(excited))), T(0)),
        sequences_(sequences),
        work_(network, rows) {}
  /// f(v_n) (N)
  std::span<const T> predictions() const { return view<T>(predictions_).first(sequences_); }

 private:
  template <class, Model, integer, Loss, class>
  friend class network_objective;
  std::vector<T> v_, predictions_, slopes_, values_, dv_;  // (N), in whole blocks
  std::vector<T> h_;                                       // at excited entries, in whole blocks
  std::size_t sequences_;
  typename network_type::template workspace<T> work_;
};

/// L = (1/N) Σ_n ℓ(network(ŷ_n), y_n): an SSM with a network on its last output.
template <class T, Model M, integer Kappa, Loss L, class Way = shortest_way<typename M::network_type>>
class network_objective : public model_start<T, M> {
  using base = model_start<T, M>;

 public:
  static_assert(std::is_same_v<Way, every_value> || M::network_type::flat_at_zero,
                "network_objective: two_values is for bias-free networks with a ReLU (docs/nn.md)");
  using evaluation_type = network_evaluation<T, M, Kappa>;
  using network_type = typename M::bound_network;
  static constexpr integer response_size = evaluation_type::response_size;
  static constexpr bool curved = false;

  network_objective(const M& m, const typename base::system_type& start, const labelled<T>& data,
                    const L& loss = {}) requires SingleScalar<T>
      : network_objective(m, start, checked_length(data, M::inputs), data.sequences(), loss) {
    const std::size_t row = static_cast<std::size_t>(data.kappa * data.channels);
    std::vector<T> reversed(row, T(0));
    for (integer n = 0; n < data.sequences(); ++n) {
      reverse_time(data.input(n), data.channels, std::span<T>(reversed));
      for (std::size_t i = 0; i < row; ++i) x_[i * stride() + static_cast<std::size_t>(n)] = reversed[i];
    }
    std::copy(data.y.begin(), data.y.end(), y_.begin());
    for (const T& y : data.y) loss_scale_ = loss_scale_ + y * y * weights_[0];
    find_excited();
  }
  /// All lanes like `lane`, to be filled one by one with adopt().
  template <class Lane>
  network_objective(const M& m, const network_objective<Lane, M, Kappa, L, Way>& lane)
      : network_objective(m, m.template make<T>(), lane.kappa(), lane.sequences(), lane.loss()) {}
  template <class Lane>
  void adopt(std::size_t lane, const network_objective<Lane, M, Kappa, L, Way>& single) {
    if (!(single.kappa() == kappa() && single.sequences() == sequences()))
      refuse("network_objective", "every lane",
             "of length " + to_text(kappa()) + " with " + to_text(sequences()) + " sequences",
             to_text(single.kappa()) + " and " + to_text(single.sequences()));
    detail::adopt_loss<T>(loss_, single.loss());
    this->count_change();
    set_lane(this->start(), lane, single.start_system());
    for (std::size_t i = 0; i < static_cast<std::size_t>(kappa() * M::inputs); ++i)
      for (std::size_t n = 0; n < static_cast<std::size_t>(sequences()); ++n)
        scalar_traits<T>::set(x_[i * stride() + n], lane, single.input(i, n));
    for (std::size_t n = 0; n < static_cast<std::size_t>(sequences()); ++n)
      scalar_traits<T>::set(y_[n], lane, single.label(n));
    scalar_traits<T>::set(loss_scale_, lane, single.loss_scale());
    found_ = false;
  }
  /// Ends a sequence of adopt(): to be called when all lanes are there.
  void adopted() { find_excited(); }
  /// Evaluations get room for what `all` sees, from where every sequence will be taken.
  void see_as(const network_objective& all) {
    excited_ = all.excited_;
    taken();
  }
  /// Ends a sequence of take().
  void taken() {
    found_ = true;
    excited_.renew(never_seen());
    copy_excited();
  }

  /// Makes sequence `to`, in one lane, a copy of sequence `from` of another objective of this kind, labels included.
  void take(std::size_t to, std::size_t lane, const network_objective& other, std::size_t from) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(kappa() * M::inputs); ++i)
      copy_lane<T>(lane, std::span(&other.x_[i * other.stride() + from], 1), &x_[i * stride() + to]);
    copy_lane<T>(lane, std::span(&other.y_[from], 1), &y_[to]);
    found_ = false;
  }
  /// The labels, sequence by sequence.
  std::span<T> labels() { return std::span<T>(y_).first(count()); }
  const L& loss() const { return loss_; }
  integer sequences() const { return sequences_; }
  integer kappa() const { return kappa_; }
  /// (1/N) Σ_n y_n²: the squared loss of a student that answers zero.
  const T& loss_scale() const { return loss_scale_; }
  evaluation_type workspace() const {
    require(found_, "network_objective", "adopted()", "called after the last adopt()", "an earlier call");
    return evaluation_type(this->start(), kappa_, count(), stride(), excited_.size(), network_, rows());
  }

  T value(std::span<const T> theta, evaluation_type& at) const {
    this->require_length("theta", theta.size());
    at.stand_at(theta);
    at.write_response();
    return evaluate(at);
  }
  T value_and_gradient(std::span<const T> theta, std::span<T> dtheta, evaluation_type& at) const {
    this->require_length("dtheta", dtheta.size());
    const T loss = value(theta, at);
    pull_back_network(at);
    M::structure_type::pullback(at.system(), view<T>(at.cotangent()), at.gradient());
    M::learned::pullback(theta, at.gradient(), dtheta);
    return loss;
  }
  const auto& cotangent(const evaluation_type& at) const { return at.cotangent(); }
  /// y = f(v) for outputs v of the SSM of any number, by the network where `at` stands.
  void apply_network(std::span<const T> v, std::span<T> y, const evaluation_type& at) const {
    if (y.size() != v.size()) refuse("objective", "y", "of " + to_text(v.size()) + " numbers", y.size());
    if constexpr (std::is_same_v<Way, two_values>) {
      typename network_type::template workspace<T> work(network_, 2);
      const auto f = network_.template forward<T>(view<T>(at.system().network), view<T>(both_signs_), work);
      for (std::size_t n = 0; n < v.size(); ++n) y[n] = where(v[n] > T(0), v[n] * f[0], (T(0) - v[n]) * f[1]);
    } else {
      typename network_type::template workspace<T> work(network_, length(v));
      const auto f = network_.template forward<T>(view<T>(at.system().network), v, work);
      std::copy(f.begin(), f.end(), y.begin());
    }
  }

  const T& input(std::size_t i, std::size_t n) const { return x_[i * stride() + n]; }
  const T& label(std::size_t n) const { return y_[n]; }

 private:
  network_objective(const M& m, const typename base::system_type& start, integer kappa, integer sequences,
                    const L& loss)
      : base(start),
        network_(m.network.bind(extent<1>{})),
        kappa_(kappa),
        sequences_(sequences),
        x_(static_cast<std::size_t>(kappa * M::inputs * kernel::padded<T>(sequences)), T(0)),
        y_(stride(), T(0)),
        weights_(y_),
        loss_(loss) {
    const T weight = T(1) / T(lane_of<T>(static_cast<double>(sequences)));
    std::fill_n(weights_.begin(), count(), weight);
    static_assert(
        M::outputs == 1,
        "network_objective: the network takes one number, so the SSM must have one output (docs/nn.md)");
  }

  static constexpr integer two = 2;
  /// ξ on either side of zero, from f(1) and f(-1).
  static kernel::two_sided<T> sides(std::span<const T> f) { return {f[0], T(0) - f[1]}; }
  integer rows() const { return std::is_same_v<Way, two_values> ? two : sequences_; }
  std::size_t count() const { return static_cast<std::size_t>(sequences_); }
  /// Padded number of sequences, whole blocks: the stride of x, y and scratch.
  std::size_t stride() const { return static_cast<std::size_t>(kernel::padded<T>(sequences_)); }

  /// Finds the entries of h that some sequence sees, and keeps a compact copy of their inputs.
  void find_excited() {
    found_ = true;
    excited_.find(static_cast<std::size_t>(kappa() * M::inputs), never_seen());
    copy_excited();
  }
  /// The lanes in which no sequence sees entry i.
  auto never_seen() const {
    return [this](std::size_t i) {
      mask_of<T> never = T(0) == T(0);
      for (std::size_t n = 0; n < count(); ++n) never = never && is_zero(x_[i * stride() + n]);
      return never;
    };
  }
  void copy_excited() {
    excited_x_.clear();
    for (const std::size_t i : excited_.entries())
      excited_x_.insert(excited_x_.end(), x_.begin() + static_cast<std::ptrdiff_t>(i * stride()),
                        x_.begin() + static_cast<std::ptrdiff_t>((i + 1) * stride()));
    excited_x_.resize(static_cast<std::size_t>(kernel::padded<T>(length(excited_.entries()))) * stride(),
                      T(0));
  }

  /// L; in slopes_ stands ∂L/∂f(v_n) then.
  T evaluate(evaluation_type& at) const {
    const auto& h = at.response();
    for (std::size_t i = 0; i < excited_.size(); ++i) at.h_[i] = h[excited_[i]];
    excited_.forget_unseen(std::span<T>(at.h_));
    kernel::weigh_rows(view<T>(at.h_).first(excited_.size()), excited_x_.data(), stride(), at.v_.data());
    predict(at);
    for (std::size_t n = 0; n < count(); ++n) {  // padding is skipped: the loss may be undefined there
      at.values_[n] = loss_.value(at.predictions_[n], y_[n]);
      at.slopes_[n] = weights_[n] * loss_.derivative(at.predictions_[n], y_[n]);
    }
    return kernel::dot(view<T>(at.values_), view<T>(weights_));
  }
  void predict(evaluation_type& at) const {
    const std::span<const T> theta = view<T>(at.system().network);
    if constexpr (std::is_same_v<Way, two_values>) {
      const auto f = network_.template forward<T>(theta, view<T>(both_signs_), at.work_);
      kernel::apply(sides(f), view<T>(at.v_), std::span<T>(at.predictions_));
    } else {
      const auto f = network_.template forward<T>(theta, view<T>(at.v_).first(count()), at.work_);
      std::copy(f.begin(), f.end(), at.predictions_.begin());
    }
  }
  /// Pulls at.slopes_ back to the gradient of the network's parameters and the cotangent g.
  void pull_back_network(evaluation_type& at) const {
    const std::span<const T> theta = view<T>(at.system().network);
    const std::span<T> dtheta(at.gradient().network);
    for (T& d : dtheta) d = T(0);
    if constexpr (std::is_same_v<Way, two_values>) {
      const auto [above, below] = kernel::pull_back(sides(at.work_.output()), view<T>(at.slopes_),
                                                    view<T>(at.v_), std::span<T>(at.dv_));
      const std::array<T, 2> dy{above, T(0) - below};
      network_.template backward<T>(theta, view<T>(both_signs_), view<T>(dy), at.work_, dtheta,
                                    std::span<T>());  // ξ is known
    } else {
      network_.template backward<T>(theta, view<T>(at.v_).first(count()), view<T>(at.slopes_).first(count()),
                                    at.work_, dtheta, std::span<T>(at.dv_).first(count()));
    }
    kernel::dots(view<T>(at.dv_), excited_x_.data(), std::span<T>(at.h_));
    auto& g = at.cotangent();
    for (std::size_t i = 0; i < excited_.size(); ++i) g[excited_[i]] = at.h_[i];
  }

  network_type network_;
  integer kappa_, sequences_;
  std::array<T, 2> both_signs_{T(1), T(-1)};
  std::vector<T> x_, excited_x_;  // (κm, N), (excited entries, N): last first, in whole blocks
  std::vector<T> y_, weights_;    // (N), in whole blocks; weights are 1/N, and 0 beyond
  detail::excited_entries<T> excited_;
  bool found_ = true;  // whether excited_ belongs to the inputs
  T loss_scale_ = T(0);
  [[no_unique_address]] L loss_{};
};

}  // namespace lssm
