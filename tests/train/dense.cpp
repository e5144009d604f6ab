// SPDX-License-Identifier: BSD-3-Clause
// What observers see: points between steps by dense output, points at steps, and that watching changes nothing.
#include <doctest/doctest.h>

#include <algorithm>
#include <lssm/lssm.hpp>
#include <vector>

using namespace lssm;

namespace {

template <class Method, class Stop = first_of<convergence, time_horizon, step_limit>, class Chart = automatic>
using study_of = teacher_student<ssm<real_diagonal<5>, learn<state_matrix>>, theorem1_teacher<5>,
                                 inject<training_set<6, unit<at<0>>>, unit<at<-2>>>, squared_error,
                                 gradient_flow<Method, Chart, Stop>, theorem1_start>;
template <class Method, class Chart = automatic>
using study_until = study_of<Method, first_of<time_horizon>, Chart>;

const theorem1_start moderate{.scale = 0.3, .gap_factor = 8};

using modes = std::vector<double>;
modes list(const auto& v) { return {v.begin(), v.end()}; }
double distance(const modes& x, const modes& y) {
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(x[i] - y[i]));
  return worst;
}

template <class Method, class Chart>
struct way {
  using method = Method;
  using chart = Chart;
};
using stiff_gap = way<rosenbrock, gap_to_leader>;
using stiff_plain = way<rosenbrock, plain>;
using explicit_gap = way<dormand_prince, gap_to_leader>;

struct sample {
  double time, loss;
  modes a;
};

}  // namespace

TEST_CASE_TEMPLATE("dense output: the flow stopped at that time", Way, stiff_gap, stiff_plain, explicit_gap) {
  using study = study_until<typename Way::method, typename Way::chart>;
  for (const double rtol : {1e-6, 1e-9}) {
    CAPTURE(rtol);
    const std::vector<double> times = {1e-3, 0.013, 0.1, 0.37, 1.0, 2.2, 3.1, 5.7, 11.0};
    std::vector<sample> seen;
    const auto watch = [&](auto& flow) {
      const double now = flow.now().time, before = now - flow.last_step();
      while (seen.size() < times.size() && times[seen.size()] <= now && flow.last_step() > 0) {
        const double t = times[seen.size()];
        CHECK(t >= before * (1 - 1e-15));
        const auto point = flow.at(t);
        CHECK(point.time == t);
        seen.push_back({t, point.loss, list(point.system.a)});
      }
    };
    run<double>(study{.training = {.rtol = rtol, .stop = {{{.time = 12}}}}, .start = moderate}, 3, watch);
    REQUIRE(seen.size() == times.size());
    for (const sample& s : seen) {
      CAPTURE(s.time);
      const auto stopped =
          run<double>(study{.training = {.rtol = 1e-12, .stop = {{{.time = s.time}}}}, .start = moderate}, 3);
      CHECK(stopped.at_end.time == s.time);
      CHECK(distance(list(stopped.student.system.a), s.a) < rtol);
      CHECK(stopped.at_end.loss == doctest::Approx(s.loss).epsilon(rtol));
    }
  }
}

TEST_CASE_TEMPLATE("dense output: both ends of the last step", Way, stiff_gap, stiff_plain, explicit_gap) {
  using study = study_until<typename Way::method, typename Way::chart>;
  modes before;
  double time_before = 0;
  int steps = 0;
  const auto watch = [&](auto& flow) {
    const modes here = list(flow.here().system.a);
    CHECK(distance(list(flow.at(flow.now().time).system.a), here) <= 4 * epsilon_of<double>);
    if (flow.last_step() > 0) {
      CHECK(flow.now().time - flow.last_step() == doctest::Approx(time_before).epsilon(1e-12));
      CHECK(distance(list(flow.at(flow.now().time - flow.last_step()).system.a), before) <= 1e-13);
    } else {
      CHECK(flow.now().time == 0);
    }
    CHECK(list(flow.here().system.a) == here);  // looking elsewhere does not move the flow
    before = here;
    time_before = flow.now().time;
    ++steps;
  };
  run<double>(study{.training = {.rtol = 1e-8, .stop = {{{.time = 20}}}}, .start = moderate}, 3, watch);
  CHECK(steps > 20);
}

TEST_CASE_TEMPLATE("dense output: the last step before the finish", Way, stiff_gap, stiff_plain) {
  // The finish leaves the trajectory: its points stay within what the finish moved.
  using study = study_of<typename Way::method, first_of<convergence>, typename Way::chart>;
  double worst = 0, end_loss = 1;
  const auto watch = [&](auto& flow) {
    if (flow.running()) return;
    end_loss = flow.now().loss;
    const modes end = list(flow.here().system.a);
    for (const double part : {0.0, 0.25, 0.5, 0.75}) {
      const auto point = flow.at(flow.now().time - (1 - part) * flow.last_step());
      CHECK(is_finite(point.loss));
      worst = std::max(worst, distance(list(point.system.a), end));
    }
  };
  const auto end = run<double>(study{.training = {.rtol = 1e-10}, .start = moderate}, 3, watch);
  CHECK(end.status == status::converged);
  CHECK(end_loss < 1e-25);
  CHECK(worst < 1e-4);
}

TEST_CASE_TEMPLATE("watching changes no bit", Way, stiff_gap, stiff_plain, explicit_gap) {
  using study =
      study_of<typename Way::method, first_of<convergence, time_horizon, step_limit>, typename Way::chart>;
  const study ours{.training = {.rtol = 1e-8, .stop = {{{}, {.time = 30}, {}}}}, .start = moderate};
  const auto unwatched = run<double>(ours, 3);
  const auto all = trajectory_of<double>({.per_decade = 30, .every = 3}, record::loss{},
                                         record::eigenvalues{}, record::gamma{});
  auto recording = all;
  const auto looking = [](auto& flow) {
    for (const double part : {0.9, 0.1, 0.5}) flow.at(flow.now().time - part * flow.last_step());
  };
  const auto mixed = [](auto& flow) {
    flow.here();
    flow.at(flow.now().time - flow.last_step() / 3);
    flow.here();
  };
  for (const auto& watched :
       {run<double>(ours, 3, recording), run<double>(ours, 3, looking), run<double>(ours, 3, mixed)}) {
    CHECK(watched.status == unwatched.status);
    CHECK(watched.at_end.steps == unwatched.at_end.steps);
    CHECK(watched.at_end.rejected == unwatched.at_end.rejected);
    CHECK(watched.at_end.time == unwatched.at_end.time);
    CHECK(watched.at_end.loss == unwatched.at_end.loss);
    CHECK(list(watched.student.system.a) == list(unwatched.student.system.a));
    CHECK(watched.cotangent == unwatched.cotangent);
  }
  CHECK(recording.samples() > 30);
}

TEST_CASE("observers: one after the other, and any may cancel") {
  const study_of<rosenbrock> ours{.start = moderate};
  std::vector<int> calls;
  auto first = [&](auto&) { calls.push_back(1); };
  auto second = [&](auto& flow) {
    calls.push_back(2);
    return flow.now().steps < 3;
  };
  auto third = [&](auto&) { calls.push_back(3); };
  const auto end = run<double>(ours, 3, observers(first, second, third));
  CHECK(end.status == status::cancelled);
  CHECK(end.at_end.steps == 3);
  CHECK(calls == std::vector<int>{1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3});
  const auto none = run<double>(ours, 3, observers());
  CHECK(none.status == status::converged);
}

TEST_CASE("observers: every step is seen once, the start and the end included") {
  const study_of<rosenbrock> ours{.start = moderate};
  double expected = 0;
  bool ended = false;
  const auto watch = [&](auto& flow) {
    CHECK_FALSE(ended);
    CHECK(flow.now().steps == expected++);
    CHECK(flow.here().loss == flow.now().loss);
    CHECK(flow.here().cotangent.size() == 6);
    ended = !flow.running();
  };
  const auto end = run<double>(ours, 3, watch);
  CHECK(ended);
  CHECK(end.at_end.steps + 1 == expected);
}

TEST_CASE("an own loop: step by step is the run") {
  const study_of<rosenbrock> ours{.start = moderate};
  auto bound = bind<double>(ours, 3);
  auto training = bound.training();
  while (training.running()) training.step();
  const auto end = run<double>(ours, 3);
  CHECK(training.now().loss == end.at_end.loss);
  CHECK(training.now().steps == end.at_end.steps);
  CHECK(list(training.here().system.a) == list(end.student.system.a));
}
