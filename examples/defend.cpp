// SPDX-License-Identifier: BSD-3-Clause
// Attacks against defences (docs/defence.md), and how well scores find harmful sets before training (docs/detection.md).
// `defend --help` lists the flags, examples/support/program.hpp the exit codes; 130 if Ctrl-C stopped it.
//
//   defend --attacks none,special --defences none,leading+clip+floor --held-out 24
//   defend --teacher 1 --teacher .99,.8 --out table         and with --resume after a kill
//   defend --detect 200                                     so many drawn sets of each family
#include <CLI/CLI.hpp>
#include <iostream>

#include "defend/detection.hpp"
#include "defend/report.hpp"

namespace {

using namespace defend_program;

/// Rows that are there already are gone on with where that is asked for; other tables are left as they are.
void refuse_other_files(const options& o) {
  if (o.out.empty() || o.resume) return;
  for (const char* name : {"/runs/runs.0.log", "/searches", "/table.csv", "/certificates.csv", "/roc.csv"})
    if (file_exists(o.out + name))
      support::refuse_file(o.out + name,
                           "is there already; --resume goes on with the runs of the same flags");
}

int make_table(const options& o) {
  const support::interruption ctrl_c;
  std::vector<row> rows;
  try {
    rows = all_rows(o);
  } catch (const interrupted& at) {
    std::cerr << "defend: stopped after " << at.done << " of " << at.runs << " runs"
              << (o.out.empty() ? "; without --out they are gone" : "; --resume goes on from there") << '\n';
    return 130;
  }
  if (!o.out.empty()) {
    replace_file(o.out + "/table.csv", table_csv(o, rows).text());
    replace_file(o.out + "/certificates.csv", certificates_csv(o, rows).text());
  }
  if (!o.json) print_table(std::cout, o, rows);
  for (const row& r : rows)
    if (o.json) std::cout << json_line(o, r) << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  int code = 0;
  const int failed = support::run_program("defend", [&] {
    const auto asked = read_options(argc, argv);
    if (!asked) return;
    refuse_other_files(*asked);
    if (asked->sets > 0) return detect(*asked);
    code = make_table(*asked);
  });
  return failed != 0 ? failed : code;
}
