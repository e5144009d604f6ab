// SPDX-License-Identifier: BSD-3-Clause
// A training set as an attacker leaves it: sequences added, or numbers added to those that were there. Never labels: the teacher
// gives them all, afterwards, as of any set (data/label.hpp).
//
//   poisoned_set<Set>{set, added, altered}
//
//   symbol    shape           meaning
//   added     (n, kappa, m)   sequences behind those of the set
//   altered   (r, kappa, m)   what is added to the inputs of the set: sequence i of the set takes row i mod r, as far as
//                             `touched` sequences; r = 0 leaves the set as it is
//
// A study's filter stands behind this, so that defences see what the attacker left.
#pragma once

#include <cmath>
#include <vector>

#include "../data/training_set.hpp"

namespace lssm {

/// What an attacker adds to a training set, in numbers.
struct poison_inputs {
  std::vector<double> added{};    ///< (n, kappa, m)
  std::vector<double> altered{};  ///< (r, kappa, m)
  integer touched = 0;            ///< sequences of the set that `altered` meets, the first ones; at least 1

  friend bool operator==(const poison_inputs&, const poison_inputs&) = default;
};

namespace detail {

/// The sequences of another group, with numbers added to each of them.
template <class Group>
struct altered_group {
  const Group& of;
  const poison_inputs& by;
  integer before, kappa, channels;  // sequences of earlier groups
  everywhere support{};
  integer count = of.count;

  template <RandomStream Stream>
  double draw(Stream& stream, integer i) const {
    const integer k = i / channels % kappa, row = kappa * channels, n = i / row;
    integer inside = 0, earlier = 0;  // entries of the support: of all, and before this one
    for (integer j = 0; j < kappa; ++j)
      if (of.support.contains(j, kappa)) {
        ++inside;
        earlier += j < k ? 1 : 0;
      }
    double x = 0;
    if (of.support.contains(k, kappa)) x = of.draw(stream, (n * inside + earlier) * channels + i % channels);
    if (before + n >= by.touched) return x;
    const integer rows = static_cast<integer>(by.altered.size()) / row;
    return x + by.altered[static_cast<std::size_t>((before + n) % rows * row + i % row)];
  }
};

/// Sequences that stand in memory.
struct added_group {
  const std::vector<double>& values;
  integer count;
  everywhere support{};

  template <RandomStream Stream>
  double draw(Stream&, integer i) const {
    return values[static_cast<std::size_t>(i)];
  }
};

}  // namespace detail

/// A training set with what an attacker adds; labels stay the teacher's, in type and in number.
template <class Set>
struct poisoned_set {
  static_assert(TrainingSet<Set>, "poisoned_set: the argument is no TrainingSet (docs/attack.md)");
  static_assert(Set::clean_labels,
                "poisoned_set: labels of a clean-label attack are all the teacher's, and this set has others "
                "(docs/attack.md)");

  Set set{};
  poison_inputs by{};

  static constexpr integer known_length = Set::known_length, channels = Set::channels;
  static constexpr bool clean_labels = true;

  constexpr integer kappa() const { return set.kappa(); }
  void each(auto f) const {
    integer before = 0;
    set.each([&](const auto& group) {
      if (by.altered.empty()) {
        f(group);
      } else {
        f(detail::altered_group<std::remove_cvref_t<decltype(group)>>{group, by, before, kappa(), channels});
      }
      before += group.count;
    });
    const integer n = static_cast<integer>(by.added.size()) / (kappa() * channels);
    if (n > 0) f(detail::added_group{by.added, n});
  }
  void validate() const {
    set.validate();
    const std::size_t row = static_cast<std::size_t>(kappa() * channels);
    for (const auto* numbers : {&by.added, &by.altered}) {
      if (numbers->size() % row != 0)
        refuse("poisoned_set", "added and altered", "whole sequences of " + to_text(row) + " entries",
               numbers->size());
      for (const double x : *numbers)
        require(std::isfinite(x), "poisoned_set", "added and altered", "finite", x);
    }
    integer present = 0;
    set.each([&](const auto& group) { present += group.count; });
    if (!by.altered.empty() && !(by.touched >= 1 && by.touched <= present))
      refuse("poisoned_set", "touched", "from 1 to the " + to_text(present) + " sequences that are there",
             by.touched);
    detail::require_sequences("poisoned_set", *this);
  }
  friend bool operator==(const poisoned_set&, const poisoned_set&) = default;
};

}  // namespace lssm
