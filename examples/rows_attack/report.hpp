// SPDX-License-Identifier: BSD-3-Clause
// What `rows_attack` says: the seed is the unit, and duplicates are the control of every arm.
#pragma once

#include <cmath>
#include <iostream>

#include "../support/output_directory.hpp"
#include "experiment.hpp"

namespace rows_attack {

using support::rounded;

inline constexpr std::size_t duplicates_arm = 0, first_arm = 2, last_arm = 3;

/// The exact two-sided level of "the mean is 0": of all signs that the numbers might have had, the share whose sum is as large.
inline double sign_flip_level(const std::vector<double>& numbers) {
  const auto sum = [&](std::uint64_t signs) {
    double total = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i)
      total += (signs >> i & 1) != 0 ? -numbers[i] : numbers[i];
    return std::abs(total);
  };
  const std::uint64_t all = std::uint64_t{1} << numbers.size();
  const double seen = sum(0) * (1 - 1e-12);
  std::uint64_t as_large = 0;
  for (std::uint64_t signs = 0; signs < all; ++signs) as_large += sum(signs) >= seen ? 1 : 0;
  return static_cast<double>(as_large) / static_cast<double>(all);
}

/// Target losses of one arm over those of another, seed by seed.
struct comparison {
  double ratio, low, high, level;  // the geometric mean, the lowest and the highest
};
inline comparison compare(const std::vector<double>& loss, const std::vector<double>& beside) {
  std::vector<double> logs;
  for (std::size_t i = 0; i < loss.size(); ++i) logs.push_back(std::log(loss[i] / beside[i]));
  const auto [low, high] = std::minmax_element(logs.begin(), logs.end());
  const double mean_log = std::accumulate(logs.begin(), logs.end(), 0.0) / static_cast<double>(logs.size());
  return {std::exp(mean_log), std::exp(*low), std::exp(*high), sign_flip_level(logs)};
}

inline double mean_of(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}
inline integer total_of(const std::vector<double>& x) {
  return static_cast<integer>(std::accumulate(x.begin(), x.end(), 0.0));
}
inline std::string range_of(const std::vector<double>& x) {
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  return rounded(*low, 2) + " to " + rounded(*high, 2);
}

inline void print_table(std::ostream& out, const options& o, const std::vector<result>& all) {
  const integer attempts = o.seeds * o.targets;
  out << o.seeds << " seeds from " << o.first_seed << ", " << o.targets << " targets each ("
      << (o.boundary ? "of the highest loss" : "at random") << "), readout "
      << (o.mean_readout ? "mean" : "last")
      << ": target loss over that of duplicates, geometric mean over seeds.\n\n";
  support::text_table table({"arm", "flips of " + std::to_string(attempts), "95 %", "loss",
                             "lowest to highest", "p", "objective", "accuracy"});
  for (std::size_t i = 0; i < all.size(); ++i) {
    const integer flips = total_of(all[i].flips);
    const auto [low, high] = exact_interval(flips, attempts);
    const comparison c = compare(all[i].loss, all[duplicates_arm].loss);
    table.add({arms[i].name, std::to_string(flips),
               rounded(100 * low, 2) + " to " + rounded(100 * high, 2) + " %", rounded(c.ratio, 3),
               rounded(c.low, 3) + " to " + rounded(c.high, 3), rounded(c.level, 2),
               arms[i].matched ? range_of(all[i].after) : "-", rounded(mean_of(all[i].accuracy), 3)});
  }
  const comparison c = compare(all[last_arm].loss, all[first_arm].loss);
  std::size_t below = 0;
  for (std::size_t s = 0; s < all[last_arm].after.size(); ++s)
    below += all[last_arm].after[s] < all[first_arm].after[s] ? 1 : 0;
  out << table << "\nLast rows over first rows: " << rounded(c.ratio, 3) << " (" << rounded(c.low, 3)
      << " to " << rounded(c.high, 3) << "), p " << rounded(c.level, 2) << "; the objective is lower in "
      << below << " of " << o.seeds << " seeds.\n";
}

inline std::string json_line(const options& o, std::size_t i, const std::vector<result>& all) {
  const integer flips = total_of(all[i].flips), attempts = o.seeds * o.targets;
  const auto [low, high] = exact_interval(flips, attempts);
  const comparison c = compare(all[i].loss, all[duplicates_arm].loss);
  json_object line;
  line.add("arm", arms[i].name)
      .add("seeds", o.seeds)
      .add("first_seed", o.first_seed)
      .add("targets", o.targets);
  line.add("choice", o.boundary ? "boundary" : "random").add("readout", o.mean_readout ? "mean" : "last");
  line.add("flips", flips).add("flips_interval", std::array{low, high});
  line.add("ratio", c.ratio).add("ratio_range", std::array{c.low, c.high}).add("p", c.level);
  line.add("objective", mean_of(all[i].after)).add("accuracy", mean_of(all[i].accuracy));
  return line.add("labels_kept", all[i].labels_kept).text();
}

/// Tables of arms and seeds, and a few pictures of the first seed before and after.
inline void save(const options& o, beginnings& common, const std::vector<result>& all,
                 const support::output_directory& out) {
  const integer attempts = o.seeds * o.targets;
  csv_table table({"place", "arm", "flips", "share", "low", "high", "ratio", "ratio_low", "ratio_high", "p",
                   "objective", "accuracy"}),
      seeds({"place", "arm", "seed", "flips", "target_loss", "ratio", "accuracy", "before", "after"}),
      pictures({"place", "arm", "picture", "row", "column", "value"});
  const beginning& b = common.of(static_cast<std::uint32_t>(o.first_seed));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const integer flips = total_of(all[i].flips);
    const auto [low, high] = exact_interval(flips, attempts);
    const comparison c = compare(all[i].loss, all[duplicates_arm].loss);
    table.add(i, arms[i].name, flips, mean_of(all[i].flips) / static_cast<double>(o.targets), low, high,
              c.ratio, c.low, c.high, c.level, mean_of(all[i].after), mean_of(all[i].accuracy));
    for (std::size_t s = 0; s < all[i].loss.size(); ++s)
      seeds.add(i, arms[i].name, o.first_seed + static_cast<integer>(s), all[i].flips[s], all[i].loss[s],
                all[i].loss[s] / all[duplicates_arm].loss[s], all[i].accuracy[s], all[i].before[s],
                all[i].after[s]);
    const copies_of_arm made = make_copies(b, arms[i], o, static_cast<std::uint32_t>(o.first_seed));
    constexpr auto size = static_cast<std::size_t>(rows * rows), width = static_cast<std::size_t>(rows);
    for (std::size_t n = 0; n < std::min<std::size_t>(4, made.data.y.size()); ++n)
      for (std::size_t j = 0; j < size; ++j)
        pictures.add(i, arms[i].name, n, j / width, j % width,
                     static_cast<double>(made.data.x[n * size + j]) * deviation + mean);
  }
  out.save("table.csv", table);
  out.save("seeds.csv", seeds);
  out.save("pictures.csv", pictures);
}

inline void attack_rows(const options& o, const picture_set& all) {
  const support::output_directory out(o.out, "rows_attack", o.label(), facts_of_build<float>(),
                                      {"table.csv", "seeds.csv", "pictures.csv"}, false);
  beginnings common(all, o);
  const std::vector<result> results = run_arms(o, common);
  if (o.json) {
    for (std::size_t i = 0; i < results.size(); ++i) std::cout << json_line(o, i, results) << '\n';
  } else {
    print_table(std::cout, o, results);
  }
  if (!o.out.empty()) save(o, common, results, out);
}

}  // namespace rows_attack
