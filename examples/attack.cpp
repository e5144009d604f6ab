// SPDX-License-Identifier: BSD-3-Clause
// How far clean-label poison reaches (docs/attack.md): a search for sequences that harm students when the teacher labels them,
// beside given directions and random ones. `attack --help` lists the flags, examples/support/program.hpp the exit codes.
#include <iostream>

#include "attack/report.hpp"

namespace {

using namespace attack_program;

void attack_all(const options& o) {
  const support::output_directory out{o.out,      "attack",   o.label(), facts_of_build<double>(),
                                      file_names, o.overwrite};
  const support::interruption ctrl_c;
  const results all = run_all(o);
  if (!o.out.empty()) save(o, all, out);
  if (o.json) {
    for (const result& r : all.attacks) std::cout << json_line(o, all, r) << '\n';
  } else {
    print_table(std::cout, o, all);
  }
}

}  // namespace

int main(int argc, char** argv) {
  return support::run_program("attack", [&] {
    if (const auto asked = read_options(argc, argv)) attack_all(*asked);
  });
}
