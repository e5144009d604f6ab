// SPDX-License-Identifier: BSD-3-Clause
// What `attack` says: a table for people, JSON lines for programs, CSV and npz files for figures.
#pragma once

#include <iostream>

#include "../support/output_directory.hpp"
#include "../support/text_table.hpp"
#include "experiment.hpp"

namespace attack_program {

using support::rounded;

/// Ratios of the errors held out to those of another attack of the same energy, victim by victim: the median and its interval.
/// Searches are compared with the random one of their seed.
struct comparison {
  double median;
  std::array<double, 2> interval;
};
inline comparison beside(const results& all, const result& r, const char* attack) {
  const result* other = &r;
  for (const result& x : all.attacks)
    if (x.energy == r.energy && x.attack == attack && (x.trainings == 0 || x.search_seed == r.search_seed))
      other = &x;
  const auto ratios = paired_ratios(r.report.held_out.each, other->report.held_out.each);
  return {quantile_of(ratios, 0.5), median_interval(ratios)};
}

/// The energy at which an attack reaches an error: between energies by powers, as text.
inline std::string energy_for(const results& all, const result& like, double error) {
  std::vector<const result*> at;
  for (const result& r : all.attacks)
    if (r.attack == like.attack && r.search_seed == like.search_seed && r.energy > 0) at.push_back(&r);
  std::sort(at.begin(), at.end(), [](auto x, auto y) { return x->energy < y->energy; });
  for (std::size_t i = 0; i < at.size(); ++i) {
    const double high = at[i]->report.held_out.median;
    if (high < error) continue;
    if (i == 0) return "below " + rounded(at[0]->energy, 3);
    const double low = at[i - 1]->report.held_out.median, e = at[i - 1]->energy;
    const double part = std::isfinite(high) ? std::log(error / low) / std::log(high / low) : 1;
    return rounded(e * std::pow(at[i]->energy / e, part), 2);
  }
  return "above " + rounded(at.back()->energy, 3);
}
inline std::string pair_of(const std::array<double, 2>& x) {
  return rounded(x[0], 3) + " to " + rounded(x[1], 3);
}

/// The energies at which attacks reach ten times the error without poison, where several energies were asked for.
inline void print_energies(std::ostream& out, const options& o, const results& all) {
  if (o.energies.size() < 2) return;
  out << "\nThe energy for ten times the error without poison, between those that were tried:\n\n";
  support::text_table table({"attack", "search", "energy"});
  for (const result& r : all.attacks)
    if (r.energy == o.energies[0])
      table.add({r.attack, r.trainings > 0 ? digits(r.search_seed) : "-",
                 energy_for(all, r, 10 * all.clean.median)});
  out << table;
}

inline void print_table(std::ostream& out, const options& o, const results& all) {
  out << "Added: " << o.sequences << " sequences of rank " << o.rank
      << ", labelled by the teacher; the attacker knows " << lssm::name_of(o.known) << ".\n"
      << "Median errors over " << o.of.horizon << " lags, of " << o.seeds.size()
      << " victims of the search and " << o.held_out.size()
      << " held out, a stalled one counted as infinite;\nwithout poison " << rounded(all.clean.median, 3)
      << ". x3 to x30: with so many times more steps past the target. \"over\": median ratios, victim by "
         "victim,\nto the paper's direction, all ones and random search. 95 % intervals of medians by order "
         "statistics.\n\n";
  support::text_table table({"energy", "attack", "search", "searched", "held out", "95 %", "quartiles",
                             "stalled", "x3", "x10", "x30", "over paper", "95 %", "over ones", "95 %",
                             "over random", "95 %", "trainings"});
  for (const result& r : all.attacks) {
    const victim_errors& e = r.report.held_out;
    std::vector<std::string> row{rounded(r.energy, 3),
                                 r.attack,
                                 r.trainings > 0 ? digits(r.search_seed) : "-",
                                 rounded(r.report.of_search.median, 3),
                                 rounded(e.median, 3),
                                 pair_of(e.interval),
                                 pair_of(e.quartiles),
                                 rounded(100 * e.stalled, 3) + " %"};
    for (std::size_t i = 1; i < multiples.size(); ++i) row.push_back(rounded(r.report.after[i], 3));
    for (const char* other : {"paper", "ones", "random"}) {
      const comparison c = beside(all, r, other);
      row.insert(row.end(), {rounded(c.median, 3), pair_of(c.interval)});
    }
    row.push_back(digits(r.trainings));
    table.add(row);
  }
  out << table;
  print_energies(out, o, all);
}

inline std::string json_line(const options& o, const results& all, const result& r) {
  const victim_errors& e = r.report.held_out;
  json_object after, line;
  for (std::size_t i = 0; i < multiples.size(); ++i) after.add(digits(multiples[i]), r.report.after[i]);
  const char* how = r.attack == "found" ? strategy_names[static_cast<std::size_t>(o.search)].c_str()
                    : r.trainings > 0   ? "random"
                                        : "given";
  line.add("experiment", o.base().name).add("attack", r.attack).add("labels_clean", r.clean);
  line.add("energy", r.energy).add("rank", o.rank);
  line.add("goal", goal_names[static_cast<std::size_t>(o.goal)]).add("search", how);
  line.add("error_clean", all.clean.median);
  line.add("error_search", r.report.of_search.median).add("error_held_out", e.median);
  line.add("interval", e.interval).add("quartiles", e.quartiles).add("stalled", e.stalled);
  line.add("error_after", after);
  for (const std::string other : {"paper", "ones", "random"}) {
    const comparison c = beside(all, r, other.c_str());
    line.add("ratio_" + other, c.median).add("ratio_" + other + "_interval", c.interval);
  }
  line.add("knowledge", lssm::name_of(o.known)).add("sequences", o.sequences).add("evaluations", r.trainings);
  return line.add("seconds", r.seconds).add("search_seed", r.search_seed).text();
}

inline const std::vector<std::string> file_names = {"table.csv", "errors.csv", "sequences.csv", "search.csv",
                                                    "sequences.npz"};

inline void save(const options& o, const results& all, const support::output_directory& out) {
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
                   "labels_clean",
                   "search_seed",
                   "error_clean"}),
      errors({"energy", "attack", "side", "seed", "error", "search_seed"}),
      sequences({"energy", "attack", "sequence", "entry", "value", "search_seed"}),
      curves({"energy", "attack", "generation", "score", "search_seed"});
  npz_writer arrays;
  const auto length = static_cast<std::size_t>(o.base().length);
  for (const result& r : all.attacks) {
    const victim_errors& e = r.report.held_out;
    const comparison p = beside(all, r, "paper"), w = beside(all, r, "ones"), d = beside(all, r, "random");
    table.add(r.energy, r.attack, r.report.of_search.median, e.median, e.interval[0], e.interval[1],
              e.quartiles[0], e.quartiles[1], e.stalled, r.report.after[1], r.report.after[2],
              r.report.after[3], p.median, p.interval[0], p.interval[1], w.median, w.interval[0],
              w.interval[1], d.median, d.interval[0], d.interval[1], r.trainings, r.clean ? "yes" : "no",
              r.search_seed, all.clean.median);
    for (std::size_t i = 0; i < o.seeds.size(); ++i)
      errors.add(r.energy, r.attack, "search", o.seeds[i], r.report.of_search.each[i], r.search_seed);
    for (std::size_t i = 0; i < o.held_out.size(); ++i)
      errors.add(r.energy, r.attack, "held_out", o.held_out[i], e.each[i], r.search_seed);
    const std::vector<double>& x = r.poison.added;
    for (std::size_t i = 0; i < x.size(); ++i)
      sequences.add(r.energy, r.attack, i / length, i % length, x[i], r.search_seed);
    for (std::size_t g = 0; g < r.curve.size(); ++g)
      curves.add(r.energy, r.attack, g, r.curve[g], r.search_seed);
    arrays.add<double>(name_of(o, r.attack, r.energy, r.search_seed), x,
                       std::array{x.size() / length, length});
  }
  out.save("table.csv", table);
  out.save("errors.csv", errors);
  out.save("sequences.csv", sequences);
  out.save("search.csv", curves);
  out.save("sequences.npz", arrays);
}

}  // namespace attack_program
