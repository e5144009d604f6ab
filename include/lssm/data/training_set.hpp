// SPDX-License-Identifier: BSD-3-Clause
// Training sets: a length, and groups of sequences. Labels do not belong to them: they come from a teacher, later.
//
//   training_set<7, unit<at<0>>>                        one impulse at the first of 7 entries
//   training_set<dynamic, gaussian<leading<>>>          all sizes at run time
//   label_noise<Set>                                    the same inputs, noisy labels: a control experiment, visible in
//                                                       the type, and no CleanLabels
//   white_noise<7>                                      the expected squared loss of normal ones: data/white_noise.hpp
//   given_labels<Set>                                   the same inputs, labels of one's own: data/given_labels.hpp
//   inject<Set, Special...>                             poison/inject.hpp
#pragma once

#include <span>

#include "fill.hpp"

namespace lssm {

/// Inputs of a study: a length, a number of channels, and a visit of every group in drawing order.
template <class D>
concept TrainingSet = requires(const D d) {
  { D::known_length } -> std::convertible_to<integer>;
  { D::channels } -> std::convertible_to<integer>;
  { D::clean_labels } -> std::convertible_to<bool>;
  { d.kappa() } -> std::convertible_to<integer>;
  d.each([](const auto&) {});
  d.validate();
};

/// Labels that a teacher gives and nothing touches afterwards.
template <class Set>
concept CleanLabels = TrainingSet<Set> && Set::clean_labels;

namespace detail {
/// Labels of a set's own (N, answers), and how many steps they belong to.
struct given_numbers {
  std::span<const double> labels;
  integer answers, steps;
};
/// Throws bad_argument where the inputs of all groups would be more numbers than an array may have.
template <TrainingSet Set>
constexpr void require_sequences(const char* name, const Set& set) {
  integer sequences = 0;
  set.each([&](const auto& group) {
    const integer count = group.count;
    require_entries(name, "count", {count});
    sequences += count;
    require_entries(name, "count x length x channels", {sequences, set.kappa(), Set::channels});
  });
}
}  // namespace detail

/// One group of sequences of one length: inputs (N, kappa, m), no labels.
template <integer Kappa, class Sequences, integer Channels = 1>
struct training_set {
  static_assert(detail::check_fill<Sequences>::holds);
  static_assert(Kappa == dynamic || Kappa >= 2, "training_set: the length must be at least 2 (docs/data.md)");
  static_assert(detail::may_fit<decltype(Sequences::support), Kappa>(),
                "training_set: the support lies outside the sequence (docs/data.md)");

  extent<Kappa> length{};
  Sequences sequences{};

  static constexpr integer known_length = Kappa, channels = Channels;
  static constexpr bool clean_labels = true;

  constexpr integer kappa() const { return length; }
  constexpr void each(auto f) const { f(sequences); }
  void validate() const {
    require(length >= 2, "training_set", "length", "at least 2", kappa());
    require_entries("training_set", "length x channels", {length, Channels});
    sequences.validate(kappa(), Channels);
    require(sequences.count >= 1, "training_set", "count", "at least 1", integer(sequences.count));
    detail::require_sequences("training_set", *this);
  }
  friend bool operator==(const training_set&, const training_set&) = default;
};

/// Inputs of another set with labels y + deviation z: a control, and no CleanLabels.
template <class Set>
struct label_noise {
  static_assert(TrainingSet<Set>, "label_noise: the argument is no TrainingSet (docs/data.md)");

  Set set{};
  double deviation = -1;  ///< standard deviation of what is added to each label, finite and >= 0; to be given

  static constexpr integer known_length = Set::known_length, channels = Set::channels;
  static constexpr bool clean_labels = false;

  constexpr integer kappa() const { return set.kappa(); }
  constexpr void each(auto f) const { set.each(f); }
  template <RandomStream Stream>
  double label_offset(Stream& stream) const {
    const double mine = deviation * stream.normal();
    if constexpr (Set::clean_labels) {
      return mine;
    } else {
      return mine + set.label_offset(stream);  // nested label_noise: the noises add
    }
  }
  detail::given_numbers own_labels() const requires requires(const Set& s) { s.own_labels(); }
  { return set.own_labels(); }
  void validate() const {
    set.validate();
    detail::require_given("label_noise", "deviation", deviation);
  }
  friend bool operator==(const label_noise&, const label_noise&) = default;
};

}  // namespace lssm
