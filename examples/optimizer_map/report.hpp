// SPDX-License-Identifier: BSD-3-Clause
// What `optimizer_map` says: a table for people, a JSON line per cell, and map.csv for figures.
#pragma once

#include <ostream>

#include "../support/map_files.hpp"
#include "experiment.hpp"

namespace optimizer_map {

/// How many cells of a map say what.
inline std::size_t count_of(const options& o, const map& m, verdict v) {
  const auto says = [&](const tile& t) { return t.runs.says(o.learned, o.effect) == v; };
  return static_cast<std::size_t>(std::count_if(m.tiles().begin(), m.tiles().end(), says));
}

/// A row for each rule: how many cells say what; the cell with the least error without special sequences.
inline void print_table(std::ostream& out, const options& o, const std::vector<map>& maps) {
  using support::rounded;
  out << o.of.settings[0].name << ", " << o.of.scalar_name() << ", " << o.seeds.size() << " seeds; "
      << o.rate.values.size() << " rates from " << rounded(o.rate.values.front(), 3) << " to "
      << rounded(o.rate.values.back(), 3) << ", " << o.scale.values.size() << " starts from "
      << rounded(o.scale.values.front(), 3) << " to " << rounded(o.scale.values.back(), 3) << ": cells\n\n";
  support::text_table table({"rule", "scales", "keeps", "unmoved", "breaks", "reverses", "stalls",
                             "least error", "with special", "rate", "start"});
  for (const map& m : maps) {
    std::vector<std::string> row{rule_names[m.rule()].flag, rule_names[m.rule()].kind};
    for (const verdict v :
         {verdict::keeps, verdict::unmoved, verdict::breaks, verdict::reverses, verdict::stalls})
      row.push_back(std::to_string(count_of(o, m, v)));
    const tile* best = nullptr;
    for (const tile& t : m.tiles())
      if (t.median() == t.median() && (best == nullptr || t.median() < best->median())) best = &t;
    for (std::size_t i = 0; i < 4; ++i) {
      const double numbers[] = {best ? best->median() : 0, best ? best->runs.median_special() : 0,
                                best ? best->x : 0, best ? best->y : 0};
      row.push_back(best ? rounded(numbers[i], 3) : "-");
    }
    table.add(row);
  }
  out << table;
}

inline std::string json_line(const options& o, const map& m, const tile& t) {
  const auto [low, high] = t.runs.effect_interval();
  json_object line;
  line.add("rule", rule_names[m.rule()].flag).add("rate", t.x).add("init-scale", t.y);
  line.add("says", to_string(t.runs.says(o.learned, o.effect))).add("stalled", t.runs.stalled());
  line.add("error", t.runs.median()).add("error_special", t.runs.median_special());
  line.add("effect", t.runs.effect()).add("effect_low", low).add("effect_high", high);
  return line.text();
}

/// A row for each cell of each rule. `rule_at` is the place of the rule on the figure, `says_at` that of the verdict.
inline csv_table map_csv(const options& o, const std::vector<map>& maps) {
  csv_table csv({"rule", "rule_at", "title", "scales", "x", "y", "left", "right", "bottom", "top", "says",
                 "says_at", "stalled", "error", "error_special", "effect", "effect_low", "effect_high"});
  for (std::size_t i = 0; i < maps.size(); ++i)
    for (const tile& t : maps[i].tiles()) {
      const rule_name& rule = rule_names[maps[i].rule()];
      const verdict v = t.runs.says(o.learned, o.effect);
      const auto [low, high] = t.runs.effect_interval();
      csv.add(rule.flag, i, rule.title, rule.kind, t.x, t.y, o.rate.unscaled(t.left),
              o.rate.unscaled(t.right), o.scale.unscaled(t.bottom), o.scale.unscaled(t.top), to_string(v),
              static_cast<integer>(v), t.runs.stalled(), t.runs.median(), t.runs.median_special(),
              t.runs.effect(), low, high);
    }
  return csv;
}

/// Refuses, before any work, a table that stands without runs, or is of other rules.
inline void refuse_foreign_files(const options& o) {
  const std::string path = o.out + "/map.csv";
  if (o.out.empty() || o.overwrite || !file_exists(path)) return;
  const auto has_runs = [&](const rule_name& rule) {
    return file_exists(o.out + "/" + rule.flag + "/runs.0.log");
  };
  if (std::none_of(rule_names.begin(), rule_names.end(), has_runs))
    support::refuse_file(path, "is there already, without the runs of a map; left as it is");
  std::string asked, there;
  for (const std::size_t rule : o.rules)
    asked += (asked.empty() ? "" : ",") + std::string(rule_names[rule].flag);
  try {
    const csv_table table = csv_table::read(path);
    if (!table.contains("rule")) return;
    std::string last;
    for (std::size_t r = 0; r < table.rows(); ++r)
      if (const std::string rule(table.cell(r, "rule")); rule != last)
        there += (there.empty() ? "" : ",") + (last = rule);
  } catch (const failure&) {
    return;  // no table: refused beside the runs, once they are known
  }
  if (there != asked)
    support::refuse_file(
        path, "is of the rules " + there + ", not " + asked + "; left as it is (--overwrite replaces it)");
}

/// The table beside the runs; one that is there already must be of these runs.
inline void save(const options& o, const std::vector<map>& maps) {
  const support::map_files files{o.out, o.overwrite, {}};
  files.save({{"map.csv", map_csv(o, maps).text()}}, [](const std::string&) { return true; });
}

}  // namespace optimizer_map
