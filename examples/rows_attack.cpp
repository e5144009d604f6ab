// SPDX-License-Identifier: BSD-3-Clause
// Gradient matching against a classifier that reads pictures row by row (docs/real_sequences.md): do the last rows count for more
// than the first, and how much of a success is retraining alone? `rows_attack --help` lists the flags,
// examples/support/program.hpp the exit codes.
#include "rows_attack/report.hpp"

int main(int argc, char** argv) {
  using namespace rows_attack;
  return support::run_program("rows_attack", [&] {
    const auto asked = read_options(argc, argv);
    if (!asked) return;
    const options& o = *asked;
    const support::interruption ctrl_c;
    const picture_set all = support::load_pictures(o.data, "train");
    require_enough(all, o);
    attack_rows(o, all);
  });
}
