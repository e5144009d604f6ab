// SPDX-License-Identifier: BSD-3-Clause
// What an attacker may spend, and the poison that a vector of free numbers stands for under that budget.
//
//   energy      sum of squares of all that is added or altered; every poison has it in full, unless `amplitude` cuts it
//   sequences   how many are added; those of one direction share its energy, which changes no Gram matrix but N
//   rank        directions: the Gram matrix of what is added has this rank at most
//   support     times that may differ from zero; negative ones count from the end; empty: all
//   amplitude   largest absolute value of an entry
//   hidden      nothing is added: numbers are, to the inputs of the first `sequences` sequences that are there
//   padding     all-zero sequences besides, which only dilute the mean
//
//   symbol   shape                      meaning
//   c        (rank, |support|, m)       free numbers; their scale does not matter
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "poisoned_set.hpp"

namespace lssm {

/// The limits of an attack. validate(kappa, channels, present) throws bad_argument, which names the member, where they cannot be.
struct poison_budget {
  double energy = 0.1;             ///< finite and >= 0
  integer sequences = 10;          ///< >= rank; of hidden ones at most those that are there
  integer rank = 1;                ///< from 1 to the entries of the support
  std::vector<integer> support{};  ///< times from -kappa to kappa - 1, each once
  double amplitude = std::numeric_limits<double>::infinity();  ///< > 0
  bool hidden = false;
  integer padding = 0;  ///< >= 0

  /// For sequences (kappa, channels), of which `present` are there.
  void validate(integer kappa, integer channels, integer present) const {
    require(kappa >= 1 && channels >= 1, "poison_budget", "length and channels", "at least 1",
            std::min(kappa, channels));
    require_entries("poison_budget", "length x channels", {kappa, channels});
    detail::require_not_negative("poison_budget", "energy", energy);
    std::vector<integer> times = support;
    for (integer& t : times) {
      if (!(t >= -kappa && t < kappa))
        refuse("poison_budget", "support", "inside a sequence of length " + to_text(kappa), t);
      t = (t + kappa) % kappa;
    }
    std::sort(times.begin(), times.end());
    const auto twice = std::adjacent_find(times.begin(), times.end());
    if (twice != times.end())
      refuse("poison_budget", "support", "each time once", to_text(*twice) + " twice");
    const integer entries = (times.empty() ? kappa : static_cast<integer>(times.size())) * channels;
    if (!(rank >= 1 && rank <= entries))
      refuse("poison_budget", "rank", "from 1 to the " + to_text(entries) + " entries of the support", rank);
    if (sequences < rank)
      refuse("poison_budget", "sequences", "at least the rank, " + to_text(rank), sequences);
    if (hidden && sequences > present)
      refuse("poison_budget", "sequences", "at most the " + to_text(present) + " that are there to hide in",
             sequences);
    require(amplitude > 0, "poison_budget", "amplitude", "positive", amplitude);
    require(padding >= 0, "poison_budget", "padding", "at least 0", padding);
    require_entries("poison_budget", "sequences x length x channels", {sequences, kappa, channels});
    require_entries("poison_budget", "padding x length x channels", {padding, kappa, channels});
  }

  /// How many free numbers a poison has. Throws bad_argument where no poison of such sequences can be.
  integer entries(integer kappa, integer channels) const {
    validate(kappa, channels, sequences);
    return rank * (support.empty() ? kappa : static_cast<integer>(support.size())) * channels;
  }
  /// The poison of free numbers c, all finite. Of zeros it is zero. Throws bad_argument as `entries` does.
  poison_inputs of(std::span<const double> c, integer kappa, integer channels) const {
    if (static_cast<integer>(c.size()) != entries(kappa, channels))
      refuse("poison_budget", "c", to_text(entries(kappa, channels)) + " numbers", c.size());
    const std::vector<double> unit = near_one(c);
    const std::size_t row = static_cast<std::size_t>(kappa * channels);
    const double scale = std::sqrt(energy) / length_of(unit);
    std::vector<double> out(static_cast<std::size_t>(sequences) * row, 0);
    const std::size_t each = c.size() / static_cast<std::size_t>(rank);
    for (integer n = 0; n < sequences; ++n) {
      const integer direction = n % rank, copies = (sequences - direction + rank - 1) / rank;
      const double mine = scale / std::sqrt(static_cast<double>(copies));
      for (std::size_t i = 0; i < each; ++i) {
        const double x = unit[static_cast<std::size_t>(direction) * each + i];
        if (x != 0)  // then the scale is a number
          out[static_cast<std::size_t>(n) * row + place(static_cast<integer>(i), kappa, channels)] =
              std::clamp(x * mine, -amplitude, amplitude);
      }
    }
    poison_inputs made;
    (hidden ? made.altered : made.added) = std::move(out);
    made.touched = hidden ? sequences : 0;
    made.added.resize(made.added.size() + static_cast<std::size_t>(padding) * row, 0);
    return made;
  }
  friend bool operator==(const poison_budget&, const poison_budget&) = default;

 private:
  /// Where free number i of a direction stands in a sequence.
  std::size_t place(integer i, integer kappa, integer channels) const {
    if (support.empty()) return static_cast<std::size_t>(i);
    const integer t = (support[static_cast<std::size_t>(i / channels)] + kappa) % kappa;
    return static_cast<std::size_t>(t * channels + i % channels);
  }
  /// c by the power of two that brings its largest entry to 1 or above, below 2.
  static std::vector<double> near_one(std::span<const double> c) {
    double largest = 0;
    for (const double x : c) {
      require(std::isfinite(x), "poison_budget", "c", "finite", x);
      largest = std::max(largest, std::abs(x));
    }
    std::vector<double> unit;
    for (const double x : c) unit.push_back(largest > 0 ? std::scalbn(x, -std::ilogb(largest)) : 0);
    return unit;
  }
  static double length_of(const std::vector<double>& c) {
    double length = 0;
    for (const double x : c) length = std::hypot(length, x);
    return length;
  }
};

/// Free numbers of the given directions: each holds the direction in its first row, zeros in the others.
///
///   lag_direction(budget, kappa, channels, lag)   one entry: lag 0 is the last one, lag 1 the paper's
///   ones_direction(budget, kappa, channels)       all ones
inline std::vector<double> lag_direction(const poison_budget& budget, integer kappa, integer channels,
                                         integer lag) {
  std::vector<double> c(static_cast<std::size_t>(budget.entries(kappa, channels)), 0);
  const integer time = kappa - 1 - lag;
  const auto at = std::find_if(budget.support.begin(), budget.support.end(),
                               [&](integer t) { return (t + kappa) % kappa == time; });
  require(lag >= 0 && lag < kappa && (budget.support.empty() || at != budget.support.end()), "lag_direction",
          "lag", "that of an entry of the support", lag);
  const integer first = budget.support.empty() ? time : at - budget.support.begin();
  for (integer q = 0; q < channels; ++q) c[static_cast<std::size_t>(first * channels + q)] = 1;
  return c;
}
inline std::vector<double> ones_direction(const poison_budget& budget, integer kappa, integer channels) {
  std::vector<double> c(static_cast<std::size_t>(budget.entries(kappa, channels)), 0);
  std::fill_n(c.begin(), c.size() / static_cast<std::size_t>(budget.rank), 1.0);
  return c;
}

}  // namespace lssm
