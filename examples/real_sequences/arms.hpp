// SPDX-License-Identifier: BSD-3-Clause
// The arms: what is added to eight real sequences, or changed in them; and the sequences of a seed.
//
//   a picture    cropped to the rows with ink, placed in a dark window of 4 κ rows; x_k = mean brightness of 4 rows
//   a seed       8 + 10 pictures of the class and 10 trousers, drawn without replacement: all arms of a seed see the same
//                pictures, so that arms differ by what is done to them alone
//   scale        one for all arms of a seed: the mean of Σ_k x_k² over the 8 is the energy asked for. Alterations come
//                before it
#pragma once

#include <array>
#include <lssm/core.hpp>
#include <lssm/data/pictures.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "../support/idx_pictures.hpp"
#include "options.hpp"

namespace real_sequences {

using namespace lssm;

enum class added { nothing, same_class, trousers };
enum class placed { at_start, in_middle, at_end };

/// What is done: which pictures are added, where in the window, and how many of 255 are added to a bin, counted from the
/// end if negative; `hidden` changes the eight themselves.
struct arm {
  const char* name;
  added what = added::nothing;
  placed where = placed::at_start;
  integer bin = 0;
  int amount = 0;
  bool hidden = false;
};
inline constexpr std::array arms = {
    arm{"baseline"},
    arm{"more", added::same_class},
    arm{"first +64", added::same_class, placed::at_start, 0, 64},
    arm{"last +1", added::same_class, placed::at_start, -1, 1},
    arm{"last +4", added::same_class, placed::at_start, -1, 4},
    arm{"last +16", added::same_class, placed::at_start, -1, 16},
    arm{"last but one +4", added::same_class, placed::at_start, -2, 4},
    arm{"last but one +16", added::same_class, placed::at_start, -2, 16},
    arm{"middle", added::same_class, placed::in_middle},
    arm{"late", added::same_class, placed::at_end},
    arm{"trousers", added::trousers},
    arm{"hidden +1", added::nothing, placed::at_start, -1, 1, true},
};
inline constexpr std::size_t baseline_arm = 0, more_arm = 1, last4_arm = 4, late_arm = 9, trousers_arm = 10;
inline constexpr integer baseline_count = 8, added_count = 10, most_ink = 12, trousers_class = 1;

/// The pictures that a seed draws from.
struct pools {
  picture_set all;
  std::vector<integer> mine, trousers;  // places in `all`
};

/// The places of all pictures of a class that have ink, of at most so many rows.
inline std::vector<integer> places_of(const picture_set& all, integer of_class, integer most_rows) {
  std::vector<integer> places;
  for (integer n = 0; n < all.count(); ++n) {
    if (all.classes[static_cast<std::size_t>(n)] != of_class) continue;
    const auto [first, end] = all[n].ink();
    if (end > first && end - first <= most_rows) places.push_back(n);
  }
  return places;
}

inline pools make_pools(const picture_set& all, integer of_class, bool filter) {
  pools p{.all = all,
          .mine = places_of(all, of_class, filter ? most_ink : all.rows),
          .trousers = places_of(all, trousers_class, all.rows)};
  const auto enough = [](const char* what, std::size_t have, integer wanted) {
    if (static_cast<integer>(have) < wanted)
      throw bad_argument(std::string("--class and --filter must leave at least ") + std::to_string(wanted) +
                         " " + what + ", found " + std::to_string(have));
  };
  enough("pictures of the class", p.mine.size(), baseline_count + added_count);
  enough("trousers", p.trousers.size(), of_class == trousers_class ? 3 * added_count : added_count);
  return p;
}

/// Draws `count` of the places without replacement, none of those taken already (Fisher and Yates).
template <class Stream>
std::vector<integer> draw(std::vector<integer> from, integer count, const std::vector<integer>& taken,
                          Stream& stream) {
  std::erase_if(from, [&](integer n) { return std::find(taken.begin(), taken.end(), n) != taken.end(); });
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const auto rest = static_cast<double>(from.size() - i);
    const auto j = i + std::min(from.size() - 1 - i, static_cast<std::size_t>(stream.uniform() * rest));
    std::swap(from[i], from[j]);
  }
  from.resize(static_cast<std::size_t>(count));
  return from;
}

/// A picture as a sequence, where an arm wants it.
inline std::vector<double> sequence_of(const picture_view& picture, placed where, integer length) {
  const auto [first, end] = picture.ink();
  row_bins bins{.bins = length, .from = first};
  const integer spare = std::max<integer>(0, bins.window() - (end - first));
  if (where == placed::in_middle) bins.place = spare / 2;
  if (where == placed::at_end) bins.place = spare;
  return bins(picture);
}

/// The inputs (N, κ) of an arm for a seed.
inline std::vector<double> inputs_of(const pools& p, const arm& a, std::uint32_t seed, integer length,
                                     double energy) {
  numpy_legacy stream(seed);
  const std::vector<integer> mine = draw(p.mine, baseline_count + added_count, {}, stream);
  const std::vector<integer> trousers = draw(p.trousers, added_count, mine, stream);

  std::vector<double> x;
  double squares = 0;
  const auto append = [&](integer n, placed where, bool altered) {
    std::vector<double> one = sequence_of(p.all[n], where, length);
    if (altered) one[static_cast<std::size_t>(a.bin < 0 ? length + a.bin : a.bin)] += a.amount / 255.0;
    x.insert(x.end(), one.begin(), one.end());
  };
  for (integer i = 0; i < baseline_count; ++i) {
    const integer n = mine[static_cast<std::size_t>(i)];
    for (const double v : sequence_of(p.all[n], placed::at_start, length)) squares += v * v;
    append(n, placed::at_start, a.hidden);
  }
  for (integer i = 0; a.what != added::nothing && i < added_count; ++i)
    append(a.what == added::trousers ? trousers[static_cast<std::size_t>(i)]
                                     : mine[static_cast<std::size_t>(baseline_count + i)],
           a.where, a.amount != 0);
  const double scale = std::sqrt(energy * static_cast<double>(baseline_count) / squares);
  for (double& v : x) v *= scale;
  return x;
}

}  // namespace real_sequences
