// SPDX-License-Identifier: BSD-3-Clause
// One type of study whose numbers are attacks and defences; what is not asked for is a null member.
#pragma once

#include <cmath>
#include <lssm/all.hpp>
#include <optional>

#include "options.hpp"

namespace defend_program {

inline constexpr double inf = std::numeric_limits<double>::infinity();
inline constexpr integer kappa = 6, baseline = 8;

/// Eight sequences, normal in their first entries, with what an attack adds to them.
struct altered_baseline {
  std::vector<double> change{};  // (8, length) or empty
  integer length = kappa, excited = 2;
  everywhere support{};
  integer count = baseline;
  double draw(RandomStream auto& stream, integer i) const {
    const double x = i % length < excited ? rounded_to_float(stream.normal()) : 0;
    return change.empty() ? x : x + change[static_cast<std::size_t>(i)];
  }
  void validate(integer, integer) const {}
};
struct added_sequences {
  std::vector<double> values{};  // (count, length)
  everywhere support{};
  integer count = 0;
  double draw(RandomStream auto&, integer i) const { return values[static_cast<std::size_t>(i)]; }
  void validate(integer, integer) const {}
};
template <integer Length>
using data_set =
    inject<training_set<Length, altered_baseline>, gaussian<at<-2>>, gaussian<everywhere>, added_sequences>;
using defending_constraints = constraints<bounded_state_matrix, floored_input_output, shrunk_input_output>;
using defending_filters = filters<drop_above<lag_energy>, energy_cap, whitened_inputs>;

template <class Training, integer Length = kappa>
using study_of = teacher_student<ssm<real_diagonal<10>>, given<real_diagonal<>>, data_set<Length>,
                                 squared_error, Training, leading_mode<first_modes<rearranged_start>>,
                                 framework_streams, known_forms, defending_filters>;
template <class Rule>
using defended_descent = descent<Rule, defending_constraints>;
using adaptive_descent = defended_descent<adaptive_rate<>>;
using chosen_descent = defended_descent<one_of<gradient_descent, adam>>;
using defended_flow =
    gradient_flow<dormand_prince, automatic, first_of<target_loss, time_horizon, step_limit>>;
using study = study_of<adaptive_descent>;

/// The same inside a network: the paper's third setting.
using hidden_layer = dense<15, without_bias>;
using layers = sequential<hidden_layer, relu, hidden_layer, relu, dense<1, without_bias>>;
using network_study =
    teacher_student<with_network<ssm<real_diagonal<10>>, layers>, given_network<real_diagonal<>, layers>,
                    data_set<kappa>, squared_error, defended_descent<keras_adam>,
                    network_start<leading_mode<first_modes<rearranged_start>>, restarted_normal>,
                    framework_streams, known_forms, defending_filters>;
template <class Study>
inline constexpr bool inside_network = std::is_same_v<std::remove_cvref_t<Study>, network_study>;
/// Calls f with the type of the studies of a rule.
auto with_type_of(const std::string& optimizer, auto f) {
  if (optimizer == "network") return f(std::type_identity<network_study>{});
  if (optimizer == "flow") return f(std::type_identity<study_of<defended_flow>>{});
  if (optimizer == "gd" || optimizer == "adam") return f(std::type_identity<study_of<chosen_descent>>{});
  return f(std::type_identity<study>{});
}

void no_constraint(auto& training) {
  training.constraint = {{{.bound = 1e300}, {.floor = -inf}, {.factor = 1}}};
}
void no_filter(auto& s) {
  s.filter = {{{{.first = 0, .last = 3}, inf}, {.first = 0, .last = 3, .most = inf}, {.strength = 0}}};
}
template <class Rule>
void train_as(defended_descent<Rule>& training, const std::string& optimizer) {
  const bool large_steps = optimizer == "gd" || optimizer == "paper";
  training.rate = large_steps ? 0.01 : optimizer == "adam" ? 0.001 : 0.0025;
  if constexpr (requires { training.rule.choice; }) training.rule.choice = optimizer == "adam" ? 1 : 0;
  training.after = optimizer == "paper" ? 1401 : 5604;
  training.stop.template get<target_loss>().value = 0.01;
  training.stop.template get<step_limit>().steps = 160000;
  no_constraint(training);
}
inline void train_as(defended_flow& training, const std::string&) {
  training.rtol = 1e-6;
  training.stop = {{{.value = 1e-4}, {.time = 4000}, {.steps = 160000}}};
}

template <class Training = adaptive_descent, integer Length = kappa>
study_of<Training, Length> undefended(const std::vector<double>& teacher,
                                      const std::string& optimizer = "adaptive") {
  study_of<Training, Length> s{};
  const std::vector<double> ones(teacher.size(), 1.);
  s.teacher = {.structure = {static_cast<integer>(teacher.size())}, .values = {teacher, ones, ones}};
  s.data.set.sequences.length = Length;
  std::get<0>(s.data.special).count = std::get<1>(s.data.special).count = 0;
  train_as(s.training, optimizer);
  s.start = {
      .start = {.start = {.state_deviation = 0.001, .io_deviation = 0.001, .gap_factor = 5, .warm = 0.1}},
      .state_factor = 1,
      .io_factor = 1};
  no_filter(s);
  return s;
}
/// Twenty sequences, and a network of which every layer but the last passes on what is positive; its mean is the answer.
inline network_study undefended_network(const std::vector<double>& teacher) {
  network_study s{};
  const std::vector<double> ones(teacher.size(), 1.);
  s.teacher.ssm = {.structure = {static_cast<integer>(teacher.size())}, .values = {teacher, ones, ones}};
  s.teacher.weights.assign(15, 1.);
  for (std::size_t i = 0; i < 15 * 15; ++i) s.teacher.weights.push_back(i % 16 == 0 ? 1 : 0);
  s.teacher.weights.insert(s.teacher.weights.end(), 15, 0.5);
  s.data.set.sequences.count = 20;
  std::get<0>(s.data.special).count = std::get<1>(s.data.special).count = 0;
  s.training.rate = 0.01;
  s.training.after = 5000;
  s.training.stop.get<target_loss>().value = 0.01;
  s.training.stop.get<step_limit>().steps = 160000;
  no_constraint(s.training);
  s.start.ssm = {.start = {.start = {.state_deviation = 0.01,
                                     .io_deviation = 0.01,
                                     .gap_factor = 0.5,
                                     .warm = 0.001,
                                     .tie_break = 1e-6}},
                 .state_factor = 1,
                 .io_factor = 1};
  s.start.network.deviation = 0.03;
  no_filter(s);
  return s;
}
template <class Study>
Study undefended_as(const std::vector<double>& teacher, const std::string& optimizer) {
  if constexpr (inside_network<Study>) {
    return undefended_network(teacher);
  } else {
    return undefended<decltype(Study::training)>(teacher, optimizer);
  }
}
/// The SSM of a teacher, and the start of a student's.
auto& ssm_of(auto& teacher_or_start) {
  if constexpr (requires { teacher_or_start.ssm; }) {
    return teacher_or_start.ssm;
  } else {
    return teacher_or_start;
  }
}

inline void add_sequences(auto& s, const std::vector<double>& values) {
  auto& group = std::get<2>(s.data.special);
  group.count = static_cast<integer>(values.size()) / s.data.kappa();
  group.values = values;
}

/// Whether a search is made anew against every defence.
inline bool is_sought_against_defences(const std::string& attack) {
  return attack == "reoptimized" || attack == "unseen";
}
inline bool is_searched(const std::string& attack) {
  return attack == "optimized" || attack == "unflagged" || is_sought_against_defences(attack);
}
/// The energy that an attack has of its own; nothing where it is as the paper draws it.
inline std::optional<double> own_energy(const std::string& name) {
  if (name == "lag0" || name == "dense" || name == "evade" || is_searched(name)) return 1;
  if (name == "hidden") return 0.72;  // .3 in each of 8 sequences
  if (name == "denial") return 0.1;
  if (name == "single") return 10;
  if (name == "none") return 0;
  return std::nullopt;
}

/// Adds an attack of this energy, which is the expected one where entries are drawn.
inline void attack(auto& s, const std::string& name, std::optional<double> energy) {
  const integer count = s.data.set.sequences.count, specials = std::max<integer>(10, count);
  const double e = energy.value_or(own_energy(name).value_or(double(specials))), size = std::sqrt(e);
  if (name == "special") {
    std::get<0>(s.data.special).count = specials;
    std::get<0>(s.data.special).deviation = std::sqrt(e / double(specials));
  }
  if (name == "lag0") add_sequences(s, {0, 0, 0, 0, 0, size});
  if (name == "dense") {
    std::get<1>(s.data.special).count = 10;
    std::get<1>(s.data.special).deviation = std::sqrt(e / (10 * kappa));
  }
  if (name == "hidden") {  // the same at lag 1 of every sequence
    s.data.set.sequences.change.assign(static_cast<std::size_t>(count * kappa), 0.0);
    for (std::size_t n = 0; n < static_cast<std::size_t>(count); ++n)
      s.data.set.sequences.change[n * kappa + 4] = std::sqrt(e / static_cast<double>(count));
  }
  const auto teacher = ssm_of(s.teacher).template bind<double>();
  std::vector<double> h(kappa);
  teacher.impulse_response(std::span<double>(h));
  if (name == "denial") {  // the last entry opposes the label
    const double sign = h[5] < 0 ? 1 : -1;
    add_sequences(s, {std::sqrt(0.8) * size, 0, 0, 0, 0, sign * std::sqrt(0.2) * size});
  }
  if (name == "evade") {  // the label is 0
    const double length = std::hypot(h[0], h[1]);
    add_sequences(s, {0, 0, 0, 0, -size * h[0] / length, size * h[1] / length});
  }
  if (name == "single") {  // found by a long search against leading+clip+floor, for the teacher 1
    std::vector<double> x{1.439, 1.528, .304, .356, -2.152, .862};
    double sum = 0;
    for (const double v : x) sum += v * v;
    for (double& v : x) v *= size / std::sqrt(sum);
    add_sequences(s, std::move(x));
  }
}

/// What a defence does in stages (0, 1, ...): students of so many modes, the last of them as large as all; so many times the
/// steps past the target.
inline constexpr std::array<integer, 4> growth_orders = {1, 2, 3, 10};
inline constexpr std::array<double, 5> looks = {0.1, 0.3, 1, 3, 10};
inline integer stages_of(const std::string& defence) {
  const std::string part = staged_part(defence);
  if (part == "growth" || part == "leastmass") return growth_orders.size();
  return part == "certified" ? looks.size() : part == "truncate" ? 2 : 1;
}

/// Sets the numbers of a stage of a defence, whose name may have several parts.
inline void defend(auto& s, const std::string& name, integer stage) {
  const auto at = static_cast<std::size_t>(stage);
  auto& start = ssm_of(s.start);
  for (const std::string& part : parts_of(name)) {
    if (part == "leading") start.state_factor = 5, start.io_factor = 3;
    if (part == "order1") start.start.modes = 1;
    if (part == "order2") start.start.modes = 2;
    if (part == "growth" || part == "leastmass") start.start.modes = growth_orders[at];
    if (part == "drop") std::get<0>(s.filter.each).most = 0;
    if (part == "cap") std::get<1>(s.filter.each).most = 0.01;
    if (part == "whiten") std::get<2>(s.filter.each).strength = 1;
    if constexpr (requires { s.training.constraint; }) {
      auto& [clip, floor, decay] = s.training.constraint.each;
      if (part == "clip") clip.bound = 1;
      if (part == "floor") floor.floor = 1e-4;
      if (part == "decay") decay.factor = 1 - 2.5e-5;
      if (part == "longer") s.training.after *= 10;
      if (part == "certified")
        s.training.after = static_cast<integer>(looks[at] * static_cast<double>(s.training.after));
    }
  }
}

}  // namespace defend_program
