// SPDX-License-Identifier: BSD-3-Clause
// A sweep in a build of some arithmetic: compiled several times, with other flags, by tests/CMakeLists.txt.
//
//   build_sweep facts                     what the build says about itself
//   build_sweep DIR serial|lanes RUNS     runs so many more of a small sweep, or is refused: a message and exit code 2
//   build_sweep DIR ranks RUNS            the same as a process of mpirun
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <lssm/sweep/in_lanes.hpp>
#include <string>
#ifdef LSSM_HAS_MPI
#include <lssm/sweep/mpi.hpp>
#endif

#include "../small_sweep.hpp"

namespace {

template <class Executor>
int run(const Executor& executor, const std::string& directory, std::size_t runs) {
  std::atomic<bool> enough = false;
  const lssm::sweep_options options{directory,
                                    [&](const lssm::sweep_progress& p) {
                                      if (p.done - p.found >= runs) enough = true;
                                    },
                                    &enough};
  try {
    lssm::execute<float>(small_sweep::make(), executor, options);
    return 0;
  } catch (const lssm::failure& e) {
    std::cerr << e.what() << std::endl;
    return 2;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cout << lssm::facts_of_build<float>().text() << '\n';
    return 0;
  }
  const std::string how = argv[2];
  const auto runs = static_cast<std::size_t>(std::atol(argv[3]));
  if (how == "serial") return run(lssm::serial{}, argv[1], runs);
  if (how == "lanes") return run(lssm::in_lanes{}, argv[1], runs);
#ifdef LSSM_HAS_MPI
  const lssm::mpi_session session;
  return run(lssm::on_ranks<lssm::serial>{}, argv[1], runs);
#else
  return 3;
#endif
}
