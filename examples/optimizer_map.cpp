// SPDX-License-Identifier: BSD-3-Clause
// Which update rule keeps, breaks or reverses the implicit bias, over rate and scale of the start (docs/theory.md):
// students without and with special sequences, in a sweep for each rule that survives kills. `optimizer_map --help` lists the flags,
// examples/support/program.hpp the exit codes.
//
//   optimizer_map --out optimizers
//   cd examples/figures/extra && gnuplot -e "data='../../../optimizers'" optimizer_map.gp
#include <iostream>

#include "optimizer_map/report.hpp"

namespace {

using namespace optimizer_map;

/// Only the first process writes.
template <class T>
void draw(const options& o, bool first) {
  refuse_foreign_files(o);
  for (const std::size_t rule : o.rules) refuse_foreign_runs<T>(o, rule);
  const support::interruption ctrl_c;
  std::vector<map> maps;
  for (const std::size_t rule : o.rules) maps.emplace_back(o, rule);
  for (map& m : maps) m.run<T>();
  if (!first) return;
  if (!o.out.empty()) save(o, maps);
  if (o.json) {
    for (const map& m : maps)
      for (const tile& t : m.tiles()) std::cout << json_line(o, m, t) << '\n';
  } else {
    print_table(std::cout, o, maps);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const support::processes all(argc, argv);
  const int code = support::run_program("optimizer_map", [&] {
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
