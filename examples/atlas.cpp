// SPDX-License-Identifier: BSD-3-Clause
// Where the implicit bias holds and what it costs to break it, as maps over any two numbers of an experiment (docs/atlas.md):
// sweeps in lanes, threads or processes that survive kills. `atlas --help` lists the flags, examples/support/program.hpp the
// exit codes.
//
//   atlas --map bias --x ratio:0:1:40 --y init-scale:0.1:10:40:log --seeds 24 --out atlas
//   cd examples/figures/extra && gnuplot -e "data='../../../atlas'" atlas.gp
#include "atlas/draw.hpp"
#include "atlas/structures.hpp"

int main(int argc, char** argv) {
  const support::processes all(argc, argv);
  const int code = support::run_program("atlas", [&] {
    const auto asked = atlas::read_options(argc, argv);
    if (!asked) return;
    if (asked->other_structures()) {
      atlas::draw_structures(*asked, all.first());
    } else if (asked->of.scalar == discrete::scalar_kind::single) {
      atlas::draw<float>(*asked, all.first());
    } else {
      atlas::draw<double>(*asked, all.first());
    }
  });
  return all.first() ? code : 0;
}
