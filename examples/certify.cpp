// SPDX-License-Identifier: BSD-3-Clause
// Certificates (docs/certificate.md): proven bounds of a teacher's response and of a student's error, of files or of the
// paper's runs. `certify --help` lists the flags, examples/support/program.hpp the exit codes.
//
//   certify --data set.npz --student student.npz --teacher-mass 1.1
//   certify --paper all                                                    the table of the paper's settings
//   certify --seed 200 --out certify
//   cd examples/figures/extra && gnuplot -e "data='../../../certify'" certify.gp
#include <iostream>

#include "certify/report.hpp"

namespace {

using namespace certify_program;

template <class T>
void run_all(const options& o) {
  look_first<T>(o);
  const support::output_directory out(o.out, "certify", o.label(), facts_of_build<T>(),
                                      {"certify.csv", "bands.csv"}, o.overwrite);
  support::at_work = true;
  std::vector<row> rows;
  each_row<T>(o, [&](row r) {
    if (o.json) std::cout << json_line(r) << std::endl;
    rows.push_back(std::move(r));
  });
  if (!o.json) print_table(std::cout, o, rows);
  out.save("certify.csv", table_csv(rows));
  out.save("bands.csv", bands_csv(rows));
}

}  // namespace

int main(int argc, char** argv) {
  return support::run_program("certify", [&] {
    const auto asked = read_options(argc, argv);
    if (!asked) return;
    if (asked->single) {
      run_all<float>(*asked);
    } else {
      run_all<double>(*asked);
    }
  });
}
