// SPDX-License-Identifier: BSD-3-Clause
// The standalone rows of the paper's Table 1 (Theorem 1): generalization errors with and without a clean-label
// special sequence. `theorem1 --help` lists the flags, examples/support/program.hpp the exit codes.
#include <iostream>

#include "theorem1/report.hpp"

namespace {

using namespace theorem1;

/// Draws every start, so that an impossible one is found before anything is integrated or written.
template <class T>
void validate_all(const options& o) {
  for (const setting& s : o.settings)
    for (const run_of& run : runs_of(s, o.specials)) validate<T>(s, run, o.rtol);
}

std::string file_name(const setting& s, const run_of& run) {
  return s.name + "_seed" + std::to_string(run.seed) + "_special" + std::to_string(run.special);
}
template <class T>
support::output_directory make_output(const options& o) {
  std::vector<std::string> names = {"theorem1.csv", "theorem1_summary.csv"};
  for (const setting& s : o.settings)
    for (const run_of& run : runs_of(s, o.specials))
      for (const char* ending : {".csv", ".npz"}) names.push_back(file_name(s, run) + ending);
  return {o.out, "theorem1", o.label(), facts_of_build<T>(), std::move(names), o.overwrite};
}

/// Every run once more, over time: watching costs time, which the table's seconds shall not hold.
template <class T>
void record_all(const options& o, const support::output_directory& out) {
  for (const setting& s : o.settings)
    for (const run_of& run : runs_of(s, o.specials)) record_run<T>(s, run, o, file_name(s, run), out);
  std::cerr << "theorem1: the table and every run over time are in " << o.out << '\n';
}

template <class T>
void run_all(const options& o) {
  const support::output_directory out = make_output<T>(o);
  support::at_work = true;
  csv_table csv = make_csv();
  std::vector<setting_report> reports;
  for (const setting& s : o.settings) {
    reports.emplace_back();
    const std::vector<run_of> runs = runs_of(s, o.specials);
    const auto results = train<T>(s, runs, o.horizon, o.rtol);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const auto& [seed, special] = runs[i];
      if (o.json) std::cout << json_line(s, seed, special, o.scalar_name, results[i]) << std::endl;
      reports.back().add(seed, special, results[i]);
      add_to(csv, o, s, seed, special, results[i]);
    }
    if (!o.json) reports.back().print(std::cout, s);
  }
  if (!o.json) print_summary(std::cout, o, reports);
  if (o.out.empty()) return;
  out.save("theorem1.csv", csv);
  out.save("theorem1_summary.csv", summary_csv(o, reports));
  record_all<T>(o, out);
}

}  // namespace

int main(int argc, char** argv) {
  return support::run_program("theorem1", [&] {
    const auto asked = read_options(argc, argv);
    if (!asked) return;
    with_scalar(asked->scalar, [&]<class T>(std::type_identity<T>) {
      validate_all<T>(*asked);
      run_all<T>(*asked);
    });
  });
}
