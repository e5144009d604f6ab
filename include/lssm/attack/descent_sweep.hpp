// SPDX-License-Identifier: BSD-3-Clause
// The steps of a descent backwards, one by one: constraint, move, rule, clipping, gradient.
#pragma once

#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "../train/descent.hpp"
#include "adaptive_adjoint.hpp"
#include "second_order_modes.hpp"

namespace lssm::detail {

/// The derivative by the clipped gradient becomes that by the gradient itself.
template <class T, class Clipping>
void unclip(const Clipping& clip, std::span<const T> gradient, std::span<T> bar) {
  if constexpr (!std::is_same_v<Clipping, unclipped>) {
    const T most(clip.most);
    if constexpr (std::is_same_v<Clipping, clip_entries>) {
      for (std::size_t i = 0; i < bar.size(); ++i) bar[i] = where(abs_of(gradient[i]) > most, T(0), bar[i]);
    } else {
      const auto n = kernel::scaled_norm(gradient);
      const T norm = n.largest * n.ratio;
      if (!(norm > most)) return;
      T along(0);
      for (std::size_t i = 0; i < bar.size(); ++i) along = mul_add(bar[i], gradient[i] / norm, along);
      for (std::size_t i = 0; i < bar.size(); ++i)
        bar[i] = (bar[i] - along * (gradient[i] / norm)) * (most / norm);
    }
  }
}

/// A constraint backwards: bar becomes the derivative by θ before it, told in `theta` (n).
template <class Descent, class Objective>
class constraint_adjoint {
  using T = typename Objective::scalar;
  using D = dual<T>;
  using constraint_type = typename Descent::constraint_type;
  /// All that a constraint asks of an objective, in dual numbers.
  struct started {
    using scalar = D;
    using model = typename Objective::model;
    const typename model::template system<D>& system;
    const auto& start_system() const { return system; }
  };
  static constexpr bool of_modes = acts_on_modes<constraint_type, typename Objective::model>;

 public:
  constraint_adjoint(const Descent& d, const typename Objective::model& model, const Objective& f)
      : bound_(bound_policy<D>(std::span<const constraint_type>(&d.constraint, 1))),
        lifted_(lifted<T>(model, f.start_system())),
        theta_(static_cast<std::size_t>(f.parameters())) {}

  template <class Theta>
  void pull_back(const Theta& before, const Theta& after, Theta& bar) {
    if constexpr (!std::is_same_v<constraint_type, unconstrained>) {
      bool moved = false;
      for (std::size_t i = 0; i < theta_.size(); ++i) moved = moved || !(before[i] == after[i]);
      if (!moved) return;
      const Theta given = bar;
      if constexpr (of_modes) {
        for (std::size_t v = 0; v < theta_.size(); ++v) {
          apply(before, [v](std::size_t i) { return T(i == v ? 1 : 0); });
          bar[v] = T(0);
          for (std::size_t i = 0; i < theta_.size(); ++i) bar[v] = mul_add(given[i], theta_[i].e, bar[v]);
        }
      } else {
        apply(before, [](std::size_t) { return T(1); });
        for (std::size_t i = 0; i < theta_.size(); ++i) bar[i] = given[i] * theta_[i].e;
      }
    }
  }

 private:
  /// The constraint of θ with a direction.
  template <class Theta, class Direction>
  void apply(const Theta& before, Direction direction) {
    for (std::size_t i = 0; i < theta_.size(); ++i) theta_[i] = D(before[i], direction(i));
    const started f{lifted_};
    bound_constraint<constraint_type, started>(f).template apply<D>(bound_, f, std::span<D>(theta_));
  }

  decltype(bound_policy<D>(std::span<const constraint_type>())) bound_;
  typename Objective::model::template system<D> lifted_;
  std::vector<D> theta_;
};

/// What is kept of each step: θ, the gradient, h and g, the rule's numbers, the rate that was taken. Steps stand in blocks,
/// so that none moves as more come, and blocks are used again.
template <class Training>
class step_tape {
  using T = typename Training::T;

 public:
  void clear() { size_ = 0; }
  /// Takes a step of a training.
  void record(Training& training) {
    const auto point = training.here();
    const auto& rule = std::as_const(std::get<0>(Training::parts(training)).value.rule);
    const auto& response = point.objective.evaluation().response();
    if (width_ == 0) {
      width_ = 2 * (point.theta.size() + response.size()) + 1;
      each_number([&](const T&) { ++width_; }, rule);
    }
    T* to = next();
    to = std::copy(point.theta.begin(), point.theta.end(), to);
    to = std::copy(point.gradient.begin(), point.gradient.end(), to);
    to = std::copy(response.begin(), response.end(), to);
    to = std::copy(point.cotangent.begin(), point.cotangent.end(), to);
    each_number([&](const T& x) { *to++ = x; }, rule);
    training.step_as_lanes();  // which comes with the gradient that the next call asks for
    *to = training.last_step();
  }
  /// Takes the last step off; its h and g stay on the tape.
  template <class Theta, class Rule>
  void take(Theta& theta, Theta& gradient, std::span<const T>& h, std::span<const T>& g, Rule& rule,
            T& rate) {
    --size_;
    const T* x = blocks_[size_ / in_block].get() + size_ % in_block * width_;
    x = copy_to(x, theta);
    x = copy_to(x, gradient);
    h = {x, h.size()};
    g = {x += h.size(), g.size()};
    x += g.size();
    each_number([&](T& v) { v = *x++; }, rule);
    rate = *x;
  }

 private:
  static constexpr std::size_t in_block = 64;

  template <class Theta>
  static const T* copy_to(const T* from, Theta& to) {
    std::copy_n(from, to.size(), to.begin());
    return from + to.size();
  }
  T* next() {
    const std::size_t block = size_ / in_block, place = size_++ % in_block;
    if (block == blocks_.size()) blocks_.push_back(std::make_unique_for_overwrite<T[]>(in_block * width_));
    return blocks_[block].get() + place * width_;
  }

  std::vector<std::unique_ptr<T[]>> blocks_;
  std::size_t size_ = 0, width_ = 0;  // steps, and the numbers of each
};

/// The steps of a descent, backwards.
template <class Descent, class Objective>
class descent_sweep {
 public:
  using T = typename Objective::scalar;
  using rule_type = typename Descent::rule_type;
  using state_type = decltype(Descent::start(std::span<const Descent>(), std::declval<const Objective&>(),
                                             std::span<const T>()));
  using adjoint_type = typename rule_adjoint<rule_type>::template of<Objective>;
  /// Whether steps of the general path that nobody looks at take less time than others.
  static constexpr bool walks = fused_descent<Descent, Objective>::strolls;

  descent_sweep(const Descent& d, const typename Objective::model& model, const Objective& f,
                std::vector<T> center)
      : objective_(&f),
        clipping_(d.clipping),
        clip_(bound_policy<T>(std::span<const typename Descent::clipping_type>(&d.clipping, 1))),
        rates_(std::span<const Descent>(&d, 1), f),
        rate_of_description_(d.rate),
        before_(make_rule_state<rule_type>(std::span<const rule_type>(&d.rule, 1), f, {})),
        rule_(f),
        constraint_(d, model, f),
        pass_(model, f, std::move(center)),
        step_(f),
        h_(pass_.at().response()),
        g_(pass_.at().cotangent()),
        bar_(step_.theta),
        raw_(bar_),
        moved_(bar_),
        after_(bar_) {}

  /// dM/dθ: at the end, then after each pull_back() that before it.
  theta_of<Objective>& theta_bar() { return bar_; }
  theta_of<Objective>& after() { return after_; }
  const T& rate() const { return rate_bar_; }
  const second_order_pass<Objective>& data() const { return pass_; }

  /// The last step on the tape, which was number `taken` + 1.
  void pull_back(step_tape<state_type>& tape, integer taken) {
    tape.take(step_.theta, step_.gradient, h_, g_, before_, step_.taken);
    progress<T> now;
    now.steps = T(static_cast<double>(taken));
    now.steps_per_epoch = T(1);
    step_.rate = rates_.at(now);
    if constexpr (clips) {
      raw_ = step_.gradient;
      clip_(std::span<T>(step_.gradient));
    }
    const evaluated<Objective> here = measured();
    if constexpr (measures) {
      rule_.replay(before_, here, step_);
    } else {
      rule_.replay(before_, step_);
    }
    undo_move();
    std::swap(step_.theta_bar, bar_);
    if constexpr (measures) {
      rule_.pull_back(before_, here, step_);
    } else {
      rule_.pull_back(before_, step_);
    }
    rate_bar_ = rate_bar_ + step_.rate_bar * (step_.rate / T(rate_of_description_));
    if constexpr (clips) unclip<T>(clipping_, view<T>(raw_), std::span<T>(step_.u));
    std::swap(bar_, step_.theta_bar);
    if constexpr (measures) {
      pass_.add(step_.theta, h_, g_, step_.u, rule_.s_bar, view<T>(rule_.q), bar_);
      Objective::model::learned::pullback(view<T>(step_.theta), rule_.direct, std::span<T>(moved_));
      for (std::size_t i = 0; i < bar_.size(); ++i) bar_[i] = bar_[i] + moved_[i];
    } else {
      pass_.add(step_.theta, h_, g_, step_.u, pass_.none(), {}, bar_);
    }
    std::swap(after_, step_.theta);
  }
  /// Once all steps are taken back.
  void finish() { pass_.finish(); }

 private:
  static constexpr bool measures = requires { requires adjoint_type::measures_gradient; };
  static constexpr bool clips = !std::is_same_v<typename Descent::clipping_type, unclipped>;
  static constexpr integer known = known_size<theta_of<Objective>>;

  evaluated<Objective> measured() {
    if constexpr (measures) {
      return {*objective_, pass_.stand_at(view<T>(step_.theta), g_, std::span<T>(moved_))};
    } else {
      return {*objective_, pass_.at()};
    }
  }
  /// θ' = θ - taken · factors · u and its constraint: bar_ becomes the derivative by θ', step_.u that by u.
  void undo_move() {
    rates_.scale(std::span<T>(step_.u));
    if constexpr (!std::is_same_v<typename Descent::constraint_type, unconstrained>) {
      for (std::size_t i = 0; i < bar_.size(); ++i)
        moved_[i] = mul_add(T(0) - step_.taken, step_.u[i], step_.theta[i]);
      constraint_.pull_back(moved_, after_, bar_);
    }
    step_.taken_bar =
        T(0) - kernel::dot(fixed_view<known>(std::as_const(step_.u)), fixed_view<known>(std::as_const(bar_)));
    for (std::size_t i = 0; i < bar_.size(); ++i) step_.u[i] = T(0) - step_.taken * bar_[i];
    rates_.scale(std::span<T>(step_.u));
  }

  const Objective* objective_;
  typename Descent::clipping_type clipping_;
  decltype(bound_policy<T>(std::span<const typename Descent::clipping_type>())) clip_;
  step_rate<Descent, Objective> rates_;
  double rate_of_description_;
  typename rule_type::template state<Objective> before_;
  adjoint_type rule_;
  constraint_adjoint<Descent, Objective> constraint_;
  second_order_pass<Objective> pass_;
  adjoint_step<Objective> step_;
  std::span<const T> h_, g_;  // (kappa, p, m), on the tape
  theta_of<Objective> bar_, raw_, moved_, after_;
  T rate_bar_{};
};

}  // namespace lssm::detail
