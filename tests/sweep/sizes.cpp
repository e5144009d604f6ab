// SPDX-License-Identifier: BSD-3-Clause
// Axes of sizes: runs share lanes with runs of their size alone, whatever loss and group.
#include <doctest/doctest.h>

#include <lssm/all.hpp>
#include <lssm/sweep.hpp>
#include <lssm/sweep/in_lanes.hpp>

using namespace lssm;

namespace {

/// With `Sizes` the axes of states and length act, without them that of the count alone.
template <class Loss, bool Sizes>
auto sweep() {
  using study = teacher_student<ssm<real_diagonal<>>, given<real_diagonal<1>>,
                                training_set<dynamic, gaussian<everywhere>>, Loss,
                                descent<adam, unconstrained, first_of<step_limit>>, near_zero>;
  return sweep_of(
      "sizes",
      grid{.axes = {{"count", {3, 1, 2, 5}}, {"states", {3, 4}}, {"length", {5, 4}}}, .seeds = {1, 2, 3}},
      [](const sweep_point& p) {
        study s;
        s.student.structure.states = Sizes ? static_cast<integer>(p["states"]) : 3;
        s.teacher.values = {{0.9}, {1}, {1}};
        s.data.length = Sizes ? static_cast<integer>(p["length"]) : 5;
        s.data.sequences.count = static_cast<integer>(p["count"]);
        s.training.stop.template get<step_limit>().steps = 30;
        s.start = {.state_deviation = 0.4, .io_deviation = 0.4};
        return s;
      },
      {"status", "loss"},
      [](const auto& outcome, sweep_row& row) { row.add(outcome.status, outcome.at_end.loss); });
}

}  // namespace

TEST_CASE_TEMPLATE("counts and sizes that differ, in lanes as one after the other", Loss, squared_error,
                   absolute_error, binary_cross_entropy) {
  const auto counts = sweep<Loss, false>();
  const auto serially = execute<double>(counts, serial{});
  CHECK(serially.complete());
  CHECK(execute<double>(counts, in_lanes{}).text() == serially.text());
  const auto sizes = sweep<Loss, true>();
  CHECK(execute<double>(sizes, in_lanes{}).text() == execute<double>(sizes, serial{}).text());
}

TEST_CASE("what an axis cannot have") {
  CHECK_THROWS_WITH_AS(linear_values(0, 1, integer{1} << 40),
                       "linear_values: count must be at most 2147483648, given 1099511627776", bad_argument);
  CHECK_THROWS_AS(logarithmic_values(1, 2, integer{1} << 62), bad_argument);
  CHECK_THROWS_WITH_AS(consecutive_seeds(-1, 3),
                       "consecutive_seeds: first must be from 0 to 4294967295, given -1", bad_argument);
  CHECK_THROWS_AS(consecutive_seeds(integer{1} << 32, 3), bad_argument);
  CHECK_THROWS_AS(consecutive_seeds(0, integer{1} << 32), bad_argument);
  CHECK_THROWS_AS(consecutive_seeds(5, -1), bad_argument);
  CHECK(consecutive_seeds(5L, 2) == std::vector<std::uint32_t>{5, 6});
}
