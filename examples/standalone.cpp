// SPDX-License-Identifier: BSD-3-Clause
// The paper's experiments with standalone SSMs beyond Theorem 1: discrete training of A, B and C, with and without
// clean-label special sequences. `standalone --help` lists the flags, examples/support/program.hpp the exit codes.
#include "discrete/all_runs.hpp"
#include "standalone/experiment.hpp"

int main(int argc, char** argv) {
  const discrete::program standalone_runs{
      .name = "standalone",
      .published = standalone::published(),
      .preset = 8,
      .by_the_authors = standalone::printed_by_the_authors,
      .optimizers = standalone::optimizers,
      .network = false,
      .about =
          "Standalone state space models trained by discrete steps, with and without clean-label special "
          "sequences:\n"
          "the paper's experiments beyond Theorem 1, repeated from the authors' seeds. "};
  return support::run_program("standalone", [&] {
    const auto asked = discrete::read_options(argc, argv, standalone_runs);
    if (!asked) return;
    const auto with_study = [](const auto& setting, bool special, auto f) {
      return standalone::with_study(setting, special, f);
    };
    if (asked->scalar == discrete::scalar_kind::single) {
      discrete::run_all<float>(*asked, standalone_runs, with_study);
    } else {
      discrete::run_all<double>(*asked, standalone_runs, with_study);
    }
  });
}
