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

TEST_CASE("batches whose size is an axis, in lanes as one after the other") {
  using study = teacher_student<
      ssm<real_diagonal<2>>, theorem1_teacher<2>, training_set<4, gaussian<everywhere>>, squared_error,
      descent<adam, unconstrained, first_of<step_limit>, constant_rate, unclipped, same_rate, batches>,
      near_zero>;
  const auto sizes = sweep_of(
      "batches",
      grid{.axes = {{"size", {1, 2, 4, 6, 9}}, {"noise", {0, 0.1}}, {"replace", {0, 1}}}, .seeds = {1, 2}},
      [](const sweep_point& p) {
        study s{.data = {.sequences = {.count = 6}},
                .training = {.stop = step_limit{20},
                             .batches = {.size = static_cast<integer>(p["size"]),
                                         .replace = p["replace"] > 0,
                                         .label_noise = p["noise"]}},
                .start = {.state_deviation = 0.4, .io_deviation = 0.4}};
        return s;
      },
      {"status", "loss"},
      [](const auto& outcome, sweep_row& row) { row.add(outcome.status, outcome.at_end.loss); });
  const auto serially = execute<double>(sizes, serial{});
  CHECK(serially.complete());
  CHECK(execute<double>(sizes, in_lanes{}).text() == serially.text());
}

namespace {
struct scaled_error {  // w (p - y)², in raw form: no number differs by lane
  double weight = 1;
  auto value(const auto& p, const auto& y) const {
    return std::remove_cvref_t<decltype(p)>(weight) * (p - y) * (p - y);
  }
  auto derivative(const auto& p, const auto& y) const {
    return std::remove_cvref_t<decltype(p)>(2 * weight) * (p - y);
  }
  friend bool operator==(const scaled_error&, const scaled_error&) = default;
};
struct shared_ridge {  // w Σ c², without bind()
  double weight = 1;
  auto operator()(auto, const auto& s, auto& ds) const {
    using T = std::remove_cvref_t<decltype(s.c[0])>;
    T sum(0);
    for (std::size_t j = 0; j < s.c.size(); ++j) {
      sum = sum + s.c[j] * s.c[j];
      ds.c[j] = ds.c[j] + T(2 * weight) * s.c[j];
    }
    return T(weight) * sum;
  }
  friend bool operator==(const shared_ridge&, const shared_ridge&) = default;
};
}  // namespace

TEST_CASE("losses and penalties of one's own whose numbers are an axis, in lanes as one after the other") {
  using study =
      teacher_student<ssm<real_diagonal<2>>, theorem1_teacher<2>, training_set<4, gaussian<everywhere>>,
                      scaled_error, descent<adam, unconstrained, first_of<step_limit>>, near_zero,
                      numpy_stream, known_forms, unfiltered, shared_ridge>;
  const auto weights = sweep_of(
      "weights", grid{.axes = {{"weight", {1, 0.5, 3}}, {"penalty", {0.1, 1}}}, .seeds = {1, 2, 3}},
      [](const sweep_point& p) {
        return study{.data = {.sequences = {.count = 3}},
                     .loss = {.weight = p["weight"]},
                     .training = {.stop = step_limit{20}},
                     .start = {.state_deviation = 0.4, .io_deviation = 0.4},
                     .penalty = {.weight = p["penalty"]}};
      },
      {"status", "loss"},
      [](const auto& outcome, sweep_row& row) { row.add(outcome.status, outcome.at_end.loss); });
  const auto serially = execute<double>(weights, serial{});
  CHECK(serially.complete());
  CHECK(execute<double>(weights, in_lanes{}).text() == serially.text());
}

namespace {
struct too_few_numbers {  // two names, one number
  std::vector<std::uint32_t> seeds{1};
  std::vector<std::string> names() const { return {"rate", "weight"}; }
  std::size_t points() const { return 1; }
  std::vector<double> values(std::size_t) const { return {0.1}; }
  void validate() const {}
};
}  // namespace

TEST_CASE(
    "runs of one's own whose points lack a number are refused, before a cell stands under another name") {
  auto counts = sweep<squared_error, false>();
  const auto mine = sweep_of(
      counts.label, too_few_numbers{},
      [&](const sweep_point&) {
        return counts.study_of({counts.runs.names(), counts.runs.values(0)});
      },
      counts.results, counts.read);
  CHECK_THROWS_WITH_AS(execute<double>(mine),
                       "execute: runs.values(point) must be 2 numbers, one for each name, given 1",
                       bad_argument);
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
