// SPDX-License-Identifier: BSD-3-Clause
// All runs that a program is asked for: checked, trained, told, written.
#pragma once

#include <iostream>

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

template <class T, class Study>
void run_all(const options& o, const program& of, Study with_study) {
  std::vector<row> rows = runs_of(o);
  saved_runs saved(o, of.name);
  const auto train_one = [&](std::size_t i, bool check_only) {
    return train<T>(with_study, *rows[i].of, rows[i].seed, rows[i].special, o.horizon, !o.out.empty(),
                    saved.run(i), check_only);
  };
  for (std::size_t i = 0; i < rows.size(); ++i) train_one(i, true);
  if (!o.out.empty()) writable_directory(o.out);

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
    const std::string path = o.out + "/" + (of.network ? "network_" : "") + one.of->name + "_seed" +
                             std::to_string(one.seed) + "_special" + std::to_string(one.specials());
    one.r.over_time.save(path + ".csv");
    one.r.arrays.save(path + ".npz");
  }
  table_csv(o, rows).save(o.out + "/" + of.name + ".csv");
  summary_csv(o, rows).save(o.out + "/" + of.name + "_summary.csv");
  std::cerr << of.name << ": the table and every run over time are in " << o.out << '\n';
}

}  // namespace discrete
