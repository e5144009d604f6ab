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

namespace detail {
template <class... Specials>
struct special_groups {
  using type = std::tuple<Specials...>;
};
template <class Special>
struct special_groups<Special> {
  using type = Special;
};
}  // namespace detail

/// A training set and special groups, which are drawn after it and labelled with it.
template <class Set, class... Specials>
struct inject {
  static_assert(TrainingSet<Set>, "inject: the first argument is no TrainingSet (docs/poison.md)");
  static_assert((detail::check_fill<Specials>::holds && ...));
  static_assert((detail::may_fit<decltype(Specials::support), Set::known_length>() && ...),
                "inject: the special support lies outside the sequence (docs/poison.md)");

  Set set{};
  /// The group, or a std::tuple of several.
  typename detail::special_groups<Specials...>::type special{};

  static constexpr integer known_length = Set::known_length, channels = Set::channels;
  static constexpr bool clean_labels = Set::clean_labels;

  constexpr integer kappa() const { return set.kappa(); }
  constexpr void each(auto f) const {
    set.each(f);
    each_special(f);
  }
  template <RandomStream Stream>
    requires(!Set::clean_labels)
  double label_offset(Stream& stream) const { return set.label_offset(stream); }
  detail::given_numbers own_labels() const requires requires(const Set& s) { s.own_labels(); }
  { return set.own_labels(); }
  void validate() const {
    set.validate();
    each_special([&](const auto& group) { group.validate(kappa(), channels); });
    detail::require_sequences("inject", *this);
  }
  friend bool operator==(const inject&, const inject&) = default;

 private:
  constexpr void each_special(auto f) const {
    if constexpr (sizeof...(Specials) == 1) {
      f(special);
    } else {
      std::apply([&](const auto&... group) { (f(group), ...); }, special);
    }
  }
};

}  // namespace lssm
