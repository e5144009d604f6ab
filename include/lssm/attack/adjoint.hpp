// SPDX-License-Identifier: BSD-3-Clause
// Derivatives through training: one sweep backwards through all steps of a descent, for every number it started from.
//
//   auto bound = bind<double>(study, 242);
//   const auto d = adjoint_of_training(bound, largest_error{.horizon = 40});
//
//   member        shape           derivative of the final measure by
//   inputs        (N, kappa, m)   each entry, where the teacher labels anew: the attacker's
//   inputs_alone  (N, kappa, m)   each entry, labels held
//   labels        (N, s, p)       each label
//   gram          (κm, κm)        the Gram matrix G of the inputs (data/gram_matrix.hpp), labelled by the teacher
//   weights       (N)             the weight of each sequence in the mean, which is 1
//   theta         (n)             θ at the start
//   rate                          the rate of the description
//
// The number of steps is that of the training as it runs, and is held: where a target ends it, that number itself depends on
// the data, by jumps, which no derivative sees. Take descents with step_limit for numbers that retraining repeats.
//
// Steps are those of the general path, to the bit, as lanes take them: where a student alone has sums of its own
// (docs/descent.md), they differ from those by rounding.
//
// `stored` steps are kept at a time, (2n + the rule's numbers) each; of the steps before them one state in `stored`, from which
// they are taken again: twice the time forwards, memory steps / stored + stored.
#pragma once

#include <algorithm>
#include <limits>
#include <list>
#include <vector>

#include "../study/bind.hpp"
#include "descent_sweep.hpp"
#include "final_measure.hpp"

namespace lssm {

/// How a sweep backwards keeps its steps.
struct adjoint_options {
  integer stored = 64;  ///< steps in memory at a time, >= 1
  void validate() const { require(stored >= 1, "adjoint_of_training", "stored", "at least 1", stored); }
};

/// A final measure and its derivatives, which are not numbers where the training did not stay finite; the measure is then that
/// of the last finite θ.
template <SingleScalar T>
struct training_adjoint {
  lssm::status status = status::running;  ///< how the training ended
  integer steps = 0;                      ///< how many it took
  T value{};                              ///< the measure at its end
  std::vector<T> inputs, inputs_alone;    // (N, kappa, m)
  std::vector<T> labels;                  // (N, s, p)
  std::vector<T> gram;                    // (κm, κm)
  std::vector<T> weights;                 // (N)
  std::vector<T> theta;                   // (n)
  T rate{};
};

namespace detail {

template <class Training>
inline constexpr bool is_descent = false;
template <class... P>
inline constexpr bool is_descent<descent<P...>> = true;
template <class F>
inline constexpr bool is_gram_form = false;
template <class T, class M, integer K>
inline constexpr bool is_gram_form<gram_objective<T, M, K>> = true;
template <class C>
inline constexpr bool clipping_has_adjoint =
    std::is_same_v<C, unclipped> || std::is_same_v<C, clip_norm> || std::is_same_v<C, clip_entries>;

/// A training forwards and backwards. `center` (kappa, p, m) is the response from which S takes errors.
template <class Bound, class Sweep>
void sweep_descent(const Bound& bound, Sweep& sweep, const adjoint_options& options, auto& out,
                   const auto& at_end) {
  using state_type = typename Sweep::state_type;
  std::list<state_type> kept{bound.training()};
  step_tape<state_type> tape;
  state_type training = kept.front();
  integer steps = 0, on_tape = 0;
  while (training.running()) {
    if (on_tape == options.stored) {
      kept.push_back(training);
      tape.clear();
      on_tape = 0;
    }
    if constexpr (Sweep::walks) {
      training.walk_as_lanes(options.stored);
      on_tape = static_cast<integer>(value_of(training.now().steps)) - steps;
      steps += on_tape;
    } else {
      tape.record(training);
      ++steps, ++on_tape;
    }
  }
  out.steps = steps;
  out.status = training.lane_status(0);
  at_end(training.here(), sweep.theta_bar());
  if (out.status == status::not_finite) return;
  std::copy(training.theta().begin(), training.theta().end(), sweep.after().begin());
  for (bool recorded = !Sweep::walks; !kept.empty(); on_tape = options.stored, recorded = false) {
    for (integer i = 0; i < on_tape && !recorded; ++i) tape.record(kept.back());
    kept.pop_back();
    for (; on_tape > 0; --on_tape) sweep.pull_back(tape, --steps);
  }
  sweep.finish();
}

/// Spreads S and s over the numbers that the data are made of.
template <class T, class Pass>
void spread_over_data(const labelled<T>& data, const std::vector<T>& center, const Pass& pass,
                      training_adjoint<T>& out) {
  const std::size_t m = static_cast<std::size_t>(data.channels), p = static_cast<std::size_t>(data.outputs()),
                    kappa = static_cast<std::size_t>(data.kappa), n = kappa * m,
                    steps = static_cast<std::size_t>(data.steps);
  const T w = T(2) / T(static_cast<double>(data.sequences() * data.steps));
  const bool taught = !data.h_star.empty();
  out.inputs_alone.assign(data.x.size(), T(0));
  out.labels.assign(data.y.size(), T(0));
  out.weights.assign(static_cast<std::size_t>(data.sequences()), T(0));
  if (taught) {
    out.inputs = out.inputs_alone;
    out.gram.assign(n * n, T(0));
  }
  std::vector<T> both(n, T(0)), twice(p * n * n, T(0));  // (S + Sᵀ) x̃, and S + Sᵀ of each output
  for (std::size_t i = 0; i < p; ++i)
    for (std::size_t e = 0; e < n; ++e)
      for (std::size_t l = 0; l < n; ++l)
        twice[(i * n + e) * n + l] = pass.sums(i)[e * n + l] + pass.sums(i)[l * n + e];
  std::size_t r = 0;
  each_row(data, [&](integer sequence, std::span<const T> row) {
    const std::size_t s = static_cast<std::size_t>(sequence), end = kappa - steps + 1 + r % steps;
    for (std::size_t i = 0; i < p; ++i) {
      const auto moves = pass.moves(i);
      const T moved = kernel::dot<T>(row, moves);
      T off = T(0) - data.y[r * p + i], weight(0);
      std::fill(both.begin(), both.end(), T(0));
      for (std::size_t l = 0; l < n; ++l)
        kernel::add_scaled(row[l], view<T>(twice).subspan((i * n + l) * n, n), std::span<T>(both));
      for (std::size_t e = 0; e < n; ++e) {
        off = mul_add(row[e], center[response_entry(e, i, p, m)], off);
        weight = mul_add(both[e] * T(0.5), row[e], weight);
      }
      if (taught) off = T(0);
      out.labels[r * p + i] = T(0) - w * moved;
      out.weights[s] = mul_add(w, mul_add(off, moved, weight), out.weights[s]);
      for (std::size_t e = 0; e < end * m; ++e) {
        const std::size_t at = s * n + (end - 1 - e / m) * m + e % m;
        const T by_teacher = w * mul_add(off, moves[e], both[e]);
        if (taught) out.inputs[at] = out.inputs[at] + by_teacher;
        out.inputs_alone[at] =
            out.inputs_alone[at] + mul_add(w * moved, center[response_entry(e, i, p, m)], by_teacher);
      }
    }
    ++r;
  });
  for (std::size_t i = 0; taught && i < p; ++i)
    for (std::size_t e = 0; e < n; ++e)
      for (std::size_t l = 0; l < n; ++l)
        out.gram[e * n + l] = out.gram[e * n + l] + twice[(i * n + e) * n + l];
}

/// The final measure at a system; g becomes its derivative by h (horizon, p, m).
template <class Bound, class T, class Measure, class System>
T measured_value(const Bound& bound, const Measure& measure, const System& system, std::vector<T>& g) {
  using structure = typename Bound::model::structure_type;
  const std::size_t n = static_cast<std::size_t>(measure.steps() * structure::inputs * structure::outputs);
  std::vector<T> h(n, T(0)), h_star(h);
  g = h;
  structure::impulse_response(system, std::span<T>(h));
  bound.teacher.impulse_response(std::span<T>(h_star));
  return measure.value_and_cotangent(view<T>(h), view<T>(h_star), std::span<T>(g));
}
template <class Bound, class T, class Measure, class System>
T measured_value(const Bound& bound, const Measure& measure, const System& system) {
  std::vector<T> g;
  return measured_value<Bound, T>(bound, measure, system, g);
}
/// The same with its derivative by θ there.
template <class Bound, class T, class Measure, class System>
T measured_at_end(const Bound& bound, const Measure& measure, const System& system, std::span<const T> theta,
                  std::span<T> bar) {
  using structure = typename Bound::model::structure_type;
  std::vector<T> g;
  const T value = measured_value<Bound, T>(bound, measure, system, g);
  auto by_system = system;
  structure::pullback(system, view<T>(g), by_system);
  Bound::model::learned::pullback(theta, by_system, bar);
  return value;
}

/// Refuses, in one line, what has no adjoint.
template <class Bound>
constexpr bool check_adjoint() {
  using training = typename Bound::training_type;
  static_assert(is_descent<training>,
                "adjoint_of_training: only descents are swept backwards; a flow has forward_sensitivities() "
                "(docs/influence.md)");
  static_assert(
      !is_descent<training> || is_gram_form<typename Bound::objective_type>,
      "adjoint_of_training: the objective is no squared loss of one SSM without penalty and batches "
      "(docs/influence.md)");
  if constexpr (is_descent<training>) {
    static_assert(has_adjoint<typename training::rule_type>,
                  "adjoint_of_training: this update rule has no rule_adjoint (docs/influence.md)");
    static_assert(!std::is_same_v<typename training::constraint_type, stored_in_float>,
                  "adjoint_of_training: rounding to floats has no derivative (docs/influence.md)");
    static_assert(clipping_has_adjoint<typename training::clipping_type>,
                  "adjoint_of_training: clipping of one's own has no adjoint (docs/influence.md)");
    return is_gram_form<typename Bound::objective_type> && has_adjoint<typename training::rule_type> &&
           !std::is_same_v<typename training::constraint_type, stored_in_float> &&
           clipping_has_adjoint<typename training::clipping_type>;
  }
  return false;
}

}  // namespace detail

/// Trains from bound.theta and sweeps back: derivatives of the final measure at the end, at that number of steps.
template <SingleScalar T, class Study, class Measure>
  requires MeasurableTeacher<decltype(Study::teacher)> && FinalMeasure<Measure, T> training_adjoint<T>
  adjoint_of_training(const bound_study<T, Study>& bound, const Measure& measure,
                      const adjoint_options& options = {}) {
    using bound_type = bound_study<T, Study>;
    training_adjoint<T> out;
    if constexpr (detail::check_adjoint<bound_type>()) {
      options.validate();
      detail::validate_policy<T>(measure);
      using objective_type = typename bound_type::objective_type;
      const auto& f = bound.objective;
      const std::vector<T> center =
          bound.data.h_star.empty() ? std::vector<T>(f.target().size(), T(0)) : bound.data.h_star;
      detail::descent_sweep<typename bound_type::training_type, objective_type> sweep(
          bound.study.training, bound.study.student, f, center);
      detail::sweep_descent(bound, sweep, options, out, [&](const auto& point, auto& bar) {
        out.value = detail::measured_at_end<bound_type, T>(bound, measure, point.system, point.theta,
                                                           std::span<T>(bar));
      });
      detail::spread_over_data(bound.data, center, sweep.data(), out);
      out.theta.assign(sweep.theta_bar().begin(), sweep.theta_bar().end());
      out.rate = sweep.rate();
      if (out.status == status::not_finite) {
        const T none(std::numeric_limits<double>::quiet_NaN());
        for (auto* x : {&out.inputs, &out.inputs_alone, &out.labels, &out.gram, &out.weights, &out.theta})
          for (T& v : *x) v = none;
        out.rate = none;
      }
    }
    return out;
  }

}  // namespace lssm
