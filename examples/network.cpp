// SPDX-License-Identifier: BSD-3-Clause
// The paper's experiments with an SSM inside a network: discrete training of both, with and without clean-label special
// sequences. `network --help` lists the flags, examples/support/program.hpp the exit codes.
#include "discrete/all_runs.hpp"
#include "network/experiment.hpp"

int main(int argc, char** argv) {
  const discrete::program network_runs{
      .name = "network",
      .published = network::published(),
      .preset = 2,
      .by_the_authors = network::printed_by_the_authors,
      .optimizers = network::optimizers,
      .network = true,
      .about =
          "A state space model followed by a network, trained by discrete steps, with and without "
          "clean-label "
          "special\nsequences: the paper's third setting, repeated from the authors' seeds. "};
  return support::run_program("network", [&] {
    const auto asked = discrete::read_options(argc, argv, network_runs);
    if (!asked) return;
    using network::with_study, lssm::unconstrained, lssm::stored_in_float;
    // As the paper has it, and fast; then what it is compared with, quick to compile.
    const auto published = [](const auto& setting, bool special, auto f) {
      return with_study<true, unconstrained>(setting, special, f);
    };
    const auto wide = [](const auto& setting, bool special, auto f) {
      return with_study<false, unconstrained>(setting, special, f);
    };
    const auto stored = [](const auto& setting, bool special, auto f) {
      return with_study<false, stored_in_float>(setting, special, f);
    };
    if (asked->scalar == discrete::scalar_kind::single)
      discrete::run_all<float>(*asked, network_runs, published);
    if (asked->scalar == discrete::scalar_kind::wide) discrete::run_all<double>(*asked, network_runs, wide);
    if (asked->scalar == discrete::scalar_kind::mixed)
      discrete::run_all<double>(*asked, network_runs, stored);
  });
}
