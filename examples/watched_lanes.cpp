// SPDX-License-Identifier: BSD-3-Clause
// Observers in the lane pool (docs/study.md): many students through few lanes, each with a trajectory of its own.
#include <iostream>
#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>
#include <lssm/sweep.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<4>>, theorem1_teacher<4>,
                              training_set<6, gaussian<everywhere>>, squared_error, descent<adam>, near_zero>;

int main() {
  std::vector<study> studies;
  for (const double rate : {0.003, 0.01, 0.03, 0.1, 0.3})
    studies.push_back({.data = {.sequences = {.count = 8}},
                       .training = {.rate = rate},
                       .start = {.state_deviation = 0.3, .io_deviation = 0.3}});
  const auto losses = trajectory_of<double>(sample_steps{.period = 100}, record::steps{}, record::loss{});
  std::vector seen(studies.size(), losses);

  std::size_t at = 0;
  const auto next = [&]() -> std::optional<lane_job<study>> {
    if (at == studies.size()) return std::nullopt;
    const std::size_t i = at++;
    return lane_job<study>{i, studies[i], 3};
  };
  const auto done = [](std::size_t, const auto&) {};
  const auto watch = [&](std::size_t index, auto& run) { seen[index](run); };
  train_in_lanes<pack<double>>(next, done, never_stopped{}, watch);
  std::cout.precision(4);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const auto table = seen[i].table();
    std::cout << "rate " << studies[i].training.rate << ": loss " << table(0, 1) << " at the start, "
              << table(seen[i].samples() - 1, 1) << " after " << table(seen[i].samples() - 1, 0)
              << " steps\n";
  }
}
