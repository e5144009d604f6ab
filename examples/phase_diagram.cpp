// SPDX-License-Identifier: BSD-3-Clause
// The generalization error over any two numbers of an experiment, as a map (docs/phase_diagram.md): a sweep in lanes,
// threads or processes that survives kills. `phase_diagram --help` lists the flags, examples/support/program.hpp the exit
// codes; 130 if Ctrl-C stopped it.
//
//   phase_diagram --x special-amplitude:0.1:10:40:log --y special-count:1:40:40 --seeds 32 --out diagram
//   cd examples/figures/extra && gnuplot -e "data='../../../diagram'" phase_diagram.gp
#include <iostream>

#include "phase_diagram/report.hpp"

namespace {

using namespace phase_diagram;

template <class T>
int draw(const options& o, bool first) {
  refuse_foreign_files(o);
  const support::interruption ctrl_c;
  map m(o);
  try {
    m.run<T>();
  } catch (const support::interrupted& at) {
    std::cerr << "phase_diagram: stopped after " << at.done << " of " << at.runs << " runs"
              << (o.out.empty() ? "; without --out they are gone" : "; the same command goes on from there")
              << '\n';
    return 130;
  }
  if (!first) return 0;
  if (!o.out.empty()) save(m);
  if (o.json) {
    for (const tile& t : m.tiles()) std::cout << json_line(o, t) << '\n';
  } else {
    print_table(std::cout, m);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const support::processes all(argc, argv);
  int code = 0;
  const int failed = support::run_program("phase_diagram", [&] {
    const auto asked = read_options(argc, argv);
    if (!asked) return;
    code = asked->of.scalar == discrete::scalar_kind::single ? draw<float>(*asked, all.first())
                                                             : draw<double>(*asked, all.first());
  });
  return failed != 0 && all.first() ? failed : code;
}
