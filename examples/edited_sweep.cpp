// SPDX-License-Identifier: BSD-3-Clause
// A sweep whose data are edited once they are bound (docs/sweep.md): each point leaves one sequence out.
#include <iostream>
#include <lssm/lssm.hpp>
#include <lssm/sweep.hpp>
#include <lssm/sweep/in_lanes.hpp>
using namespace lssm;

using small_study =
    teacher_student<ssm<real_diagonal<4>>, theorem1_teacher<4>, training_set<6, gaussian<everywhere>>,
                    squared_error, descent<adam, unconstrained, first_of<step_limit>>, near_zero>;
small_study study_of(const sweep_point&) {
  return {.data = {.sequences = {.count = 3}},
          .training = {.rate = 0.02, .stop = {step_limit{1000}}},
          .start = {.state_deviation = 0.3, .io_deviation = 0.3}};
}
struct leave_one_out {
  void operator()(const sweep_point& p, auto& bound) const {
    std::vector<integer> places;
    for (integer n = 0; n < bound.data.sequences(); ++n)
      if (n != static_cast<integer>(p["without"])) places.push_back(n);
    bound.data.keep(places);
    bound.rebuild();
  }
};

int main() {
  const leave_one_out without_one;
  const grid runs{.axes = {{"without", {0, 1, 2, 3}}}, .seeds = {5}};
  const auto sweep = sweep_of(
      "one sequence left out", runs, study_of, {"error"},
      [](const auto& outcome, sweep_row& row) { row.add(outcome.generalization(20)); }, without_one);
  const auto error = execute<double>(sweep, in_lanes{}).table().column<double>("error");
  std::cout.precision(2);
  for (std::size_t i = 0; i < error.size(); ++i)
    std::cout << (i < 3 ? "without sequence " + std::to_string(i) : "with all three") << ": error "
              << error[i] << '\n';
}
