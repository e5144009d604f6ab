// SPDX-License-Identifier: BSD-3-Clause
// A sweep of one's own: a grid of studies, what is kept of each, and an executor of one's own.
#include <iostream>
#include <lssm/lssm.hpp>
#include <lssm/sweep.hpp>
#include <lssm/sweep/in_lanes.hpp>
#include <thread>

namespace {

using namespace lssm;

using poisoned_study = teacher_student<ssm<real_diagonal<6>>, given<real_diagonal<1>>,
                                       inject<training_set<6, gaussian<leading<2>>>, gaussian<at<>>>,
                                       squared_error, descent<adam>, near_zero>;

poisoned_study study_of(const sweep_point& p) {
  poisoned_study s;
  s.teacher.values = {{1}, {1}, {1}};
  s.data.set.sequences.count = 8;
  s.data.special = {
      .support = {{static_cast<integer>(p["position"])}}, .count = 10, .deviation = p["amplitude"]};
  s.training.rate = 0.003;
  s.start = {.state_deviation = 0.1, .io_deviation = 0.1};
  return s;
}

/// Two threads of the standard library, each of which takes runs until none is left.
struct two_threads {
  template <class Job>
  void operator()(Job& job) const {
    std::thread other([&] { in_lanes{}(job); });
    in_lanes{}(job);
    other.join();
  }
};

}  // namespace

int main() {
  const grid runs{.axes = {{"amplitude", logarithmic_values(0.1, 1, 3)}, {"position", {-2, -3}}},
                  .seeds = consecutive_seeds(1, 4)};
  const auto sweep = sweep_of(
      "position by amplitude", runs, study_of, {"status", "error"},
      [](const auto& outcome, sweep_row& row) { row.add(outcome.status, outcome.generalization(40)); });

  const sweep_result all = execute<float>(sweep, in_lanes{});
  const csv_table table = all.table();
  const auto error = table.column<double>("error");
  for (std::size_t run = 0; run < table.rows(); run += 4)  // the first seed of every point
    std::cout << "amplitude " << table.cell(run, "amplitude") << ", position " << table.cell(run, "position")
              << ": error " << error[run] << '\n';

  const bool same = execute<float>(sweep, serial{}).text() == all.text() &&
                    execute<float>(sweep, two_threads{}).text() == all.text();
  std::cout << (same ? "the same bytes" : "other bytes") << " from lanes, single runs and two threads\n";
}
