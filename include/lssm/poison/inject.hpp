// SPDX-License-Identifier: BSD-3-Clause
// Poison: more sequences, never other labels.
//
//   inject<clean, unit<at<-2>>>                          one special group: .special = {.amplitude = 3}
//   inject<clean, gaussian<trailing<2>>, unit<at<-1>>>   several: .special is a std::tuple of them
//
// The kind of poison is a type, its numbers (count, amplitude, position of at<>) are values; a count of 0 is allowed.
#pragma once

#include <tuple>

#include "../data/training_set.hpp"

namespace lssm {

/// A training set and special groups, which are drawn after it and labelled with it.
template <class Set, class... Specials>
struct inject {
  static_assert(TrainingSet<Set>, "inject: the first argument is no TrainingSet (docs/poison.md)");
  static_assert((detail::check_fill<Specials>::holds && ...));
  static_assert((detail::may_fit<decltype(Specials::support), Set::known_length>() && ...),
                "inject: the special support lies outside the sequence (docs/poison.md)");

  [[no_unique_address]] Set set{};
  [[no_unique_address]] std::tuple<Specials...> special{};

  static constexpr integer known_length = Set::known_length, channels = Set::channels;
  static constexpr bool clean_labels = Set::clean_labels;

  constexpr integer kappa() const { return set.kappa(); }
  constexpr void each(auto f) const {
    set.each(f);
    std::apply([&](const auto&... s) { (f(s), ...); }, special);
  }
  template <RandomStream Stream>
    requires(!Set::clean_labels)
  double label_offset(Stream& stream) const { return set.label_offset(stream); }
  std::span<const double> own_labels() const requires requires(const Set& s) { s.own_labels(); }
  { return set.own_labels(); }
  integer own_answers() const requires requires(const Set& s) { s.own_answers(); }
  { return set.own_answers(); }
  integer own_steps() const requires requires(const Set& s) { s.own_steps(); }
  { return set.own_steps(); }
  void validate() const {
    set.validate();
    std::apply([&](const auto&... s) { (s.validate(kappa(), channels), ...); }, special);
    detail::require_sequences("inject", *this);
  }
  friend bool operator==(const inject&, const inject&) = default;
};

template <class Set, class Special>
struct inject<Set, Special> {
  static_assert(TrainingSet<Set>, "inject: the first argument is no TrainingSet (docs/poison.md)");
  static_assert(detail::check_fill<Special>::holds);
  static_assert(detail::may_fit<decltype(Special::support), Set::known_length>(),
                "inject: the special support lies outside the sequence (docs/poison.md)");

  [[no_unique_address]] Set set{};
  [[no_unique_address]] Special special{};

  static constexpr integer known_length = Set::known_length, channels = Set::channels;
  static constexpr bool clean_labels = Set::clean_labels;

  constexpr integer kappa() const { return set.kappa(); }
  constexpr void each(auto f) const {
    set.each(f);
    f(special);
  }
  template <RandomStream Stream>
    requires(!Set::clean_labels)
  double label_offset(Stream& stream) const { return set.label_offset(stream); }
  std::span<const double> own_labels() const requires requires(const Set& s) { s.own_labels(); }
  { return set.own_labels(); }
  integer own_answers() const requires requires(const Set& s) { s.own_answers(); }
  { return set.own_answers(); }
  integer own_steps() const requires requires(const Set& s) { s.own_steps(); }
  { return set.own_steps(); }
  void validate() const {
    set.validate();
    special.validate(kappa(), channels);
    detail::require_sequences("inject", *this);
  }
  friend bool operator==(const inject&, const inject&) = default;
};

}  // namespace lssm
