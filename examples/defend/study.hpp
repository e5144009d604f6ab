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

/// Eight sequences, normal in their first two entries, with what an attack adds to them.
struct altered_baseline {
  std::vector<double> change{};  // (8, kappa) or empty
  everywhere support{};
  integer count = baseline;
  double draw(RandomStream auto& stream, integer i) const {
    const double x = i % kappa < 2 ? rounded_to_float(stream.normal()) : 0;
    return change.empty() ? x : x + change[static_cast<std::size_t>(i)];
  }
  void validate(integer, integer) const {}
};
struct added_sequences {
  std::vector<double> values{};  // (count, kappa)
  everywhere support{};
  integer count = 0;
  double draw(RandomStream auto&, integer i) const { return values[static_cast<std::size_t>(i)]; }
  void validate(integer, integer) const {}
};
using data_set =
    inject<training_set<kappa, altered_baseline>, gaussian<at<-2>>, gaussian<everywhere>, added_sequences>;
using defending_constraints = constraints<bounded_state_matrix, floored_input_output, shrunk_input_output>;
using study = teacher_student<ssm<real_diagonal<10>>, given<real_diagonal<>>, data_set, squared_error,
                              descent<adaptive_rate<>, defending_constraints>,
                              leading_mode<first_modes<rearranged_start>>, framework_streams, known_forms,
                              filters<drop_above<lag_energy>, energy_cap>>;

inline study undefended(const std::vector<double>& teacher) {
  study s{};
  const std::vector<double> ones(teacher.size(), 1.);
  s.teacher = {.structure = {static_cast<integer>(teacher.size())}, .values = {teacher, ones, ones}};
  std::get<0>(s.data.special).count = std::get<1>(s.data.special).count = 0;
  s.training.rate = 0.0025;
  s.training.after = 5604;
  s.training.stop.get<target_loss>().value = 0.01;
  s.training.stop.get<step_limit>().steps = 160000;
  s.training.constraint = {{{.bound = 1e300}, {.floor = -inf}, {.factor = 1}}};
  s.start = {
      .start = {.start = {.state_deviation = 0.001, .io_deviation = 0.001, .gap_factor = 5, .warm = 0.1}},
      .state_factor = 1,
      .io_factor = 1};
  s.filter = {{{{.first = 0, .last = 3}, inf}, {.first = 0, .last = 3, .most = inf}}};
  return s;
}

inline void add_sequences(study& s, std::vector<double> values) {
  auto& group = std::get<2>(s.data.special);
  group.count = static_cast<integer>(values.size()) / kappa;
  group.values = std::move(values);
}

/// The energy that an attack has of its own; nothing where it is as the paper draws it.
inline std::optional<double> own_energy(const std::string& name) {
  if (name == "lag0" || name == "dense" || name == "evade" || name.ends_with("optimized")) return 1;
  if (name == "hidden") return 0.72;  // .3 in each of 8 sequences
  if (name == "denial") return 0.1;
  if (name == "single") return 10;
  if (name == "none") return 0;
  return std::nullopt;
}

/// Adds an attack of this energy, which is the expected one where entries are drawn.
inline void attack(study& s, const std::string& name, std::optional<double> energy) {
  const double e = energy.value_or(own_energy(name).value_or(10)), size = std::sqrt(e);
  if (name == "special") {
    std::get<0>(s.data.special).count = 10;
    std::get<0>(s.data.special).deviation = std::sqrt(e / 10);
  }
  if (name == "lag0") add_sequences(s, {0, 0, 0, 0, 0, size});
  if (name == "dense") {
    std::get<1>(s.data.special).count = 10;
    std::get<1>(s.data.special).deviation = std::sqrt(e / (10 * kappa));
  }
  if (name == "hidden") {  // the same at lag 1 of every sequence
    s.data.set.sequences.change.assign(baseline * kappa, 0.0);
    for (std::size_t n = 0; n < baseline; ++n)
      s.data.set.sequences.change[n * kappa + 4] = std::sqrt(e / static_cast<double>(baseline));
  }
  const auto teacher = s.teacher.template bind<double>();
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

/// Sets the numbers of a defence, whose name may have several parts.
inline void defend(study& s, const std::string& name) {
  for (const std::string& part : parts_of(name)) {
    if (part == "clip") std::get<0>(s.training.constraint.each).bound = 1;
    if (part == "floor") std::get<1>(s.training.constraint.each).floor = 1e-4;
    if (part == "decay") std::get<2>(s.training.constraint.each).factor = 1 - 2.5e-5;
    if (part == "leading") s.start.state_factor = 5, s.start.io_factor = 3;
    if (part == "order1") s.start.start.modes = 1;
    if (part == "order2") s.start.start.modes = 2;
    if (part == "drop") std::get<0>(s.filter.each).most = 0;
    if (part == "cap") std::get<1>(s.filter.each).most = 0.01;
    if (part == "longer") s.training.after *= 10;
  }
}

}  // namespace defend_program
