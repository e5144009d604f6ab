// SPDX-License-Identifier: BSD-3-Clause
// Within the last accepted step of every lane. A stepper keeps the stages of its last attempt alone: where some lanes have tried
// their step again, a second stepper takes the last steps of all once more when somebody looks, to the same bits.
#pragma once

#include <optional>
#include <span>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm::detail {

/// Whether a method may step in another variable than time.
template <class Stepper, class T>
concept MeasuresTime = requires(const Stepper& s, const T& tau) {
  s.elapsed(tau);
};

/// A candidate in `next` for a step of length τ from y, where f = rate(y); the mask of the lanes in which it is sound.
template <class Stepper, class Field, class State, class T>
mask_of<T> try_step(Stepper& stepper, Field& field, const State& y, const State& f, const T& tau,
                    const mask_of<T>& may_bend, State& next) {
  if constexpr (MeasuresTime<Stepper, T>) {
    return stepper.attempt(field, y, f, tau, next, may_bend);
  } else {
    return stepper.attempt(field, y, f, tau, next);
  }
}

/// Where observers look within a step.
template <class Stepper, class Field>
class dense_output {
 public:
  using T = typename Field::scalar;
  using state = typename Field::state_type;

  /// After an attempt of length τ: the lanes whose step it is. In the others it has overwritten the stages.
  void accept(const mask_of<T>& lanes, const T& tau, const mask_of<T>& may_bend) {
    held_ = lanes;
    tau_ = where(lanes, tau, tau_);
    may_bend_ = (lanes && may_bend) || (!lanes && may_bend_);
    if (there_) there_->again = false;
  }
  /// After a change of the objective.
  void forget() { there_.reset(); }

  /// What the field tells at a time, a fraction of each lane's last step of the length `taken` from `before` to y; of a lane
  /// without a step it is y. `like` and `stepper` are those of the training, which stay as they are.
  auto look(const Field& like, const Stepper& stepper, const T& time, const T& fraction, const state& before,
            const state& y, const T& taken) {
    if (!there_) there_.emplace(like, y);
    auto& [field, at, f, again, second] = *there_;
    const bool held = !any_lane<T>(!held_ && taken > T(0));
    if (!held && !again) take_again(before, y);
    (held ? stepper : *second).interpolate(fraction, before, y, taken, std::span<T>(at));
    for (std::size_t i = 0; i < at.size(); ++i) at[i] = where(taken > T(0), at[i], y[i]);
    const T loss = field.rate(view<T>(at), std::span<T>(f));
    return field.point(time, loss, view<T>(at), view<T>(f));
  }

 private:
  struct place {
    Field field;
    state at, f;
    bool again = false;             // whether `second` has taken the last steps
    std::optional<Stepper> second;  // made when it is needed
    place(const Field& like, const state& y) : field(like), at(y), f(y) {}
  };

  void take_again(const state& before, const state& y) {
    auto& [field, at, f, again, second] = *there_;
    if (!second) second.emplace(field);
    field.rate(view<T>(before), std::span<T>(f));
    try_step(*second, field, before, f, tau_, may_bend_, at);
    field.rate(view<T>(y), std::span<T>(f));
    second->error(tau_, f);
    again = true;
  }

  std::optional<place> there_;
  T tau_ = T(0);  // of each lane's last step
  mask_of<T> held_ = T(0) < T(0),
             may_bend_ = T(0) < T(0);  // the lanes whose stages the training's stepper holds
};

}  // namespace lssm::detail
