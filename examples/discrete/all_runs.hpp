// SPDX-License-Identifier: BSD-3-Clause
// All runs that a program is asked for: checked, trained, told, written.
#pragma once

#include <iostream>

#include "../support/output_directory.hpp"
#include "report.hpp"
#include "saved_runs.hpp"

namespace discrete {

/// Every run of every setting: seeds first, then without and with special sequences.
inline std::vector<row> runs_of(const options& o) {
  std::vector<row> rows;
  for (const setting& s : o.settings)
    for (std::uint32_t seed : s.seeds)
      for (bool special : o.runs) rows.push_back({&s, seed, special, {}});
  return rows;
}

/// Of the files of a run, in --out.
inline std::string file_name(const program& of, const row& one) {
  return (of.network ? "network_" : "") + one.of->name + "_seed" + std::to_string(one.seed) + "_special" +
         std::to_string(one.specials());
}
template <class T>
support::output_directory make_output(const options& o, const program& of, const std::vector<row>& rows) {
  std::vector<std::string> names = {of.name + ".csv", of.name + "_summary.csv"};
  for (const row& one : rows)
    for (const char* ending : {".csv", ".npz"}) names.push_back(file_name(of, one) + ending);
  return {o.out, of.name, label_of(o, of.name), facts_of_build<T>(), std::move(names), o.overwrite};
}

template <class T, class Study>
void run_all(const options& o, const program& of, Study with_study) {
  std::vector<row> rows = runs_of(o);
  saved_runs saved(o, of.name);
  const auto train_one = [&](std::size_t i, bool check_only) {
    return train<T>(with_study, *rows[i].of, rows[i].seed, rows[i].special, o.horizon, !o.out.empty(),
                    saved.run(i), check_only);
  };
  for (std::size_t i = 0; i < rows.size(); ++i) train_one(i, true);
  const support::output_directory out = make_output<T>(o, of, rows);
  support::at_work = true;

  for (std::size_t i = 0; i < rows.size(); ++i) {
    row& one = rows[i];
    one.r = train_one(i, false);
    if (o.json) std::cout << json_line(o, one) << std::endl;
    const bool last = i + 1 == rows.size() || rows[i + 1].of != one.of;
    if (!o.json && last) print_setting(std::cout, o, rows, *one.of);
  }
  if (!o.json) {
    print_comparison(std::cout, o, rows, of.by_the_authors);
    print_summary(std::cout, o, rows);
  }
  std::cout.flush();
  if (o.out.empty()) return;
  for (const row& one : rows) {
    out.save(file_name(of, one) + ".csv", one.r.over_time);
    out.save(file_name(of, one) + ".npz", one.r.arrays);
  }
  out.save(of.name + ".csv", table_csv(o, rows));
  out.save(of.name + "_summary.csv", summary_csv(o, rows));
  std::cerr << of.name << ": the table and every run over time are in " << o.out << '\n';
}

}  // namespace discrete
