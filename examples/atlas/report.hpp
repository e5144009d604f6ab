// SPDX-License-Identifier: BSD-3-Clause
// What `atlas` says: a table for people, a JSON line per cell, and tables for figures: a row per tile (map.csv), per side of
// the border (border.csv), per axis (axes.csv), for the setting that the axes start from (base.csv), per seed (seeds.csv).
#pragma once

#include <ostream>

#include "../support/map_files.hpp"
#include "experiment.hpp"

namespace atlas {

inline const char* name_of(map_kind k) { return k == map_kind::bias ? "bias" : "energy"; }

/// Whether the interval of the median holds the border.
inline bool in_band(const options& o, const cell& c) {
  const auto [low, high] = c.interval();
  return low <= o.border && o.border < high;
}

inline void print_table(std::ostream& out, const map& m) {
  using support::rounded;
  const options& o = m.asked();
  out << o.of.settings[0].name << ", " << o.of.scalar_name() << ", " << o.seeds.size() << " seeds: median "
      << (o.map == map_kind::bias ? "generalization error" : "of the least energy that harms") << ",\n";
  support::print_grid(out, o.x, o.y, [&](std::size_t i) { return m.tiles()[i].median(); });
  std::size_t stalled = 0, band = 0;
  for (const tile& t : m.tiles()) {
    stalled += t.runs.stalled > 0.5 ? 1 : 0;
    band += in_band(o, t.runs) ? 1 : 0;
  }
  const auto [low, high] = m.base().interval();
  out << m.tiles().size() << " cells, " << m.tiles().size() * o.seeds.size() * o.trainings()
      << " trainings at most; " << stalled << " cells stall, " << band << " in the band of the border at "
      << rounded(o.border, 3) << "\nwithout the axes: " << rounded(m.base().median(), 3) << " ("
      << rounded(low, 3) << " to " << rounded(high, 3) << ")\n";
}

/// Cells of every table that says what a cell came to.
inline const std::vector<std::string> cell_columns = {"median", "low",  "high",  "stalled",
                                                      "denied", "band", "effect"};

inline void add_cell(const options& o, const cell& c, auto add) {
  const auto [low, high] = c.interval();
  add(c.median(), low, high, c.stalled, c.denied, in_band(o, c) ? 1 : 0, c.effect_median());
}

inline std::string json_line(const options& o, const tile& t) {
  json_object line;
  line.add(o.x.kind->name, t.x).add(o.y.kind->name, t.y).add("level", t.level);
  add_cell(o, t.runs, [&](const auto&... v) {
    std::size_t i = 0;
    (line.add(cell_columns[i++], v), ...);
  });
  line.add("generalization_error", t.runs.error);
  for (std::size_t d = 0; d < t.runs.energy.size(); ++d)
    line.add("energy_" + direction_name(o, d), t.runs.energy[d]);
  return line.text();
}

inline csv_table map_csv(const map& m) {
  const options& o = m.asked();
  std::vector<std::string> columns = {"x", "y", "left", "right", "bottom", "top", "level"};
  columns.insert(columns.end(), cell_columns.begin(), cell_columns.end());
  csv_table csv(columns);
  for (const tile& t : m.tiles())
    add_cell(o, t.runs, [&](const auto&... v) {
      csv.add(t.x, t.y, o.x.unscaled(t.left), o.x.unscaled(t.right), o.y.unscaled(t.bottom),
              o.y.unscaled(t.top), t.level, v...);
    });
  return csv;
}

/// Sides between tiles whose medians lie on two sides of the border.
inline csv_table border_csv(const map& m) {
  const options& o = m.asked();
  csv_table csv({"x1", "y1", "x2", "y2"});
  for (const support::shared_side& s : m.sides()) {
    const double a = m.tiles()[s.first].median(), b = m.tiles()[s.second].median();
    if (!(std::min(a, b) <= o.border && std::max(a, b) > o.border)) continue;
    if (s.across)
      csv.add(o.x.unscaled(s.at), o.y.unscaled(s.from), o.x.unscaled(s.at), o.y.unscaled(s.to));
    else
      csv.add(o.x.unscaled(s.from), o.y.unscaled(s.at), o.x.unscaled(s.to), o.y.unscaled(s.at));
  }
  return csv;
}

inline csv_table base_csv(const map& m) {
  std::vector<std::string> columns = {"map", "border"};
  columns.insert(columns.end(), cell_columns.begin(), cell_columns.end());
  csv_table csv(columns);
  const options& o = m.asked();
  add_cell(o, m.base(), [&](const auto&... v) { csv.add(name_of(o.map), o.border, v...); });
  return csv;
}

/// A row per tile, seed and direction; of the bias one row for each seed.
inline csv_table seeds_csv(const map& m) {
  const options& o = m.asked();
  csv_table csv({"x", "y", "seed", "generalization_error", "direction", "energy"});
  for (const tile& t : m.tiles())
    for (std::size_t s = 0; s < o.seeds.size(); ++s) {
      if (o.directions() == 0) csv.add(t.x, t.y, o.seeds[s], t.runs.error[s], "none", 0);
      for (std::size_t d = 0; d < o.directions(); ++d)
        csv.add(t.x, t.y, o.seeds[s], t.runs.error[s], direction_name(o, d), t.runs.energy[d][s]);
    }
  return csv;
}

/// Files beside the runs, and the folders of runs that another call may have left.
inline support::map_files files_of(const options& o) {
  std::vector<std::string> folders;
  for (const char* part : {"base", "map", "refined1", "refined2", "refined3"}) {
    if (part[0] == 'r') folders.emplace_back(part);
    for (integer round = 1; round <= most_halvings; ++round)
      folders.push_back(std::string(part) + ".energy" + std::to_string(round));
    for (integer g = 1; g <= most_generations; ++g)
      folders.push_back(std::string(part) + ".generation" + std::to_string(g));
  }
  return {o.out, o.overwrite, std::move(folders)};
}
inline void refuse_foreign_files(const options& o) {
  files_of(o).refuse_foreign({"map.csv", "axes.csv", "border.csv", "base.csv", "seeds.csv"});
}
inline void save(const map& m) {
  const options& o = m.asked();
  files_of(o).save({{"map.csv", map_csv(m).text()},
                    {"axes.csv", support::axes_csv(o.x, o.y).text()},
                    {"border.csv", border_csv(m).text()},
                    {"base.csv", base_csv(m).text()},
                    {"seeds.csv", seeds_csv(m).text()}},
                   [&](const std::string& folder) {
                     const std::size_t dot = folder.find('.');
                     const std::string part = folder.substr(0, dot);
                     if (part != "base" && !m.made_of(part)) return false;
                     if (dot == std::string::npos) return true;
                     const auto round = [&](const std::string& kind) {
                       return std::stoll(folder.substr(dot + 1 + kind.size()));
                     };
                     if (folder[dot + 1] == 'g') return round("generation") <= o.generations;
                     return o.map == map_kind::energy && round("energy") <= o.halvings;
                   });
}

}  // namespace atlas
