// SPDX-License-Identifier: BSD-3-Clause
// What `phase_diagram` says: a table for people, a JSON line per cell, and map.csv, axes.csv and map.npz for figures.
#pragma once

#include <ostream>

#include "../support/map_files.hpp"
#include "experiment.hpp"

namespace phase_diagram {

inline double share(const std::vector<double>& of, auto holds) {
  const auto count = std::count_if(of.begin(), of.end(), holds);
  return static_cast<double>(count) / static_cast<double>(of.size());
}
inline double reached(const tile& t) {
  return share(t.runs.steps_to_target, [](double s) { return s >= 0; });
}
/// The share of students of a verdict.
inline double share_of(const tile& t, std::string_view verdict) {
  const auto count = std::count(t.runs.verdict.begin(), t.runs.verdict.end(), verdict);
  return static_cast<double>(count) / static_cast<double>(t.runs.verdict.size());
}
inline constexpr std::array<std::string_view, 4> verdicts = {"certified", "open", "wrong", "refuted"};

inline double not_finite(const tile& t) {
  return share(t.runs.error, [](double e) { return !std::isfinite(e); });
}

/// The medians of the grid, of every so many rows and columns where there are too many; larger y above.
inline void print_table(std::ostream& out, const map& m) {
  using support::rounded;
  const options& o = m.asked();
  out << o.base().name << ", " << o.of.scalar_name() << ", " << o.seeds.size()
      << " seeds: median generalization error over " << o.of.horizon << " entries,\n";
  // The grid's tiles come first, row by row, and keep their cells when they are cut.
  support::print_grid(out, o.x, o.y, [&](std::size_t i) { return m.tiles()[i].median(); });
  double steps = 0, not_reached = 0;
  std::size_t runs = 0;
  for (const tile& t : m.tiles()) {
    for (const double s : t.runs.steps) steps += s;
    runs += t.runs.steps.size();
    not_reached += 1 - reached(t);
  }
  out << m.tiles().size() << " cells, " << runs << " students, " << rounded(steps, 4) << " training steps; "
      << rounded(100 * (1 - not_reached / static_cast<double>(m.tiles().size())), 4)
      << " % reached the training target\n";
  const auto by_unpoisoned = [](const tile& t) { return t.runs.unpoisoned; };
  const auto [least, most] = std::ranges::minmax(m.tiles(), {}, by_unpoisoned);
  out << "without special sequences: " << rounded(least.runs.unpoisoned, 3);
  if (most.runs.unpoisoned > least.runs.unpoisoned) out << " to " << rounded(most.runs.unpoisoned, 3);
  out << '\n';
}

inline std::string json_line(const options& o, const tile& t) {
  json_object line;
  line.add(o.x.kind->name, t.x).add(o.y.kind->name, t.y).add("level", t.level);
  for (const auto& [name, p] :
       {std::pair{"q10", 0.1}, {"q25", 0.25}, {"median", 0.5}, {"q75", 0.75}, {"q90", 0.9}})
    line.add(std::string("generalization_error_") + name, support::quantile(t.runs.error, p));
  line.add("generalization_error_unpoisoned", t.runs.unpoisoned);
  line.add("generalization_error", t.runs.error).add("steps_to_target", t.runs.steps_to_target);
  line.add("steps", t.runs.steps).add("reached", reached(t)).add("not_finite", not_finite(t));
  if (o.teacher_mass > 0)
    for (const std::string_view v : verdicts) line.add(v, share_of(t, v));
  return line.text();
}

/// A row per tile: its cell, its sides, its quantiles.
inline csv_table map_csv(const map& m) {
  const options& o = m.asked();
  csv_table csv({"x", "y", "left", "right", "bottom", "top", "level", "runs", "error_q10", "error_q25",
                 "error_median", "error_q75", "error_q90", "steps_median", "reached", "not_finite",
                 "error_unpoisoned"});
  for (const tile& t : m.tiles()) {
    const auto error = [&](double p) { return support::quantile(t.runs.error, p); };
    csv.add(t.x, t.y, o.x.unscaled(t.left), o.x.unscaled(t.right), o.y.unscaled(t.bottom),
            o.y.unscaled(t.top), t.level, t.runs.error.size(), error(0.1), error(0.25), error(0.5),
            error(0.75), error(0.9), support::quantile(t.runs.steps, 0.5), reached(t), not_finite(t),
            t.runs.unpoisoned);
  }
  return csv;
}

/// A row per tile: the shares of the verdicts.
inline csv_table certificates_csv(const map& m) {
  const options& o = m.asked();
  csv_table csv({"x", "y", "left", "right", "bottom", "top", "certified", "open", "wrong", "refuted"});
  for (const tile& t : m.tiles())
    csv.add(t.x, t.y, o.x.unscaled(t.left), o.x.unscaled(t.right), o.y.unscaled(t.bottom),
            o.y.unscaled(t.top), share_of(t, verdicts[0]), share_of(t, verdicts[1]), share_of(t, verdicts[2]),
            share_of(t, verdicts[3]));
  return csv;
}

inline csv_table axes_csv(const options& o) { return support::axes_csv(o.x, o.y); }

/// Arrays over the tiles (n), and the error of every run (n, seeds).
inline npz_writer map_npz(const map& m) {
  const std::size_t n = m.tiles().size(), seeds = m.asked().seeds.size();
  std::vector<double> x, y, median, errors;
  std::vector<std::int64_t> level;
  for (const tile& t : m.tiles()) {
    x.push_back(t.x);
    y.push_back(t.y);
    median.push_back(t.median());
    level.push_back(t.level);
    errors.insert(errors.end(), t.runs.error.begin(), t.runs.error.end());
  }
  npz_writer out;
  out.add("x", x).add("y", y).add("level", level).add("error_median", median);
  out.add<double>("generalization_error", errors, std::array{n, seeds});
  out.add("seed", std::vector<std::int64_t>(m.asked().seeds.begin(), m.asked().seeds.end()));
  const std::array grid_shape = {m.asked().y.values.size(), m.asked().x.values.size()};
  out.add<double>("grid_error_median", std::span(median).first(grid_shape[0] * grid_shape[1]), grid_shape);
  return out.add("grid_x", m.asked().x.values).add("grid_y", m.asked().y.values);
}

/// Files beside the runs, and the folders of runs that a refinement may have left.
inline support::map_files files_of(const options& o) {
  return {o.out, o.overwrite, {"refined1", "refined2", "refined3"}};
}
inline void refuse_foreign_files(const options& o) {
  files_of(o).refuse_foreign({"map.csv", "axes.csv", "map.npz", "certificates.csv"});
}
inline void save(const map& m) {
  const options& o = m.asked();
  std::vector<std::pair<std::string, std::string>> files = {
      {"map.csv", map_csv(m).text()}, {"axes.csv", axes_csv(o).text()}, {"map.npz", map_npz(m).bytes()}};
  if (o.teacher_mass > 0) files.emplace_back("certificates.csv", certificates_csv(m).text());
  files_of(o).save(files, [&](const std::string& folder) { return m.made_of(folder); });
}

}  // namespace phase_diagram
