// SPDX-License-Identifier: BSD-3-Clause
// The generalization error over any two numbers of an experiment, as a map (docs/phase_diagram.md): a sweep in lanes,
// threads or processes that survives kills. `phase_diagram --help` lists the flags, examples/support/program.hpp the exit
// codes.
//
//   phase_diagram --x special-amplitude:0.1:10:40:log --y special-count:1:40:40 --seeds 32 --out diagram
//   cd examples/figures/extra && gnuplot -e "data='../../../diagram'" phase_diagram.gp
#include <iostream>

#include "phase_diagram/report.hpp"

namespace {

using namespace phase_diagram;

/// Only the first process writes.
template <class T>
void draw(const options& o, bool first) {
  refuse_foreign_files(o);
  const support::interruption ctrl_c;
  map m(o);
  m.run<T>();
  if (!first) return;
  if (!o.out.empty()) save(m);
  if (o.json) {
    for (const tile& t : m.tiles()) std::cout << json_line(o, t) << '\n';
  } else {
    print_table(std::cout, m);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const support::processes all(argc, argv);
  const int code = support::run_program("phase_diagram", [&] {
    const auto asked = read_options(argc, argv);
    if (!asked) return;
    if (asked->of.scalar == discrete::scalar_kind::single) {
      draw<float>(*asked, all.first());
    } else {
      draw<double>(*asked, all.first());
    }
  });
  return all.first() ? code : 0;
}
