// SPDX-License-Identifier: BSD-3-Clause
// What programs that draw maps write: the grid as a table for people, its axes for figures, and files that are only replaced
// where that was asked for.
#pragma once

#include <algorithm>
#include <filesystem>
#include <lssm/io/csv.hpp>
#include <lssm/io/file.hpp>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "map_axis.hpp"
#include "program.hpp"
#include "text_table.hpp"

namespace support {

/// The values of a grid, of every so many rows and columns where there are too many; larger y above. Those that are no
/// number are shown as "-".
template <class Setting, class Value>
void print_grid(std::ostream& out, const map_axis<Setting>& x, const map_axis<Setting>& y, Value value) {
  const std::size_t nx = x.values.size(), ny = y.values.size();
  static constexpr std::size_t most = 11;
  const auto some = [](std::size_t n) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < std::min(n, most); ++i)
      places.push_back(n <= most ? i : (i * (n - 1) + (most - 1) / 2) / (most - 1));
    return places;
  };
  out << y.kind->name << " upwards, " << x.kind->name << " across";
  if (nx > most || ny > most) out << " (some of " << nx << " x " << ny << " cells)";
  out << "\n\n";
  std::vector<std::string> head = {""};
  for (const std::size_t i : some(nx)) head.push_back(rounded(x.values[i], 3));
  text_table table(head);
  auto rows = some(ny);
  std::reverse(rows.begin(), rows.end());
  for (const std::size_t j : rows) {
    std::vector<std::string> row = {rounded(y.values[j], 3)};
    for (const std::size_t i : some(nx)) {
      const double v = value(j * nx + i);
      row.push_back(v == v ? rounded(v, 3) : "-");
    }
    table.add(row);
  }
  out << table << '\n';
}

/// What a figure writes at its axes.
template <class Setting>
lssm::csv_table axes_csv(const map_axis<Setting>& x, const map_axis<Setting>& y) {
  lssm::csv_table csv({"axis", "name", "about", "scale", "low", "high", "values"});
  for (const auto* axis : {&x, &y})
    csv.add(axis == &x ? "x" : "y", axis->kind->name, axis->kind->about, axis->logarithmic ? "log" : "linear",
            axis->values.front(), axis->values.back(), axis->values.size());
  return csv;
}

/// The files of a map in the directory of its runs; none where that has no name.
struct map_files {
  std::string out;
  bool overwrite;
  std::vector<std::string> refinements;  // folders of runs that another call may have left

  /// Refuses these files where they are without the runs that they are made of.
  void refuse_foreign(const std::vector<std::string>& names) const {
    if (out.empty() || overwrite || lssm::file_exists(out + "/map/runs.0.log")) return;
    for (const std::string& name : names)
      if (lssm::file_exists(out + "/" + name))
        refuse_file(out + "/" + name, "is there already, without the runs of this diagram; left as it is");
  }
  /// Files that are there must have these bytes; all are looked at before one is written.
  template <class MadeOf>
  void save(const std::vector<std::pair<std::string, std::string>>& files, MadeOf made_of) const {
    const auto is_there = [&](const auto& file) {
      const std::string path = out + "/" + file.first;
      return lssm::file_exists(path) && lssm::read_file(path) == file.second;
    };
    for (const auto& file : files)
      if (!overwrite && lssm::file_exists(out + "/" + file.first) && !is_there(file))
        refuse_file(out + "/" + file.first,
                    "is not of the runs of this diagram; left as it is (--overwrite replaces it)");
    for (const auto& file : files)
      if (!is_there(file)) lssm::replace_file(out + "/" + file.first, file.second);
    if (!overwrite) return;
    for (const std::string& folder : refinements)
      if (!made_of(folder)) remove_runs(folder);
  }

 private:
  /// Removes the runs of a refinement that is not this map's, and nothing else beside them.
  void remove_runs(const std::string& folder) const {
    namespace fs = std::filesystem;
    const fs::path path = out + "/" + folder;
    std::error_code none;
    if (!fs::is_directory(path, none)) return;
    for (const auto& file : std::vector<fs::directory_entry>(fs::directory_iterator(path), {})) {
      const std::string name = file.path().filename().string();
      if (name == "runs.csv" || (name.starts_with("runs.") && name.ends_with(".log"))) fs::remove(file);
    }
    if (fs::is_empty(path)) fs::remove(path);
  }
};

}  // namespace support
