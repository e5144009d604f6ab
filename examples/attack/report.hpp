// SPDX-License-Identifier: BSD-3-Clause
// What `attack` says: a table for people, JSON lines for programs, CSV and npz files for figures.
#pragma once

#include <iostream>

#include "../support/output_directory.hpp"
#include "../support/text_table.hpp"
#include "experiment.hpp"

namespace attack_program {

using support::rounded;

/// The errors of another attack of the same energy, victim by victim.
inline const std::vector<double>& errors_of(const std::vector<result>& all, const result& beside,
                                            const char* attack) {
  for (const result& r : all)
    if (r.energy == beside.energy && r.attack == attack) return r.report.held_out.each;
  return beside.report.held_out.each;
}
/// Ratios to it, and the interval of their median.
struct comparison {
  double median;
  std::array<double, 2> interval;
};
inline comparison beside(const std::vector<result>& all, const result& r, const char* attack) {
  const auto ratios = paired_ratios(r.report.held_out.each, errors_of(all, r, attack));
  return {quantile_of(ratios, 0.5), median_interval(ratios)};
}

inline void print_table(std::ostream& out, const options& o, const std::vector<result>& all) {
  out << "Added: " << o.sequences << " sequences of rank " << o.rank
      << ", labelled by the teacher; the attacker knows " << name_of(o.known) << ".\n"
      << "Median errors over " << o.of.horizon << " lags, of " << o.seeds.size()
      << " victims of the search and " << o.held_out.size()
      << " held out, a stalled one counted as infinite;\nx3 to x30: with so many times more steps past the "
         "target. 95 % intervals of medians by order statistics.\n\n";
  support::text_table table({"energy", "attack", "searched", "held out", "95 %", "quartiles", "stalled", "x3",
                             "x10", "x30", "over ones", "95 %", "trainings"});
  const auto pair = [](const std::array<double, 2>& x) {
    return rounded(x[0], 3) + " to " + rounded(x[1], 3);
  };
  for (const result& r : all) {
    const victim_errors& e = r.report.held_out;
    const comparison c = beside(all, r, "ones");
    table.add({rounded(r.energy, 3), r.attack, rounded(r.report.of_search.median, 3), rounded(e.median, 3),
               pair(e.interval), pair(e.quartiles), rounded(100 * e.stalled, 3) + " %",
               rounded(r.report.after[1], 3), rounded(r.report.after[2], 3), rounded(r.report.after[3], 3),
               rounded(c.median, 3), pair(c.interval), std::to_string(r.trainings)});
  }
  out << table;
}

inline std::string json_line(const options& o, const std::vector<result>& all, const result& r) {
  const victim_errors& e = r.report.held_out;
  json_object after, line;
  for (std::size_t i = 0; i < multiples.size(); ++i) after.add(digits(multiples[i]), r.report.after[i]);
  const char* how = r.attack == "found" ? strategy_names[static_cast<std::size_t>(o.search)].c_str()
                    : r.trainings > 0   ? "random"
                                        : "given";
  line.add("experiment", o.base().name).add("attack", r.attack).add("labels_clean", r.clean);
  line.add("energy", r.energy).add("rank", o.rank);
  line.add("goal", goal_names[static_cast<std::size_t>(o.goal)]).add("search", how);
  line.add("error_search", r.report.of_search.median).add("error_held_out", e.median);
  line.add("interval", e.interval).add("quartiles", e.quartiles).add("stalled", e.stalled);
  line.add("error_after", after).add("ratio_ones", beside(all, r, "ones").median);
  line.add("knowledge", name_of(o.known)).add("sequences", o.sequences).add("evaluations", r.trainings);
  return line.add("seconds", r.seconds).add("search_seed", o.search_seed).text();
}

inline const std::vector<std::string> file_names = {"table.csv", "errors.csv", "sequences.csv", "search.csv",
                                                    "sequences.npz"};

inline void save(const options& o, const std::vector<result>& all, const support::output_directory& out) {
  csv_table table({"energy",
                   "attack",
                   "error_search",
                   "error_held_out",
                   "low",
                   "high",
                   "q25",
                   "q75",
                   "stalled",
                   "after_3",
                   "after_10",
                   "after_30",
                   "ratio_paper",
                   "ratio_paper_low",
                   "ratio_paper_high",
                   "ratio_ones",
                   "ratio_ones_low",
                   "ratio_ones_high",
                   "ratio_random",
                   "ratio_random_low",
                   "ratio_random_high",
                   "trainings",
                   "labels_clean"}),
      errors({"energy", "attack", "side", "seed", "error"}),
      sequences({"energy", "attack", "sequence", "entry", "value"}),
      curves({"energy", "attack", "generation", "score"});
  npz_writer arrays;
  const auto length = static_cast<std::size_t>(o.base().length);
  for (const result& r : all) {
    const victim_errors& e = r.report.held_out;
    const comparison p = beside(all, r, "paper"), w = beside(all, r, "ones"), d = beside(all, r, "random");
    table.add(r.energy, r.attack, r.report.of_search.median, e.median, e.interval[0], e.interval[1],
              e.quartiles[0], e.quartiles[1], e.stalled, r.report.after[1], r.report.after[2],
              r.report.after[3], p.median, p.interval[0], p.interval[1], w.median, w.interval[0],
              w.interval[1], d.median, d.interval[0], d.interval[1], r.trainings, r.clean ? "yes" : "no");
    for (std::size_t i = 0; i < o.seeds.size(); ++i)
      errors.add(r.energy, r.attack, "search", o.seeds[i], r.report.of_search.each[i]);
    for (std::size_t i = 0; i < o.held_out.size(); ++i)
      errors.add(r.energy, r.attack, "held_out", o.held_out[i], e.each[i]);
    const std::vector<double>& x = r.poison.added;
    for (std::size_t i = 0; i < x.size(); ++i)
      sequences.add(r.energy, r.attack, i / length, i % length, x[i]);
    for (std::size_t g = 0; g < r.curve.size(); ++g) curves.add(r.energy, r.attack, g, r.curve[g]);
    arrays.add<double>(r.attack + "." + digits(r.energy), x, std::array{x.size() / length, length});
  }
  out.save("table.csv", table);
  out.save("errors.csv", errors);
  out.save("sequences.csv", sequences);
  out.save("search.csv", curves);
  out.save("sequences.npz", arrays);
}

}  // namespace attack_program
