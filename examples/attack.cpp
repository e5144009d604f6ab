// SPDX-License-Identifier: BSD-3-Clause
// How far clean-label poison reaches (docs/attack.md): a search for sequences that harm students when the teacher labels them,
// beside given directions and random ones. `attack --help` lists the flags, examples/support/program.hpp the exit codes; 130 if
// Ctrl-C stopped it.
#include <iostream>

#include "attack/report.hpp"

namespace {

using namespace attack_program;

int attack_all(const options& o) {
  const support::output_directory out{o.out,      "attack",   o.label(), facts_of_build<double>(),
                                      file_names, o.overwrite};
  const support::interruption ctrl_c;
  try {
    const results all = run_all(o);
    if (!o.out.empty()) save(o, all, out);
    if (o.json) {
      for (const result& r : all.attacks) std::cout << json_line(o, all, r) << '\n';
    } else {
      print_table(std::cout, o, all);
    }
    return 0;
  } catch (const interrupted&) {
    std::cerr << "attack: stopped"
              << (o.out.empty() ? "; without --out all is gone" : "; the same command goes on from there")
              << '\n';
    return 130;
  }
}

}  // namespace

int main(int argc, char** argv) {
  int code = 0;
  const int failed = support::run_program("attack", [&] {
    const auto asked = read_options(argc, argv);
    if (!asked) return;
    code = attack_all(*asked);
  });
  return failed != 0 ? failed : code;
}
