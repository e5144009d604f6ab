// SPDX-License-Identifier: BSD-3-Clause
// Which update rule keeps, breaks or reverses the implicit bias, over rate and scale of the start (docs/theory.md):
// students without and with special sequences, in a sweep for each rule that survives kills. `optimizer_map --help` lists the flags,
// examples/support/program.hpp the exit codes; 130 if Ctrl-C stopped it.
//
//   optimizer_map --out optimizers
//   cd examples/figures/extra && gnuplot -e "data='../../../optimizers'" optimizer_map.gp
#include <iostream>

#include "optimizer_map/report.hpp"

namespace {

using namespace optimizer_map;

template <class T>
int draw(const options& o, bool first) {
  refuse_foreign_files(o);
  for (const std::size_t rule : o.rules) refuse_foreign_runs<T>(o, rule);
  const support::interruption ctrl_c;
  std::vector<map> maps;
  for (const std::size_t rule : o.rules) maps.emplace_back(o, rule);
  try {
    for (map& m : maps) m.run<T>();
  } catch (const support::interrupted& at) {
    std::cerr << "optimizer_map: stopped after " << at.done << " of " << at.runs << " runs of a rule"
              << (o.out.empty() ? "; without --out they are gone" : "; the same command goes on from there")
              << '\n';
    return 130;
  }
  if (!first) return 0;
  if (!o.out.empty()) save(o, maps);
  if (o.json) {
    for (const map& m : maps)
      for (const tile& t : m.tiles()) std::cout << json_line(o, m, t) << '\n';
  } else {
    print_table(std::cout, o, maps);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const support::processes all(argc, argv);
  int code = 0;
  const int failed = support::run_program("optimizer_map", [&] {
    const auto asked = read_options(argc, argv);
    if (!asked) return;
    code = asked->of.scalar == discrete::scalar_kind::single ? draw<float>(*asked, all.first())
                                                             : draw<double>(*asked, all.first());
  });
  return failed != 0 && all.first() ? failed : code;
}
