// SPDX-License-Identifier: BSD-3-Clause
// A table of runs, summed up over seeds: median, quartiles and a bootstrap interval of the median for each point.
//
//   const auto rows = summary_of(execute<float>(sweep, in_lanes{}).table(), {"amplitude"}, {"error"});
//
//   column                                          holds
//   amplitude                                       the values of the columns that tell points apart, as they stand
//   runs                                            rows of the point
//   error_runs                                      how many of them have a number; the others, NaN, count nowhere else
//   error_median, error_lower, error_upper          median and quartiles of these; infinite ones count
//   error_low, error_high                           bootstrap_interval of the median (measure/quantile.hpp)
//
// Points stand in the order in which they first appear. Any table serves, whoever wrote it: csv_table::read("runs.csv").
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "../io/csv.hpp"
#include "../measure/quantile.hpp"

namespace lssm {

/// The table that sums up the columns `of` of `runs` for each combination of the columns `by`. Throws bad_argument where a column
/// is missing, bad_file where a cell of `of` is no number.
inline csv_table summary_of(const csv_table& runs, const std::vector<std::string>& by,
                            const std::vector<std::string>& of, const bootstrap& how = {}) {
  how.validate();
  require(!of.empty(), "summary_of", "the columns to sum up", "at least one", "none");
  for (const auto* names : {&by, &of})
    for (const std::string& name : *names)
      if (!runs.contains(name)) refuse("summary_of", "columns", "those of the table", name);

  std::vector<std::vector<std::size_t>> points;  // the rows of each
  std::map<std::string, std::size_t> places;
  for (std::size_t r = 0; r < runs.rows(); ++r) {
    std::string key;
    for (const std::string& name : by) (key += runs.cell(r, name)) += '\n';  // which no cell holds
    const auto [at, fresh] = places.emplace(key, points.size());
    if (fresh) points.emplace_back();
    points[at->second].push_back(r);
  }

  std::vector<std::string> columns = by;
  columns.push_back("runs");
  for (const std::string& name : of)
    for (const char* what : {"_runs", "_median", "_lower", "_upper", "_low", "_high"})
      columns.push_back(name + what);
  csv_table checked(columns);  // refuses names that are there twice
  std::string text = checked.text();
  std::vector<std::vector<double>> numbers;
  numbers.reserve(of.size());
  for (const std::string& name : of) numbers.push_back(runs.column<double>(name));
  for (const auto& rows : points) {
    for (const std::string& name : by) detail::append_csv_cell(text, runs.cell(rows[0], name), false);
    detail::append_csv_cell(text, digits(static_cast<integer>(rows.size())), false);
    for (std::size_t i = 0; i < of.size(); ++i) {
      std::vector<double> values;
      for (const std::size_t r : rows)
        if (numbers[i][r] == numbers[i][r]) values.push_back(numbers[i][r]);
      detail::append_csv_cell(text, digits(static_cast<integer>(values.size())), false);
      const double none = std::nan("");
      const auto quantile = [&](double p) { return values.empty() ? none : quantile_of(values, p); };
      const auto interval =
          values.empty() ? std::array<double, 2>{none, none} : bootstrap_interval(values, 0.5, how);
      for (const double x : {quantile(0.5), quantile(0.25), quantile(0.75), interval[0]})
        detail::append_csv_cell(text, digits(x), false);
      detail::append_csv_cell(text, digits(interval[1]), i + 1 == of.size());
    }
  }
  return csv_table::parse(text, "summary_of");
}

}  // namespace lssm
