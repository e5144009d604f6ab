// SPDX-License-Identifier: BSD-3-Clause
// Which steps of a descent a trajectory takes down, in both of its phases, and that it changes nothing.
#include "../train/small_descent.hpp"

using namespace lssm;
using small_descent::make;

namespace {

using training = descent<adaptive_rate<>>;
training until(double target, integer after, double most = 1000) {
  return {.rate = 0.02, .stop = {{{.value = target}, {.steps = most}}}, .after = after};
}

struct seen {
  std::vector<double> steps;
  double last_due, target, end;
};
seen sampled(const sample_steps& when, const training& t) {
  auto record = trajectory_of<double>(when, record::steps{}, record::loss{});
  const auto end = run<double>(make(t), 5, record);
  const auto steps = record.values("steps");
  std::vector<double> all(steps.begin(), steps.end());
  CHECK(record.samples() == all.size());
  CHECK(record.values("loss")(record.samples() - 1, 0) == end.at_end.loss);
  return {all, all[record.last_due()], end.at_end.target_steps, end.at_end.steps};
}
using list = std::vector<double>;

}  // namespace

TEST_CASE("period and offset, without a target") {
  CHECK(sampled({.period = 10}, until(0, 0, 35)).steps == list{0, 10, 20, 30, 35});
  CHECK(sampled({.period = 10, .offset = 1}, until(0, 0, 35)).steps == list{0, 1, 11, 21, 31, 35});
  CHECK(sampled({.period = 10, .offset = 10}, until(0, 0, 35)).steps == list{0, 10, 20, 30, 35});
  CHECK(sampled({.period = 7, .offset = 3}, until(0, 0, 17)).steps == list{0, 3, 10, 17});
  CHECK(sampled({.period = 1}, until(0, 0, 3)).steps == list{0, 1, 2, 3});
  CHECK(sampled({.period = 100}, until(0, 0, 35)).steps == list{0, 35});
  CHECK(sampled({.period = 100}, until(0, 0, 0)).steps == list{0});
}

TEST_CASE("the end is taken down once, and is no due sample unless it is one") {
  CHECK(sampled({.period = 10}, until(0, 0, 30)).steps == list{0, 10, 20, 30});
  CHECK(sampled({.period = 10}, until(0, 0, 30)).last_due == 30);
  CHECK(sampled({.period = 10}, until(0, 0, 35)).last_due == 30);
  CHECK(sampled({.period = 10, .offset = 1}, until(0, 0, 35)).last_due == 31);
  CHECK(sampled({.period = 100}, until(0, 0, 35)).last_due == 0);
}

TEST_CASE("after the target steps are counted anew") {
  const double target = sampled({.period = 1000}, until(0.1, 0)).end;
  CHECK(target > 12);
  for (const integer offset : {0, 1, 4}) {
    const auto with = sampled({.period = 10, .offset = offset}, until(0.1, 27));
    CHECK(with.target == target);
    CHECK(with.end == target + 27);
    list expected = {0};
    for (double t = 1; t <= target; ++t)  // the step to the target ends the first count
      if (std::fmod(t - static_cast<double>(offset) + 10, 10) == 0) expected.push_back(t);
    for (double t = 1; t <= 27; ++t)
      if (std::fmod(t - static_cast<double>(offset) + 10, 10) == 0) expected.push_back(target + t);
    const double last = expected.back();
    if (last != target + 27) expected.push_back(target + 27);
    CHECK(with.steps == expected);
    CHECK(with.last_due == last);
  }
}

TEST_CASE("steps and rates are those of the run, and watching changes no bit") {
  auto record = trajectory_of<double>(sample_steps{.period = 1}, record::steps{}, record::rate{},
                                      record::time{}, record::loss{}, record::eigenvalues{});
  std::vector<double> rates, losses;
  const auto note = [&](auto& run) {
    rates.push_back(run.now().rate);
    losses.push_back(run.now().loss);
  };
  auto both = observers(record, note);
  const auto watched = run<double>(make(until(0.1, 9)), 5, both), alone = run<double>(make(until(0.1, 9)), 5);
  small_descent::check_same_bits(watched, alone);
  REQUIRE(record.samples() == rates.size());
  double time = 0;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    time = time + rates[i];
    CHECK(record.values("steps")(i, 0) == static_cast<double>(i));
    CHECK(record.values("rate")(i, 0) == rates[i]);
    CHECK(record.values("time")(i, 0) == time);
    CHECK(record.values("loss")(i, 0) == losses[i]);
  }
  CHECK(rates[0] == 0);
  CHECK(rates[1] > 0);
  CHECK(rates[2] != rates[1]);
  CHECK(record.values("eigenvalue")(0, 2) == 0.4);
  CHECK(record.values("eigenvalue")(rates.size() - 1, 2) == alone.student.system.a[2]);
}

TEST_CASE("a record starts anew with the next run") {
  auto record = trajectory_of<double>(sample_steps{.period = 10}, record::steps{});
  run<double>(make(until(0, 0, 95)), 5, record);
  CHECK(record.samples() == 11);
  CHECK(record.last_due() == 9);
  run<double>(make(until(0, 0, 5)), 5, record);
  CHECK(record.samples() == 2);
  CHECK(record.last_due() == 0);
}

TEST_CASE("steps that are none are refused by name") {
  const auto with = [](sample_steps when) { trajectory_of<double>(when, record::steps{}); };
  CHECK_THROWS_WITH_AS(with({.period = 0}), "sample_steps: period must be positive, given 0", bad_argument);
  CHECK_THROWS_WITH_AS(with({.period = 10, .offset = 11}),
                       "sample_steps: offset must be from 0 to the period, given 11", bad_argument);
  CHECK_THROWS_AS(with({.offset = -1}), bad_argument);
}
