// SPDX-License-Identifier: BSD-3-Clause
// One student per lane gives each the bits of the student alone, whatever its neighbours do; and known sizes give the bits
// of sizes that are values.
#include <doctest/doctest.h>

#include <algorithm>
#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>
#include <vector>

#include "../objective/problems.hpp"

using namespace lssm;

namespace {

using limits = first_of<convergence, time_horizon, step_limit>;

template <class Method, class Chart, integer D, integer Kappa>
using study_of = teacher_student<ssm<real_diagonal<D>, learn<state_matrix>>, theorem1_teacher<D>,
                                 inject<training_set<Kappa, unit<at<0>>>, unit<at<-2>>>, squared_error,
                                 gradient_flow<Method, Chart, limits>, theorem1_start>;

/// Eight flows that differ in poison, amplitudes, start, tolerance, and in when they end and why.
template <class Method, class Chart, integer D, integer Kappa>
std::vector<study_of<Method, Chart, D, Kappa>> eight_studies(integer d, integer kappa, double rtol) {
  std::vector<study_of<Method, Chart, D, Kappa>> out;
  for (int i = 0; i < 8; ++i) {
    study_of<Method, Chart, D, Kappa> s{.student = {.structure = {d}},
                                        .teacher = {d},
                                        .data = {.set = {.length = kappa, .sequences = {}}, .special = {}},
                                        .loss = {},
                                        .training = {.rtol = rtol},
                                        .start = {.scale = 0.2, .gap_factor = 6}};
    s.data.special.count = i % 3;
    s.data.special.amplitude = 1 + 0.25 * i;
    s.data.set.sequences.amplitude = i == 5 ? 2 : 1;
    if (i == 1) s.start.scale = 0.1;
    if (i == 2) s.training.rtol = 10 * rtol;
    s.training.stop.template get<step_limit>().steps = i == 3 ? 30 : i == 6 ? 57 : 2000;
    if (i == 7) s.training.stop.template get<time_horizon>().time = 2.5;
    if (i == 4) s.training.stop.template get<convergence>().loss = 1e-2;
    out.push_back(s);
  }
  return out;
}

/// Equal, or both not finite: padding may turn an overflow into no number at all.
template <class T>
bool same(const T& x, const T& y) {
  return x == y || (!is_finite(x) && !is_finite(y));
}
template <class Outcome, class Other>
void check_same_bits(const Outcome& x, const Other& y) {
  CHECK(x.status == y.status);
  CHECK(same(x.at_end.loss, y.at_end.loss));
  CHECK(x.at_end.time == y.at_end.time);
  CHECK(x.at_end.steps == y.at_end.steps);
  CHECK(x.at_end.rejected == y.at_end.rejected);
  CHECK(x.at_end.resolution == y.at_end.resolution);
  const auto list = [](const auto& v) { return std::vector(v.begin(), v.end()); };
  CHECK(list(x.student.system.a) == list(y.student.system.a));
  CHECK(list(x.student.system.b) == list(y.student.system.b));
  CHECK(list(x.student.system.c) == list(y.student.system.c));
  CHECK(std::equal(x.cotangent.begin(), x.cotangent.end(), y.cotangent.begin(), y.cotangent.end(),
                   [](const auto& p, const auto& q) { return same(p, q); }));
}

const std::vector<std::uint32_t> seeds = {1, 2, 3, 4, 5, 6, 7, 8};

/// Groups of as many lanes as the target has, in both orders, so that every flow has several neighbours.
template <class T, class Study>
void check_lanes(std::vector<Study> studies) {
  std::vector<std::uint32_t> numbers(seeds.begin(),
                                     seeds.begin() + static_cast<std::ptrdiff_t>(studies.size()));
  std::vector<outcome<lane_of<T>, Study>> alone;
  for (std::size_t i = 0; i < studies.size(); ++i) alone.push_back(run<lane_of<T>>(studies[i], numbers[i]));
  for (int turn = 0; turn < 2; ++turn) {
    for (std::size_t first = 0; first < studies.size(); first += lanes_of<T>) {
      const std::size_t count = std::min(lanes_of<T>, studies.size() - first);
      const auto together = run<T>(std::span<const Study>(studies).subspan(first, count),
                                   std::span<const std::uint32_t>(numbers).subspan(first, count));
      REQUIRE(together.size() == lanes_of<T>);
      for (std::size_t lane = 0; lane < together.size(); ++lane) {
        CAPTURE(first);
        CAPTURE(lane);
        check_same_bits(together[lane], alone[first + lane % count]);
      }
    }
    std::rotate(studies.begin(), studies.begin() + 3, studies.end());
    std::rotate(numbers.begin(), numbers.begin() + 3, numbers.end());
    std::rotate(alone.begin(), alone.begin() + 3, alone.end());
  }
}

template <class Method, class Chart>
struct way {
  using method = Method;
  using chart = Chart;
};
using stiff_gap = way<rosenbrock, gap_to_leader>;
using stiff_plain = way<rosenbrock, plain>;
using timed_gap = way<rosenbrock_along<flow_time>, gap_to_leader>;
using explicit_gap = way<dormand_prince, gap_to_leader>;
using explicit_plain = way<dormand_prince, plain>;

}  // namespace

TEST_CASE_TEMPLATE("lanes: bits of the student alone", Way, stiff_gap, stiff_plain, timed_gap, explicit_gap,
                   explicit_plain) {
  using method = typename Way::method;
  using chart = typename Way::chart;
  check_lanes<pack<double>>(eight_studies<method, chart, 10, 7>(10, 7, 1e-8));
}

TEST_CASE("lanes: sizes as values") {
  check_lanes<pack<double>>(eight_studies<rosenbrock, gap_to_leader, dynamic, dynamic>(5, 6, 1e-9));
  check_lanes<pack<double>>(eight_studies<rosenbrock, gap_to_leader, dynamic, dynamic>(17, 4, 1e-9));
}

TEST_CASE("lanes: the eight flows do end in different ways") {
  std::vector<status> seen;
  const auto studies = eight_studies<rosenbrock, gap_to_leader, 10, 7>(10, 7, 1e-8);
  for (std::size_t i = 0; i < 8; ++i) seen.push_back(run<double>(studies[i], seeds[i]).status);
  for (const status s : {status::converged, status::horizon, status::step_limit})
    CHECK(std::count(seen.begin(), seen.end(), s) > 0);
}

TEST_CASE("lanes: A, B and C together") {
  using study = teacher_student<ssm<real_diagonal<3>, learn_all>, given<real_diagonal<1>>,
                                inject<training_set<4, gaussian<leading<2>>>, gaussian<at<-1>>>,
                                squared_error, gradient_flow<>, near_zero>;
  std::vector<study> studies;
  for (int i = 0; i < 8; ++i) {
    study s{.teacher = {.values = {{0.8}, {1}, {1}}},
            .data = {.set = {.sequences = {.count = 10}}, .special = {.count = i % 4}},
            .training = {.rtol = 1e-7},
            .start = {.state_deviation = 0.3, .io_deviation = 0.2 + 0.05 * i}};
    s.training.stop.get<step_limit>().steps = i == 5 ? 40 : 3000;
    studies.push_back(s);
  }
  check_lanes<pack<double>>(studies);
}

TEST_CASE_TEMPLATE("lanes: the stiff method of a loss in raw form, of fewer and more sequences than entries",
                   Chart, gap_to_leader, plain) {
  using study = teacher_student<ssm<real_diagonal<3>, learn<state_matrix>>, given<real_diagonal<1>>,
                                inject<training_set<4, gaussian<leading<3>>>, gaussian<at<-1>>>,
                                problems::unmarked, gradient_flow<rosenbrock, Chart>, given_start>;
  for (const integer count : {2, 9}) {
    std::vector<study> studies;
    for (int i = 0; i < 8; ++i) {
      study s{.teacher = {.values = {{0.8}, {1}, {1}}},
              .data = {.set = {.sequences = {.count = count}}, .special = {.count = 1}},
              .training = {.rtol = 1e-7},
              .start = {.a = {0.5, 0.4 + 0.01 * i, 0.1}}};
      s.training.stop.template get<step_limit>().steps = i == 5 ? 8 : 300;
      studies.push_back(s);
    }
    check_lanes<pack<double>>(studies);
  }
}

TEST_CASE("lanes: one that is not finite leaves the others alone") {
  using study = teacher_student<ssm<real_diagonal<3>, learn<state_matrix>>, theorem1_teacher<3>,
                                training_set<6, unit<at<0>>>, squared_error, gradient_flow<>, given_start>;
  std::vector<study> studies(8, study{.start = {.a = {0.5, 0.4, 0.1}}});
  studies[1].start.a = {1e200, 1, 1};
  studies[4].start.a = {0.9, 0.8, -0.3};
  check_lanes<pack<double>>(studies);
}

TEST_CASE_TEMPLATE("known and run-time sizes give the same bits", Way, stiff_gap, stiff_plain, explicit_gap,
                   explicit_plain) {
  using method = typename Way::method;
  using chart = typename Way::chart;
  const auto known = eight_studies<method, chart, 10, 7>(10, 7, 1e-8);
  const auto values = eight_studies<method, chart, dynamic, dynamic>(10, 7, 1e-8);
  for (std::size_t i = 0; i < 8; ++i) {
    CAPTURE(i);
    check_same_bits(run<double>(values[i], seeds[i]), run<double>(known[i], seeds[i]));
  }
}
