// SPDX-License-Identifier: BSD-3-Clause
// Pictures as sequences of rows, and which of them a seed draws: all roles are disjoint, without replacement.
//
//   x (N, 28, 28)    a step is a row of 28 pixels from top to bottom, (brightness - mean) / deviation
#pragma once

#include <algorithm>
#include <lssm/core.hpp>
#include <lssm/data/label.hpp>
#include <lssm/data/pictures.hpp>
#include <lssm/io/idx.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "../support/idx_pictures.hpp"
#include "options.hpp"

namespace rows_attack {

using namespace lssm;

inline constexpr integer rows = 28, classes = 10;
/// Of brightness from 0 to 1 over Fashion-MNIST, the usual constants.
inline constexpr double mean = 0.2860, deviation = 0.3530;
inline constexpr double level = 1 / 255.0 / deviation;  // one of 255 grey levels, in units of x

/// What a seed trains on, is tested on and targets.
struct draw_of_seed {
  labelled<float> training, test;  // y: classes
  std::vector<integer> bases;      // places in `training` of which copies are added
};

inline labelled<float> sequences_of(const picture_set& all, const std::vector<integer>& places) {
  labelled<float> data{.x = {}, .y = {}, .kappa = rows, .channels = rows, .h_star = {}};
  data.x.reserve(places.size() * static_cast<std::size_t>(rows * rows));
  for (const integer n : places) {
    for (const double v : pixel_sequence(all[n]))
      data.x.push_back(static_cast<float>((v - mean) / deviation));
    data.y.push_back(static_cast<float>(all.classes[static_cast<std::size_t>(n)]));
  }
  return data;
}

/// The first `count` of a random order of 0 .. n-1 (Fisher and Yates).
inline std::vector<integer> some_of(integer n, integer count, keyed_stream& stream) {
  std::vector<integer> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), integer{0});
  for (integer i = 0; i < count; ++i) {
    const auto far = static_cast<integer>(stream.uniform() * static_cast<double>(n - i));
    std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(std::min(i + far, n - 1))]);
  }
  order.resize(static_cast<std::size_t>(count));
  return order;
}

/// Refuses a set that is too small, or of other pictures.
inline void require_enough(const picture_set& all, const options& o) {
  if (all.rows != rows || all.columns != rows)
    throw bad_argument("--data must have pictures of 28 x 28, given " + std::to_string(all.rows) + " x " +
                       std::to_string(all.columns));
  for (const std::uint8_t c : all.classes)
    if (c >= classes) throw bad_argument("--data must have classes from 0 to 9, given " + std::to_string(c));
  if (o.training + o.test > all.count())
    throw bad_argument("--training and --test must be at most the " + std::to_string(all.count()) +
                       " pictures of --data together, given " + std::to_string(o.training + o.test) +
                       "; the whole set is Debian's dataset-fashion-mnist");
}

inline draw_of_seed draw(const picture_set& all, const options& o, std::uint32_t seed) {
  keyed_stream stream(seed, 0, 101);
  const std::vector<integer> places = some_of(all.count(), o.training + o.test, stream);
  const auto split = places.begin() + o.training;
  draw_of_seed d{sequences_of(all, {places.begin(), split}), sequences_of(all, {split, places.end()}),
                 some_of(o.training, o.bases, stream)};
  std::sort(d.bases.begin(), d.bases.end());
  return d;
}

}  // namespace rows_attack
