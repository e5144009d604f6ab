// SPDX-License-Identifier: BSD-3-Clause
// What happens next: the paper's setting poison6, trained to a hundred times its published length by three rules, one
// student per SIMD lane (docs/aftermath.md). `aftermath --help` lists the flags, examples/support/program.hpp the exit
// codes.
#include <iostream>

#include "aftermath/report.hpp"

namespace {

using namespace aftermath;

template <class L>
void run(const options& o) {
  const support::output_directory out = make_output<L>(o);
  support::at_work = true;
  std::vector<group> groups;
  run_all<L>(o, [&](const group& g) {
    if (o.json) std::cout << json_line(o, g) << std::endl;
    if (!o.out.empty()) save(o, g, out);
    groups.push_back(g);
  });
  if (!o.json) print_table(std::cout, o, groups);
  if (o.out.empty()) return;
  out.save("aftermath.csv", table_csv(o, groups));
  std::cerr << "aftermath: quantiles and every seed over the steps are in " << o.out << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  return support::run_program("aftermath", [&] {
    const auto asked = read_options(argc, argv);
    if (!asked) return;
    if (asked->single) {
      run<float>(*asked);
    } else {
      run<double>(*asked);
    }
  });
}
