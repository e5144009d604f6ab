// SPDX-License-Identifier: BSD-3-Clause
// The runs of an experiment: the study in words of the library, trained, timed and read off.
//
//   student    A diagonal, A, B and C learned
//   teacher    A diagonal, B = C = 1
//   data       normal baseline sequences on their support, then normal special ones on theirs, all as floats
//   loss       squared, of the last output
//   training   discrete steps until the target is reached, and some more
//   start      the authors' (lssm/init/rearranged_start.hpp)
#pragma once

#include "../discrete/maybe_fixed.hpp"
#include "../discrete/run.hpp"
#include "settings.hpp"

namespace standalone {

using namespace lssm;
using support::named_support;

inline const std::vector<std::string> optimizers = {
    "adaptive", "adaptive-diagonal", "gd",   "momentum", "nesterov",
    "rmsprop",  "group-rmsprop",     "adam", "adamw"};

using chosen_rule = one_of<adaptive_rate<full_matrix_norm>, adaptive_rate<diagonal_norm>, gradient_descent,
                           heavy_ball, nesterov, rmsprop, group_rmsprop<diagonal_norm>, adam,
                           adamw>;  // in the order of `optimizers`

/// D and K are known sizes, or `dynamic`: then they are values.
template <integer D, integer K, class Rule, class Constraint>
using study = teacher_student<
    ssm<real_diagonal<D>>, given<real_diagonal<>>,
    inject<training_set<K, in_float<gaussian<named_support>>>, in_float<gaussian<named_support>>>,
    squared_error, descent<Rule, Constraint>, rearranged_start, framework_streams>;

template <integer D, integer K, class Rule, class Constraint>
study<D, K, Rule, Constraint> make_study(const setting& s, bool special, const Rule& rule) {
  const std::vector<double> ones(s.teacher.size(), 1.0);
  std::vector<double> a;
  for (double x : s.teacher) a.push_back(rounded_to_float(x));  // as a program in floats has it
  study<D, K, Rule, Constraint> study{
      .student = {.structure = {.states = s.dim}},
      .teacher = {.structure = {.states = static_cast<integer>(a.size())},
                  .values = {.a = a, .b = ones, .c = ones}},
      .training = {.rate = special ? s.rate_special : s.rate,
                   .rule = rule,
                   .after = special ? s.after_special : s.after},
      .start = {.state_deviation = s.init_sd_state,
                .io_deviation = s.init_sd_io,
                .gap_factor = s.gap_factor,
                .warm = s.warm,
                .teacher_states = std::min<integer>(4, static_cast<integer>(a.size()))}};
  study.data.set.length = s.length;
  study.data.set.sequences.support = s.baseline_support;
  study.data.set.sequences.count = s.baseline;
  study.data.special.support = s.special_support;
  study.data.special.count = special ? s.special : 0;
  study.data.special.deviation = s.special_deviation;
  study.training.stop.template get<target_loss>().value = s.target;
  study.training.stop.template get<step_limit>().steps = static_cast<double>(s.max_steps);
  return study;
}

/// Calls f with the study of a run. The published sizes with the published rule are known while compiling; everything
/// else is chosen while running, with the same digits.
template <class F>
auto with_study(const setting& s, bool special, F f) {
  if (s.optimizer == "adaptive") {
    const auto of_size = [&]<integer D, integer K>(extent<D>, extent<K>) {
      return s.reset_io ? f(make_study<D, K, adaptive_rate<>, fixed_input_output>(s, special, {}))
                        : f(make_study<D, K, adaptive_rate<>, unconstrained>(s, special, {}));
    };
    if (s.dim == 10 && s.length == 6) return of_size(extent<10>{}, extent<6>{});
    if (s.dim == 20 && s.length == 10) return of_size(extent<20>{}, extent<10>{});
  }
  const auto place = std::find(optimizers.begin(), optimizers.end(), s.optimizer) - optimizers.begin();
  const chosen_rule rule{.choice = static_cast<integer>(place)};
  auto study = make_study<dynamic, dynamic, chosen_rule, discrete::maybe_fixed>(s, special, rule);
  study.training.constraint.fixed = s.reset_io;
  return f(study);
}

}  // namespace standalone
