// SPDX-License-Identifier: BSD-3-Clause
// Labels of one's own: measurements, for example, which no teacher gave.
//
//   given_labels<Set>            the inputs of another set, labels from numbers
//   given_set<Kappa, Channels>   inputs and labels from numbers; load_npz<given_set<>>("set.npz") reads both
//   no_teacher                   the teacher of a study in which nobody else labels
//
//   symbol   shape           meaning
//   labels   (N, s, p)       y, sequence after sequence; answers = s p, s = 1 or every step
//
// A teacher beside such labels is what students are measured against; it labels the sequences that `inject` adds.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "teacher.hpp"
#include "training_set.hpp"

namespace lssm {

/// A training set whose first sequences have labels of their own.
template <class Set>
concept GivesLabels = TrainingSet<Set> && requires(const Set s) {
  { s.own_labels() } -> std::same_as<detail::given_numbers>;
};

/// Inputs of another set with given labels, and no CleanLabels.
template <class Set>
struct given_labels {
  static_assert(TrainingSet<Set>, "given_labels: the argument is no TrainingSet (docs/data.md)");
  static_assert(
      !TrainingSet<Set> || CleanLabels<Set>,
      "given_labels: the argument has labels or noise of its own, which given ones would replace; put the "
      "noise around given_labels (docs/data.md)");

  Set set{};
  std::vector<double> labels{};  ///< (N, answers), sequence after sequence, finite
  integer answers = 1;           ///< labels for each sequence, >= 1
  integer steps = 1;             ///< how many steps of it they belong to: 1, the last, or all

  static constexpr integer known_length = Set::known_length, channels = Set::channels;
  static constexpr bool clean_labels = false;

  constexpr integer kappa() const { return set.kappa(); }
  constexpr void each(auto f) const { set.each(f); }
  /// Draws nothing: 0 is added to each label.
  template <RandomStream Stream>
  double label_offset(Stream&) const {
    return 0;
  }
  detail::given_numbers own_labels() const { return {labels, answers, steps}; }

  void validate() const {
    set.validate();
    require(answers >= 1, "given_labels", "answers", "at least 1", answers);
    if (!(steps == 1 || (steps == kappa() && answers % steps == 0)))
      refuse("given_labels", "steps", "1, the last, or " + to_text(kappa()) + ", each with as many answers",
             steps);
    integer sequences = 0;
    each([&](const auto& group) { sequences += static_cast<integer>(group.count); });
    require_entries("given_labels", "sequences x answers", {sequences, answers});
    if (static_cast<integer>(labels.size()) != sequences * answers)
      refuse("given_labels", "labels", to_text(sequences * answers) + " numbers (sequences x answers)",
             labels.size());
    for (double y : labels) require(std::isfinite(y), "given_labels", "labels", "finite", y);
  }
  friend bool operator==(const given_labels&, const given_labels&) = default;
};

/// Inputs (N, kappa, m) and labels (N, answers) from numbers.
template <integer Kappa = dynamic, integer Channels = 1>
using given_set = given_labels<training_set<Kappa, listed<everywhere>, Channels>>;

/// Nobody: every label is the data's own.
struct no_teacher {
  template <Scalar T>
  struct bound {};
  template <Scalar T>
  bound<T> bind() const {
    return {};
  }
  friend constexpr bool operator==(no_teacher, no_teacher) { return true; }
};

}  // namespace lssm
