// SPDX-License-Identifier: BSD-3-Clause
// Attacks against defences (docs/defence.md), and how well scores find harmful sets before training (docs/detection.md).
// `defend --help` lists the flags, examples/support/program.hpp the exit codes.
//
//   defend --attacks none,special --defences none,leading+clip+floor --held-out 24
//   defend --teacher 1 --teacher .99,.8 --out table         after a kill the same command goes on
//   defend --detect 200                                     so many drawn sets of each family
#include <CLI/CLI.hpp>
#include <iostream>

#include "defend/detection.hpp"
#include "defend/report.hpp"
#include "support/output_directory.hpp"

namespace {

using namespace defend_program;

const std::vector<std::string> file_names = {"table.csv",   "certificates.csv", "searches.csv",
                                             "poisons.csv", "transfer.csv",     "roc.csv"};

void save(const options& o, const whole_table& table, const support::output_directory& out) {
  out.save("table.csv", table_csv(o, table.rows));
  out.save("certificates.csv", certificates_csv(o, table.rows));
  if (table.found.empty()) return;
  out.save("searches.csv", searches_csv(o, table.found));
  out.save("poisons.csv", poisons_csv(o, table.found));
  out.save("transfer.csv", transfer_csv(o, table.transfers));
}

void defend_all(const options& o) {
  const support::output_directory out{o.out,      "defend",   o.label(), facts_of_build<double>(),
                                      file_names, o.overwrite};
  if (o.sets > 0) {
    detect(o, out);
    return;
  }
  const support::interruption ctrl_c;
  const whole_table table = make_rows(o);
  save(o, table, out);
  if (!o.json) print_table(std::cout, o, table);
  for (const row& r : table.rows)
    if (o.json) std::cout << json_line(o, r) << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  return support::run_program("defend", [&] {
    if (const auto asked = read_options(argc, argv)) defend_all(*asked);
  });
}
