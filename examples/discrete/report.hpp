// SPDX-License-Identifier: BSD-3-Clause
// What a program says about its runs: tables for people, a JSON line for programs, CSV files for figures.
#pragma once

#include <limits>
#include <ostream>

#include "../support/spread.hpp"
#include "run.hpp"

namespace discrete {

/// One run and what came of it.
struct row {
  const setting* of = nullptr;
  std::uint32_t seed = 0;
  bool special = false;
  result r;

  integer specials() const { return special ? of->special : 0; }
  double steps_to_target() const {
    return r.steps_to_target < 0 ? std::numeric_limits<double>::quiet_NaN() : r.steps_to_target;
  }
};

/// The run as one JSON object; what is not finite, or was not reached, is null.
inline std::string json_line(const options& o, const row& of) {
  const result& r = of.r;
  json_object line;
  line.add("experiment", of.of->name).add("seed", of.seed).add("special", of.specials());
  line.add("scalar", o.scalar_name()).add("status", r.status).add("steps_to_target", of.steps_to_target());
  line.add("steps", r.steps)
      .add("train_loss", r.train_loss)
      .add("generalization_error", r.generalization_error);
  line.add("effective_rank", r.effective_rank).add("eigenvalues", r.eigenvalues).add("gamma", r.gamma);
  return line.add("seconds", r.seconds).text();
}

/// Everything but the times of the machine, so that equal experiments give equal files.
inline csv_table table_csv(const options& o, const std::vector<row>& rows) {
  csv_table csv({"experiment", "dim", "length", "seed", "special", "scalar", "status", "steps_to_target",
                 "steps", "train_loss", "generalization_error", "effective_rank", "eigenvalue_0",
                 "eigenvalue_1", "gamma_0"});
  for (const row& of : rows)
    csv.add(of.of->name, of.of->dim, of.of->length, of.seed, of.specials(), o.scalar_name(),
            to_string(of.r.status), of.steps_to_target(), of.r.steps, of.r.train_loss,
            of.r.generalization_error, of.r.effective_rank, of.r.eigenvalues[0], of.r.eigenvalues[1],
            of.r.gamma[0]);
  return csv;
}

inline support::spread errors(const std::vector<row>& rows, const setting& s, bool special) {
  support::spread all;
  for (const row& of : rows)
    if (of.of == &s && of.special == special) all.add(of.r.generalization_error);
  return all;
}

/// The means of all settings, for figures.
inline csv_table summary_csv(const options& o, const std::vector<row>& rows) {
  csv_table csv({"experiment", "special", "seeds", "mean", "lowest", "highest"});
  for (const setting& s : o.settings)
    for (bool special : o.runs) {
      const support::spread e = errors(rows, s, special);
      csv.add(s.name, special ? s.special : 0, e.size(), e.mean(), e.lowest(), e.highest());
    }
  return csv;
}

inline void print_setting(std::ostream& out, const options& o, const std::vector<row>& rows,
                          const setting& s) {
  using support::rounded;
  std::string teacher;
  for (double a : s.teacher) teacher += (teacher.empty() ? "" : ", ") + digits(a);
  out << s.name << ": d = " << s.dim << ", length " << s.length;
  if (s.mlp_width > 0) out << ", network " << s.mlp_depth << " x " << s.mlp_width;
  out << ", teacher A = (" << teacher << "), " << s.optimizer << (s.reset_io ? ", B = C = 1" : "") << ", in "
      << o.scalar_name() << "\n\n";
  support::text_table table({"seed", "special", "status", "to target", "steps", "loss", "|a|_1", "|a|_2",
                             "|a|_3", "eff. rank", "gamma_0", "generalization error"});
  for (const row& of : rows) {
    if (of.of != &s) continue;
    const auto number = [](double x, int figures) { return rounded(x, figures); };
    const auto mode = [&](std::size_t j) {
      return j < of.r.eigenvalues.size() ? number(of.r.eigenvalues[j], 7) : std::string("-");
    };
    table.add({std::to_string(of.seed), std::to_string(of.specials()), std::string(to_string(of.r.status)),
               of.r.steps_to_target < 0 ? "-" : number(of.r.steps_to_target, 9), number(of.r.steps, 9),
               number(of.r.train_loss, 6), mode(0), mode(1), mode(2), number(of.r.effective_rank, 6),
               number(of.r.gamma[0], 5), number(of.r.generalization_error, 6)});
  }
  out << table << '\n';
}

/// Beside the authors' own numbers, where their notebook printed some.
inline void print_comparison(std::ostream& out, const options& o, const std::vector<row>& rows,
                             const std::vector<printed>& by_the_authors) {
  using support::rounded;
  support::text_table table({"beside the authors'", "seed", "special", "loss", "theirs", "|a|_1", "theirs",
                             "|a|_2", "theirs", "|a|_3", "theirs"});
  bool any = false;
  for (const row& of : rows)
    for (const printed& p : by_the_authors) {
      const bool same = p.setting == of.of->name && p.seed == of.seed && p.special == of.special;
      if (!same || !o.as_published) continue;
      any = true;
      const auto& a = of.r.eigenvalues;
      table.add({of.of->name, std::to_string(of.seed), std::to_string(of.specials()),
                 rounded(of.r.train_loss, 8), rounded(p.loss, 8), rounded(a[0], 7), rounded(p.a1, 7),
                 rounded(a[1], 7), rounded(p.a2, 7), rounded(a[2], 7), rounded(p.a3, 7)});
    }
  if (any) out << table << '\n';
}

inline void print_summary(std::ostream& out, const options& o, const std::vector<row>& rows) {
  support::text_table table(
      {"generalization error", "without special sequences", "with special sequences", "ratio", "seconds"});
  for (const setting& s : o.settings) {
    const support::spread clean = errors(rows, s, false), poisoned = errors(rows, s, true);
    double seconds = 0;
    for (const row& of : rows)
      if (of.of == &s) seconds += of.r.seconds;
    const bool both = !clean.empty() && !poisoned.empty();
    table.add({s.name, clean.text(), poisoned.text(),
               both ? support::rounded(poisoned.mean() / clean.mean(), 4) : "-",
               support::rounded(seconds, 3)});
  }
  const bool network = o.settings[0].mlp_width > 0;
  const std::string horizon = std::to_string(o.horizon);
  out << "mean over seeds (lowest to highest), "
      << (network ? "test sequences of length " + horizon : horizon + " entries of the impulse response")
      << "\n\n"
      << table;
}

}  // namespace discrete
