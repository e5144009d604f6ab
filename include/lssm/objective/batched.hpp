// SPDX-License-Identifier: BSD-3-Clause
// An objective in batches: the loss over the sequences that a step sees (data/batches.hpp), a mean over these.
//
//   Full    the form of all sequences, for batches that hold every sequence
//   Part    the form of a batch, which keeps sequences: raw for the Gram form, else the same form
//
// Which batch it is belongs to the evaluation: move_to(at, steps) makes it that of the step to come. A loss that stop rules
// see is that of the next batch at the new θ; a loss over all data is an observer's to compute.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <type_traits>

#include "../data/batches.hpp"
#include "../data/label.hpp"
#include "../loss/concepts.hpp"
#include "../ssm/slots.hpp"
#include "evaluated.hpp"

namespace lssm {

/// An evaluation of batched_objective: the batch of each lane, and what came of it.
template <class Full, class Part>
class batched_evaluation {
 public:
  using T = typename Full::scalar;

  const auto& system() const { return whole() ? full_.system() : at_.system(); }
  auto& system() { return whole() ? full_.system() : at_.system(); }
  const auto& gradient() const { return whole() ? full_.gradient() : at_.gradient(); }
  auto& gradient() { return whole() ? full_.gradient() : at_.gradient(); }
  std::array<T, role_count> role_squares() const requires requires(const evaluation_of<Part>& at) {
    at.role_squares();
  }
  { return whole() ? full_.role_squares() : at_.role_squares(); }

 private:
  template <class, class>
  friend class batched_objective;
  batched_evaluation(const Full& full, const Part& part,
                     const std::array<detail::batch_order, lanes_of<T>>& orders)
      : full_(full.workspace()), part_(part), at_(part.workspace()), orders_(orders) {
    steps_.fill(~std::uint64_t{0});
  }
  bool whole() const { return orders_[0].whole(); }

  evaluation_of<Full> full_;
  Part part_;  // the sequences of the batches
  evaluation_of<Part> at_;
  std::array<detail::batch_order, lanes_of<T>> orders_;
  std::array<std::uint64_t, lanes_of<T>> steps_;
};

/// The loss of a batch.
template <class Full, class Part>
class batched_objective : public Full {
 public:
  using T = typename Full::scalar;
  using evaluation_type = batched_evaluation<Full, Part>;
  static constexpr bool curved = false;
  static constexpr bool any_number_of_sequences = false;
  void evaluate_response() const = delete;  // the loss is no function of the response of all data

  /// `make(data)` and `make_part(data)` give the two forms.
  template <class Make, class MakePart>
  batched_objective(const labelled<T>& data, const batches& b, std::uint32_t seed, Make make,
                    MakePart make_part)
      : Full(make(data)),
        orders_{detail::batch_order(b, seed, data.sequences())},
        part_(make_part(first(data, orders_[0].size()))) {
    if constexpr (requires { requires LossOfClasses<std::remove_cvref_t<decltype(part_.loss())>>; })
      require(!orders_[0].noisy(), "batches", "label_noise", "0 where labels are classes", b.label_noise);
    if constexpr (!keeps_sequences) all_.emplace(make_part(data));
    see_all();
  }
  /// All lanes like `lane`, to be filled one by one with adopt().
  template <class M, class LaneFull, class LanePart>
  batched_objective(const M& m, const batched_objective<LaneFull, LanePart>& lane)
      : Full(m, static_cast<const LaneFull&>(lane)), orders_(like(lane.order())), part_(m, lane.part()) {
    if constexpr (!keeps_sequences) all_.emplace(m, lane.all());
  }
  template <class LaneFull, class LanePart>
  void adopt(std::size_t lane, const batched_objective<LaneFull, LanePart>& single) {
    if (single.order().size() != orders_[0].size())
      refuse("batches", "every lane",
             "of batches of " + to_text(orders_[0].size()) + " sequences, as the first",
             single.order().size());
    require(single.order().whole() == orders_[0].whole(), "batches", "every lane",
            orders_[0].whole() ? "of one batch of all sequences, as the first"
                               : "in batches or with noisy labels, as the first",
            "another kind");
    Full::adopt(lane, static_cast<const LaneFull&>(single));
    if constexpr (!keeps_sequences) all_->adopt(lane, single.all());
    part_.adopt(lane, single.part());
    orders_[lane] = single.order();
  }
  void adopted() {
    const auto finish = [](auto& f) {
      if constexpr (requires { f.adopted(); }) f.adopted();
    };
    finish(static_cast<Full&>(*this)), finish(part_);
    if constexpr (!keeps_sequences) finish(*all_);
    see_all();
  }

  /// The form that holds every sequence, from which batches take theirs.
  const Part& all() const {
    if constexpr (keeps_sequences) {
      return *this;
    } else {
      return *all_;
    }
  }
  const Part& part() const { return part_; }
  const detail::batch_order& order() const { return orders_[0]; }
  integer sequences() const { return all().sequences(); }
  integer steps_per_epoch() const { return orders_[0].steps_per_epoch(); }

  /// The lanes in which a kernel may hold the Gram matrix: of a batch that changes, none.
  mask_of<T> gram_suffices() const requires requires(const Full& full) { full.gram_suffices(); }
  { return Full::gram_suffices() && mask_of<T>(order().whole() ? T(0) == T(0) : T(0) != T(0)); }

  /// Makes an evaluation of the first step's batch.
  evaluation_type workspace() const {
    evaluation_type at(*this, part_, orders_);
    take_batch(at, T(0));
    return at;
  }
  /// Makes the batch that each lane sees after so many steps, and what its layers draw in that step.
  void move_to(evaluation_type& at, const T& steps) const {
    take_batch(at, steps);
    if constexpr (requires { at.part_.move_to(at.at_, steps); })
      at.whole() ? Full::move_to(at.full_, steps) : at.part_.move_to(at.at_, steps);
  }

  T value(std::span<const T> theta, evaluation_type& at) const {
    return at.whole() ? Full::value(theta, at.full_) : at.part_.value(theta, at.at_);
  }
  T value_and_gradient(std::span<const T> theta, std::span<T> dtheta, evaluation_type& at) const {
    return at.whole() ? Full::value_and_gradient(theta, dtheta, at.full_)
                      : at.part_.value_and_gradient(theta, dtheta, at.at_);
  }
  detail::cotangent_of<Part> cotangent(const evaluation_type& at) const {
    using type = detail::cotangent_of<Part>;
    return at.whole() ? type(Full::cotangent(at.full_)) : type(at.part_.cotangent(at.at_));
  }
  /// What a network or layers answer to other inputs than those of training, where `at` stands.
  void apply_network(std::span<const T> v, std::span<T> y, const evaluation_type& at) const requires
      requires(const Full& f, const evaluation_of<Full>& full) {
    f.apply_network(v, y, full);
  }
  { at.whole() ? Full::apply_network(v, y, at.full_) : at.part_.apply_network(v, y, at.at_); }
  void apply(std::span<const T> x, auto batch, std::span<T> y, const evaluation_type& at) const requires
      requires(const Full& f, const evaluation_of<Full>& full) {
    f.apply(x, batch, y, full);
  }
  { at.whole() ? Full::apply(x, batch, y, at.full_) : at.part_.apply(x, batch, y, at.at_); }
  /// g of layer I, an SSM, for the batch.
  template <std::size_t I>
  auto response_cotangent(const evaluation_type& at) const {
    return at.whole() ? Full::template response_cotangent<I>(at.full_)
                      : at.part_.template response_cotangent<I>(at.at_);
  }

 private:
  void take_batch(evaluation_type& at, const T& steps) const {
    if (at.whole()) return;
    bool moved = false;
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      const auto step = static_cast<std::uint64_t>(value_of(scalar_traits<T>::get(steps, lane)));
      if (step == at.steps_[lane]) continue;
      at.steps_[lane] = step;
      moved = true;
      auto& order = at.orders_[lane];
      const auto& members = order.members(step);
      for (std::size_t i = 0; i < members.size(); ++i) at.part_.take(i, lane, all(), members[i]);
      const std::span<T> labels = at.part_.labels();
      for (std::size_t i = 0; order.noisy() && i < labels.size(); ++i) {
        using L = lane_of<T>;
        const L y = scalar_traits<T>::get(labels[i], lane);
        scalar_traits<T>::set(labels[i], lane, y + L(order.noise(step, i, labels.size())));
      }
    }
    if constexpr (requires { at.part_.taken(); })
      if (moved) at.part_.taken();
  }
  void see_all() {
    if constexpr (requires { part_.see_as(all()); }) part_.see_as(all());
  }
  static labelled<T> first(labelled<T> data, std::size_t sequences) {
    std::vector<T> x, y;
    const auto row = static_cast<std::size_t>(data.kappa * data.channels),
               each = static_cast<std::size_t>(data.answers);
    for (std::size_t n = 0; n < sequences;
         ++n) {  // again from the first where a batch is larger than the data
      const std::size_t from = n % static_cast<std::size_t>(data.sequences());
      x.insert(x.end(), data.x.begin() + static_cast<std::ptrdiff_t>(from * row),
               data.x.begin() + static_cast<std::ptrdiff_t>((from + 1) * row));
      y.insert(y.end(), data.y.begin() + static_cast<std::ptrdiff_t>(from * each),
               data.y.begin() + static_cast<std::ptrdiff_t>((from + 1) * each));
    }
    data.x = std::move(x);
    data.y = std::move(y);
    return data;
  }
  static std::array<detail::batch_order, lanes_of<T>> like(const detail::batch_order& order) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return std::array<detail::batch_order, lanes_of<T>>{((void)I, order)...};
    }
    (std::make_index_sequence<lanes_of<T>>());
  }

  static constexpr bool keeps_sequences = std::is_same_v<Full, Part>;
  std::optional<Part> all_;  // where Full keeps none
  std::array<detail::batch_order, lanes_of<T>> orders_;
  Part part_;  // as many sequences as a batch has
};

}  // namespace lssm
