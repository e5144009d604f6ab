// SPDX-License-Identifier: BSD-3-Clause
// A process of `mpirun`: searches for poison, and ends with 0 if that came to the bits of a serial search.
//
//   mpi_search DIR              lanes in every process
//   mpi_search DIR threads      the same on two threads of every process
#include <iostream>
#include <lssm/attack/search.hpp>
#include <lssm/sweep/mpi.hpp>
#include <string>
#ifdef LSSM_HAS_TBB
#include <lssm/sweep/threads.hpp>
#endif

namespace {

using namespace lssm;

using study_type =
    teacher_student<ssm<real_diagonal<4>>, given<real_diagonal<1>>, training_set<5, gaussian<leading<2>>>,
                    squared_error, descent<adaptive_rate<>, unconstrained, first_of<target_loss, step_limit>>,
                    near_zero>;

attack<study_type> small() {
  study_type s;
  s.teacher.values = {{0.9}, {1}, {1}};
  s.data.sequences.count = 6;
  s.training.rate = 0.02;
  s.training.after = 20;
  s.training.stop.get<target_loss>().value = 0.05;
  s.training.stop.get<step_limit>().steps = 600;
  s.start = {.state_deviation = 0.3, .io_deviation = 0.3};
  return {.study = s,
          .budget = {.energy = 0.5, .sequences = 4, .rank = 2},
          .seeds = {{1, 2, 3, 4, 5}},
          .held_out = {{11, 12}},
          .horizon = 20,
          .label = "mpi"};
}

}  // namespace

int main(int argc, char** argv) {
  const mpi_session session;
  const auto a = small();
  const evolution by(std::vector<double>(10, 1), 0.5, 6, 3);
  const sweep_options kept{.directory = argv[1]};
  found_poison found;
  if (argc > 2) {
#ifdef LSSM_HAS_TBB
    found = search<double>(a, by, 4, on_ranks<on_threads<>>{.each = {.count = 2}}, kept);
#else
    return 0;
#endif
  } else {
    found = search<double>(a, by, 4, on_ranks{}, kept);
  }
  const found_poison alone = search<double>(a, by, 4);
  const bool same = found.complete() && found.best == alone.best && found.curve == alone.curve;
  if (!same) std::cerr << "another search than a serial one\n";
  return same ? 0 : 1;
}
