// SPDX-License-Identifier: BSD-3-Clause
// Who attacks whom: the threat model.
//
// The attacker adds inputs, or alters them, never labels: the teacher labels whatever is there (attack/poisoned_set.hpp). What the
// attacker knows of the victim besides its protocol is one of three levels:
//
//   distribution   how starts and data are drawn: one poison for seeds that the search has not seen
//   data           the victim's data as well, those of `known_seed`, and how its start is drawn
//   all            everything, the start too: the search trains on the victim itself
//
// Seeds that a search may use and those held out to judge it are of two types, so that no function takes one for the other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../study/teacher_student.hpp"
#include "budget.hpp"
#include "goal.hpp"

namespace lssm {

/// What an attacker knows of a victim.
enum class knowledge { distribution, data, all };

/// The name of a level.
inline std::string name_of(knowledge k) {
  return k == knowledge::distribution ? "distribution" : k == knowledge::data ? "data" : "all";
}

/// Victims that a search may train.
struct search_seeds {
  std::vector<std::uint32_t> values;
};
/// Victims that no search has seen, on which a poison is judged.
struct held_out_seeds {
  std::vector<std::uint32_t> values;
};

/// Streams whose data are those of one known seed, whatever the seed that weights are drawn by. Without one, the streams
/// themselves.
template <NamedStreams Streams>
struct known_data {
  Streams of{};
  std::optional<std::uint32_t> seed{};

  struct streams {
    streams_of<Streams> mine, known;
    bool apart;
    auto& data() { return apart ? known.data() : mine.data(); }
    auto& weights() { return mine.weights(); }
    auto& test() { return mine.test(); }
  };
  streams derive(AnyInteger auto s) const {
    return {of.derive(s), of.derive(seed ? *seed : std::uint32_t{0}), seed.has_value()};
  }
  void validate() const {
    if constexpr (requires { of.validate(); }) of.validate();
  }
  friend bool operator==(const known_data&, const known_data&) = default;
};

namespace detail {
template <class Study>
struct victim_of;
template <class M, class Teacher, class Data, class L, class Training, class Start, class Streams,
          class Forms, class Filter, class Penalty>
struct victim_of<teacher_student<M, Teacher, Data, L, Training, Start, Streams, Forms, Filter, Penalty>> {
  static_assert(std::is_same_v<Teacher, no_teacher> == false,
                "attack: a clean-label attack needs a teacher who labels (docs/attack.md)");
  using type = teacher_student<M, Teacher, poisoned_set<Data>, L, Training, Start, known_data<Streams>, Forms,
                               Filter, Penalty>;
};
}  // namespace detail

/// The study of a victim: another study with poisoned data.
template <class Study>
using victim_study = typename detail::victim_of<Study>::type;

/// The study with poison, as the victim trains it: its filter, rule, constraint and all else are those of the study.
template <class Study>
victim_study<Study> victim(const Study& s, const poison_inputs& by,
                           std::optional<std::uint32_t> known_seed = {}) {
  return {.student = s.student,
          .teacher = s.teacher,
          .data = {.set = s.data, .by = by},
          .loss = s.loss,
          .training = s.training,
          .start = s.start,
          .streams = {.of = s.streams, .seed = known_seed},
          .form = s.form,
          .filter = s.filter,
          .penalty = s.penalty};
}

/// An attack: a study, what may be spent, what is wanted and known, and the seeds of both sides.
template <class Study, class Wanted = stealthy>
struct attack {
  Study study{};
  poison_budget budget{};
  Wanted goal{};
  search_seeds seeds{};
  held_out_seeds held_out{};
  knowledge known = knowledge::distribution;
  std::uint32_t known_seed = 0;  ///< of the data, where they are known
  integer horizon = 40;          ///< of the errors in reports
  std::string label{};           ///< tells logs of studies apart; one line with every number of the study

  integer kappa() const { return study.data.kappa(); }
  static constexpr integer channels = decltype(Study::data)::channels;
  /// How many free numbers a poison has.
  integer entries() const { return budget.entries(kappa(), channels); }
  poison_inputs of(std::span<const double> c) const { return budget.of(c, kappa(), channels); }
  /// The study of a victim of this poison.
  victim_study<Study> victim_of(const poison_inputs& by) const {
    return victim(study, by, known == knowledge::data ? std::optional(known_seed) : std::nullopt);
  }

  /// Throws bad_argument, which names the member, where the attack cannot be.
  template <Scalar T = double>
  void validate() const {
    study.template validate<T>();
    integer present = 0;
    study.data.each([&](const auto& group) { present += group.count; });
    budget.validate(kappa(), channels, present);
    if constexpr (requires { goal.validate(); }) goal.validate();
    auto prepared = victim_of({});
    if constexpr (requires { goal.prepare(prepared); }) goal.prepare(prepared);
    require(horizon >= 1, "attack", "horizon", "at least 1", horizon);
    require_distinct("seeds", seeds.values);
    require_distinct("held_out", held_out.values);
    if (known == knowledge::all) {
      require(seeds.values == held_out.values, "attack", "held_out",
              "the seeds of the search where all is known", "others");
      return;
    }
    for (const std::uint32_t s : held_out.values)
      require(std::find(seeds.values.begin(), seeds.values.end(), s) == seeds.values.end(), "attack",
              "held_out", "seeds that the search does not use", s);
  }

 private:
  static void require_distinct(const char* name, std::vector<std::uint32_t> list) {
    require(!list.empty(), "attack", name, "at least one seed", "none");
    std::sort(list.begin(), list.end());
    const auto twice = std::adjacent_find(list.begin(), list.end());
    if (twice != list.end()) refuse("attack", name, "each seed once", to_text(*twice) + " twice");
  }
};

}  // namespace lssm
