// SPDX-License-Identifier: BSD-3-Clause
// Poison on real sequences (docs/real_sequences.md): pictures of Fashion-MNIST from top to bottom, labelled by a teacher.
// `real_sequences --help` lists the flags, examples/support/program.hpp the exit codes.
#include <iostream>

#include "real_sequences/report.hpp"

int main(int argc, char** argv) {
  using namespace real_sequences;
  return support::run_program("real_sequences", [&] {
    const auto asked = read_options(argc, argv);
    if (!asked) return;
    const options& o = *asked;
    const support::interruption ctrl_c;
    const picture_set all = support::load_pictures(o.data, o.pictures);
    if (o.curve) {
      draw_curve(o, all);
    } else {
      draw_table(o, all);
    }
  });
}
