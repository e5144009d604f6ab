// SPDX-License-Identifier: BSD-3-Clause
// What `aftermath` says: a table for people, a JSON line per group for programs, CSV and npz files for figures.
#pragma once

#include "../support/output_directory.hpp"
#include "../support/spread.hpp"
#include "experiment.hpp"

namespace aftermath {

using support::quantile;

/// The errors that a run is compared to.
inline constexpr std::array thresholds = {0.1, 1.0};

inline double share(const group& g, auto holds) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < g.lengths.size(); ++i) count += holds(i) ? 1 : 0;
  return static_cast<double>(count) / static_cast<double>(g.lengths.size());
}

/// Whether the error of a seed was above at every sample from its published end to the last mark.
inline bool stays_above(const options& o, const group& g, std::size_t seed, double threshold) {
  const auto above = [&](const samples& s, std::size_t moment) {
    return s.error[moment * s.seeds + seed] > threshold;
  };
  for (std::size_t m = 0; m < o.marks().size(); ++m)
    if (!above(g.at_marks, m)) return false;
  for (std::size_t k = 0; k < g.steps.size(); ++k)
    if (g.steps[k] >= g.lengths[seed] && g.steps[k] <= o.times * g.lengths[seed] && !above(g.over_steps, k))
      return false;
  return true;
}

inline double share_above(const options& o, const group& g, double threshold) {
  return share(g, [&](std::size_t i) { return stays_above(o, g, i, threshold); });
}
inline double share_reached(const group& g) {
  return share(g, [&](std::size_t i) { return g.steps_to_target[i] >= 0; });
}
inline double share_not_finite(const group& g) {
  return share(g, [&](std::size_t i) { return !g.finite[i]; });
}

/// Not reached counts as longest.
inline double median_steps_to_target(const group& g) {
  std::vector<double> steps = g.steps_to_target;
  for (double& s : steps)
    if (s < 0) s = std::numeric_limits<double>::infinity();
  return quantile(steps, 0.5);
}

inline std::string percent(double share) { return support::rounded(100 * share, 3) + " %"; }

inline void print_table(std::ostream& out, const options& o, const std::vector<group>& groups) {
  using support::rounded;
  const auto lengths = [](const group& g) {
    const auto [least, most] = std::minmax_element(g.lengths.begin(), g.lengths.end());
    return std::to_string(*least) + " to " + std::to_string(*most);
  };
  out << "poison6, " << o.seeds << " seeds from " << o.first_seed << ", in " << o.scalar_name() << ", "
      << groups[0].steps.back() << " steps; published lengths " << lengths(groups[0]) << " without and "
      << lengths(groups[1]) << " with\nspecial sequences. Generalization errors over " << o.horizon
      << " entries: median (10 % to 90 %) after multiples of the published length.\n\n";
  std::vector<std::string> head = {"rule", "rate", "special", "steps to 0.01"};
  for (integer m : o.marks()) head.push_back("error at " + std::to_string(m) + "x");
  for (double t : thresholds) head.push_back("stays > " + rounded(t, 3));
  head.push_back("not finite");
  support::text_table table(head);
  for (const group& g : groups) {
    std::vector<std::string> row = {g.rule, rounded(g.rate, 4), g.special ? "with" : "without"};
    row.push_back(rounded(median_steps_to_target(g), 6) +
                  (share_reached(g) < 1 ? " (" + percent(share_reached(g)) + ")" : ""));
    for (std::size_t m = 0; m < o.marks().size(); ++m) {
      const auto e = g.at_marks.at(g.at_marks.error, m);
      row.push_back(rounded(quantile(e, 0.5), 3) + " (" + rounded(quantile(e, 0.1), 3) + " to " +
                    rounded(quantile(e, 0.9), 3) + ")");
    }
    for (double t : thresholds) row.push_back(percent(share_above(o, g, t)));
    row.push_back(percent(share_not_finite(g)));
    table.add(row);
  }
  out << table;
}

/// One number for each mark.
inline std::vector<double> at_marks(const group& g, const std::vector<double>& of, double p) {
  std::vector<double> values;
  for (std::size_t m = 0; m < of.size() / g.at_marks.seeds; ++m)
    values.push_back(quantile(g.at_marks.at(of, m), p));
  return values;
}

inline std::string json_line(const options& o, const group& g) {
  const samples& s = g.at_marks;
  json_object line;
  line.add("rule", g.rule).add("rate", g.rate).add("special", g.special ? 10 : 0);
  line.add("scalar", o.scalar_name()).add("seeds", o.seeds).add("first_seed", o.first_seed);
  line.add("published_lengths", g.lengths).add("steps", g.steps.back());
  line.add("steps_to_target", g.steps_to_target).add("reached", share_reached(g));
  line.add("times", o.marks());
  for (const auto& [name, p] :
       {std::pair{"q10", 0.1}, {"q25", 0.25}, {"median", 0.5}, {"q75", 0.75}, {"q90", 0.9}})
    line.add(std::string("generalization_error_") + name, at_marks(g, s.error, p));
  line.add("train_loss_median", at_marks(g, s.loss, 0.5))
      .add("effective_rank_median", at_marks(g, s.rank, 0.5));
  std::vector<double> above;
  above.reserve(std::size(thresholds));
  for (double t : thresholds) above.push_back(share_above(o, g, t));
  line.add("thresholds", thresholds).add("stays_above", above);
  return line.add("not_finite", share_not_finite(g)).text();
}

/// The table with all its quantiles: a row per group and multiple of the published length.
inline csv_table table_csv(const options& o, const std::vector<group>& groups) {
  csv_table csv({"rule", "rate", "special", "seeds", "scalar", "times", "steps", "error_q10", "error_q25",
                 "error_median", "error_q75", "error_q90", "loss_median", "rank_median", "reached",
                 "stays_above_0.1", "stays_above_1", "not_finite"});
  for (const group& g : groups) {
    const samples& s = g.at_marks;
    const double length = quantile(std::vector<double>(g.lengths.begin(), g.lengths.end()), 0.5);
    for (std::size_t m = 0; m < o.marks().size(); ++m) {
      const auto error = [&](double p) { return quantile(s.at(s.error, m), p); };
      const integer times = o.marks()[m];
      csv.add(g.rule, g.rate, g.special ? 10 : 0, o.seeds, o.scalar_name(), times,
              length * static_cast<double>(times), error(0.1), error(0.25), error(0.5), error(0.75),
              error(0.9), quantile(s.at(s.loss, m), 0.5), quantile(s.at(s.rank, m), 0.5), share_reached(g),
              share_above(o, g, thresholds[0]), share_above(o, g, thresholds[1]), share_not_finite(g));
    }
  }
  return csv;
}

/// Everything that a program of these flags leaves in --out.
template <class L>
support::output_directory make_output(const options& o) {
  std::vector<std::string> names = {"aftermath.csv"};
  for (const char* rule : rule_names)
    for (const char* special : {"_special0", "_special10"})
      for (const char* ending : {".csv", "_seeds.csv", ".npz"})
        names.push_back(std::string(rule) + special + ending);
  return {o.out, "aftermath", o.label(), facts_of_build<L>(), std::move(names), o.overwrite};
}

/// `<rule>_special<n>.csv` quantiles over the steps, `..._seeds.csv` the error of every seed, `.npz` everything.
inline void save(const options& o, const group& g, const support::output_directory& out) {
  const std::string name = g.rule + "_special" + (g.special ? "10" : "0");
  const samples& s = g.over_steps;
  std::vector<std::string> columns = {"steps"}, seed_columns = columns;
  for (const char* of : {"error", "loss", "rank"})
    for (const char* q : {"_q10", "_q25", "_median", "_q75", "_q90"}) columns.push_back(std::string(of) + q);
  for (std::uint32_t seed : o.seed_list()) seed_columns.push_back("error_" + std::to_string(seed));
  csv_table quantiles(columns), seeds(seed_columns);
  for (std::size_t k = 0; k < g.steps.size(); ++k) {
    std::vector<double> row = {static_cast<double>(g.steps[k])}, seed_row = row;
    for (const auto* of : {&s.error, &s.loss, &s.rank})
      for (double p : {0.1, 0.25, 0.5, 0.75, 0.9}) row.push_back(quantile(s.at(*of, k), p));
    const auto errors = s.at(s.error, k);
    seed_row.insert(seed_row.end(), errors.begin(), errors.end());
    quantiles.add_row<double>(row);
    seeds.add_row<double>(seed_row);
  }
  out.save(name + ".csv", quantiles);
  out.save(name + "_seeds.csv", seeds);

  const std::array shape = {g.steps.size(), s.seeds}, marks_shape = {o.marks().size(), s.seeds};
  const auto integers = [](const auto& from) { return std::vector<std::int64_t>(from.begin(), from.end()); };
  npz_writer arrays;
  arrays.add("seed", integers(o.seed_list())).add("published_length", integers(g.lengths));
  arrays.add("steps_to_target", g.steps_to_target).add("steps", integers(g.steps));
  arrays.add<double>("generalization_error", s.error, shape).add<double>("train_loss", s.loss, shape);
  arrays.add<double>("effective_rank", s.rank, shape).add("times", integers(o.marks()));
  arrays.add<double>("generalization_error_at_times", g.at_marks.error, marks_shape);
  arrays.add<double>("train_loss_at_times", g.at_marks.loss, marks_shape);
  out.save(name + ".npz", arrays);
}

}  // namespace aftermath
