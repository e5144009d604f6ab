// SPDX-License-Identifier: BSD-3-Clause
// The studies of an atlas: what a setting says, in words of the library. Families of them choose by the numbers of a setting.
#pragma once

#include <lssm/data/graded.hpp>

#include "axis.hpp"

namespace atlas {

using namespace lssm;

/// B or C are one after every step, behind the stop rules, where they are not learned.
struct held_ones {
  static constexpr bool after_stop_test = true;
  bool input = false, output = false;

  template <class Slot, class T>
  T operator()(Slot, const T& x) const {
    using role = role_of<Slot>;
    constexpr bool imaginary =
        std::is_same_v<Slot, input_imaginary> || std::is_same_v<Slot, output_imaginary>;
    if constexpr (std::is_same_v<role, input_role>) {
      return input ? T(imaginary ? 0 : 1) : x;
    } else if constexpr (std::is_same_v<role, output_role>) {
      return output ? T(imaginary ? 0 : 1) : x;
    } else {
      return x;
    }
  }
  friend bool operator==(const held_ones&, const held_ones&) = default;
};

template <class Structure, integer K, class Rule, class Constraint, class Start, class Batches = all_at_once>
using study_of = teacher_student<ssm<Structure>, given<real_diagonal<>>, training_set<K, in_float<graded<K>>>,
                                 squared_error,
                                 descent<Rule, Constraint, first_of<target_loss, step_limit>, constant_rate,
                                         unclipped, same_rate, Batches>,
                                 Start, framework_streams>;
template <integer D, integer K, class Rule, class Constraint, class Batches = all_at_once>
using study = study_of<real_diagonal<D>, K, Rule, Constraint, rearranged_start, Batches>;

/// The study of a setting; the size of the structure is given.
template <class Study, class Structure, class Rule, class Start>
Study make_study(const setting& s, const Structure& structure, const Rule& rule, const Start& start) {
  const auto published =
      standalone::make_study<dynamic, dynamic, adaptive_rate<>, unconstrained>(s, false, {});
  Study study{.student = {.structure = structure},
              .teacher = published.teacher,
              .training = {.rate = s.rate, .rule = rule, .after = s.after},
              .start = {start}};
  study.data.length = s.length;
  study.data.sequences.support.entries = s.length;
  study.data.sequences.count = s.baseline;
  study.data.sequences.flat = s.rank;
  study.data.sequences.ratio = s.ratio;
  study.training.stop.template get<target_loss>().value = s.target;
  study.training.stop.template get<step_limit>().steps = static_cast<double>(s.max_steps);
  if constexpr (std::is_same_v<std::remove_cvref_t<decltype(study.training.constraint)>, held_ones>)
    study.training.constraint = {.input = s.learned % 2 == 1, .output = s.learned >= 2};
  return study;
}
inline rearranged_start start_of(const setting& s) {
  return standalone::make_study<dynamic, dynamic, adaptive_rate<>, unconstrained>(s, false, {}).start;
}

/// Studies with a real diagonal, of the paper's size and rule while compiling, of any others while running. `draw` takes
/// other families of studies than these, such as that of structures.hpp.
struct diagonal_studies {
  enum type { published_size, any_size, batches };

  static type type_of(const setting& s) {
    if (s.batch > 0) return batches;
    const bool published = s.optimizer == "adaptive" && s.dim == 10 && s.length == 6 && s.learned == 0;
    return published ? published_size : any_size;
  }
  /// Runs of different groups share no lanes.
  static std::size_t group(const setting& s) {
    return static_cast<std::size_t>(type_of(s)) + 3 * static_cast<std::size_t>(s.learned);
  }
  /// Calls f with the study of a setting.
  template <class F>
  static void with_study(const setting& s, F f) {
    const rearranged_start start = start_of(s);
    if (type_of(s) == published_size)
      return f(make_study<study<10, 6, adaptive_rate<>, unconstrained>>(s, real_diagonal<10>{},
                                                                        adaptive_rate<>{}, start));
    using standalone::chosen_rule;
    const auto& rules = standalone::optimizers;
    const chosen_rule rule{.choice = std::find(rules.begin(), rules.end(), s.optimizer) - rules.begin()};
    const real_diagonal<> structure{.states = s.dim};
    if (s.batch > 0) {
      auto one = make_study<study<dynamic, dynamic, chosen_rule, held_ones, lssm::batches>>(s, structure,
                                                                                            rule, start);
      one.training.batches.size = s.batch;
      return f(one);
    }
    f(make_study<study<dynamic, dynamic, chosen_rule, held_ones>>(s, structure, rule, start));
  }
};

}  // namespace atlas
