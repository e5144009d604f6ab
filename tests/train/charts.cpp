// SPDX-License-Identifier: BSD-3-Clause
// Charts change digits and speed, never the flow: gaps to the leader against θ itself, at starts that try the gaps.
#include <doctest/doctest.h>

#include <algorithm>
#include <lssm/lssm.hpp>
#include <numeric>
#include <vector>

#include "../objective/problems.hpp"
#include "../tools/counted.hpp"

using namespace lssm;

namespace {

struct problem {
  std::vector<double> a, b = {}, c = {};   // start
  std::vector<double> teacher_a = {1, 0};  // h = Σ c_j b_j a_j^k of the teacher
  std::vector<double> teacher_b = {1, 1};
  integer kappa = 6, clean = 1, special = 1;
};

template <class Loss = squared_error, class Training>
auto study_of(const problem& p, const Training& training) {
  using data = inject<training_set<dynamic, unit<at<0>>>, unit<at<-2>>>;
  using study = teacher_student<ssm<real_diagonal<>, learn<state_matrix>>, given<real_diagonal<>>, data, Loss,
                                Training, given_start>;
  return study{
      .student = {.structure = {static_cast<integer>(p.a.size())}},
      .teacher = {.structure = {static_cast<integer>(p.teacher_a.size())},
                  .values = {p.teacher_a, p.teacher_b, std::vector<double>(p.teacher_a.size(), 1.0)}},
      .data = {.set = {.length = p.kappa, .sequences = {.support = {}, .count = p.clean}},
               .special = {.support = {}, .count = p.special}},
      .loss = {},
      .training = training,
      .start = {.a = p.a, .b = p.b, .c = p.c}};
}

struct finish {
  lssm::status status;
  double loss, time;
  std::vector<double> a;
};

template <class Chart, class Method = rosenbrock>
finish end_of(const problem& p, double rtol = 1e-12, double time = 1e300) {
  using training = gradient_flow<Method, Chart>;
  const auto end =
      run<double>(study_of(p, training{.rtol = rtol, .stop = {{{}, {.time = time}, {.steps = 1e5}}}}), 1);
  return {end.status, end.at_end.loss, end.at_end.time, end.student.system.a};
}

double distance(const std::vector<double>& x, const std::vector<double>& y) {
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(x[i] - y[i]));
  return worst;
}

/// Both charts by the stiff method, and plain coordinates by the explicit one, up to a time or to the end.
void check_charts_agree(const problem& p, double tolerance, double time = 1e300) {
  const auto gap = end_of<gap_to_leader>(p, 1e-12, time), direct = end_of<plain>(p, 1e-12, time);
  const auto explicitly = end_of<plain, dormand_prince>(p, 1e-12, time);
  const auto explicit_gap = end_of<gap_to_leader, dormand_prince>(p, 1e-12, time);
  const bool finite_time = time < 1e300;
  for (const auto* end : {&gap, &direct})
    CHECK(end->status == (finite_time ? status::horizon : status::converged));
  if (finite_time) {
    CHECK(gap.time == time);
    CHECK(gap.loss == doctest::Approx(direct.loss).epsilon(tolerance));
  }
  CHECK(distance(gap.a, direct.a) < tolerance);
  CHECK(distance(gap.a, explicitly.a) < tolerance);
  CHECK(distance(gap.a, explicit_gap.a) < tolerance);
}

}  // namespace

TEST_CASE("charts: moderate gaps") {
  check_charts_agree({.a = {0.5, 0.45, 0.3, 0.1}}, 1e-10);
  check_charts_agree({.a = {0.5, 0.45, 0.3, 0.1}, .special = 0}, 1e-10);
  check_charts_agree({.a = {0.5, 0.45, 0.3, 0.1}, .clean = 3, .special = 2}, 1e-10);
  check_charts_agree({.a = {0.6, 0.2, -0.1, -0.3, -0.7}, .kappa = 9}, 1e-10);
}

TEST_CASE("charts: the leader may stand anywhere") {
  check_charts_agree({.a = {0.1, 0.45, 0.3, 0.5}}, 1e-10);
  const problem sorted{.a = {0.5, 0.45, 0.3, 0.1}};
  const auto expected = end_of<gap_to_leader>(sorted).a;
  std::vector<std::size_t> order = {0, 1, 2, 3};
  while (std::next_permutation(order.begin(), order.end())) {
    problem shuffled = sorted;
    for (std::size_t j = 0; j < 4; ++j) shuffled.a[j] = sorted.a[order[j]];
    const auto got = end_of<gap_to_leader>(shuffled).a;
    for (std::size_t j = 0; j < 4; ++j) CHECK(std::abs(got[j] - expected[order[j]]) < 1e-11);
  }
}

TEST_CASE("charts: products c b that differ, so that gaps may close and the leader be overtaken") {
  const std::vector<double> b = {0.2, 1.0, 1.5, -0.5}, c = {1.0, 0.5, 1.0, 1.0};
  check_charts_agree({.a = {0.5, 0.4, 0.3, 0.2}, .b = b, .c = c}, 1e-10);
  check_charts_agree({.a = {0.5, 0.4, 0.3, 0.2}, .b = b, .c = c, .special = 0}, 1e-10);
  check_charts_agree({.a = {0.5, 0.4, 0.3, 0.2}, .b = {1, 1, 1, 2}, .c = {}, .teacher_b = {1.5, 1}}, 1e-10);

  // The third mode has five times the leader's product and passes it.
  const problem overtaken{.a = {0.5, 0.49, 0.48}, .b = {0.2, 0.2, 1.0}, .special = 0};
  check_charts_agree(overtaken, 1e-10);
  const auto end = end_of<gap_to_leader>(overtaken).a;
  CHECK(end[2] > end[0] + 0.1);
}

TEST_CASE("charts: flows cut at a time") {
  for (const double time : {0.1, 1.0, 5.0}) {
    CAPTURE(time);
    check_charts_agree({.a = {0.5, 0.45, 0.3, 0.1}}, 1e-10, time);
    check_charts_agree({.a = {0.5, 0.4, 0.3, 0.2}, .b = {0.2, 1.0, 1.5, -0.5}}, 1e-10, time);
  }
}

TEST_CASE("charts: starts below zero, at zero, and a leader that changes sign") {
  check_charts_agree({.a = {-0.1, -0.2, -0.5}, .teacher_a = {-0.8, 0}, .kappa = 7, .special = 0}, 1e-10);
  check_charts_agree({.a = {0.4, 0.0, -0.2}, .kappa = 5}, 1e-10);
  // h_1 = Σ a_j is asked to be -1.2: every mode is pulled below zero.
  check_charts_agree({.a = {0.3, 0.1}, .teacher_a = {-0.9, -0.3}, .kappa = 3}, 1e-9);
}

TEST_CASE("charts: short sequences and few modes") {
  for (const integer kappa : {2, 3, 4}) {
    CAPTURE(kappa);
    check_charts_agree({.a = {0.5, 0.2}, .kappa = kappa, .special = 0}, 1e-10);
    check_charts_agree({.a = {0.5, 0.2, 0.1}, .kappa = kappa}, 1e-9);
  }
  check_charts_agree({.a = {0.5}, .teacher_a = {0.8}, .teacher_b = {1}, .kappa = 5, .special = 0}, 1e-10);
  const auto one =
      end_of<gap_to_leader>({.a = {0.5}, .teacher_a = {0.8}, .teacher_b = {1}, .kappa = 5}, 1e-12);
  CHECK(one.status == status::converged);
  CHECK(one.a[0] == doctest::Approx(0.8).epsilon(1e-12));
}

TEST_CASE_TEMPLATE("charts: ties stay ties, to the last bit", Chart, gap_to_leader, plain) {
  const auto check = [](const problem& p) {
    const auto watch = [&](auto& flow) {
      const auto& a = flow.here().system.a;
      CHECK(a[0] == a[1]);
      CHECK(a[2] == a[4]);
    };
    const auto end = run<double>(study_of(p, gradient_flow<rosenbrock, Chart>{}), 1, watch);
    CHECK(end.status == status::converged);
    CHECK(end.student.system.a[0] == end.student.system.a[1]);
  };
  check({.a = {0.5, 0.5, 0.2, 0.3, 0.2}});
  check({.a = {0.5, 0.5, 0.2, 0.3, 0.2}, .special = 0});
  check({.a = {0.2, 0.2, 0.5, 0.3, 0.5}});
  // Thirteen modes: ties across whole blocks of vector registers.
  check({.a = {0.1, 0.1, 0.2, 0.3, 0.2, 0.1, 0.3, 0.05, 0.1, 0.1, 0.2, 0.1, 0.1}});
}

TEST_CASE("charts: all modes equal are one mode with all their weight") {
  const auto many = end_of<gap_to_leader>({.a = {0.3, 0.3, 0.3}, .special = 0}, 1e-12);
  const auto one = end_of<gap_to_leader>({.a = {0.3}, .b = {3}, .special = 0}, 1e-12);
  CHECK(many.status == status::converged);
  for (const double a : many.a) CHECK(std::abs(a - one.a[0]) < 1e-11);
}

TEST_CASE("charts: a gap far below the last digit of the modes breaks the tie in its own time") {
  // The gap z of a tie grows by its own linear law: z(t) is proportional to z(0) while it is small.
  const auto gap_at = [](double gap) {
    const auto end = end_of<gap_to_leader>({.a = {0.25, 0.25 - gap, 0.1}, .kappa = 7, .special = 0}, 1e-12);
    CHECK(end.status == status::converged);
    return end.a[0] - end.a[1];
  };
  CHECK(gap_at(0x1p-30) / gap_at(0x1p-31) == doctest::Approx(2.0).epsilon(1e-6));
}

TEST_CASE("charts: sequences so long that powers overflow beside the modes") {
  const problem p{.a = {0.999, 0.99, 0.9}, .kappa = 1500, .special = 0};
  const auto gap = end_of<gap_to_leader>(p, 1e-10), direct = end_of<plain>(p, 1e-10);
  CHECK(gap.status == status::converged);
  CHECK(direct.status == status::converged);
  CHECK(distance(gap.a, direct.a) < 1e-8);
}

TEST_CASE_TEMPLATE("charts: the squared loss in raw form takes the steps of the Gram form", Chart,
                   gap_to_leader, plain) {
  for (const integer clean : {1, 9}) {  // fewer and more sequences than entries
    const problem p{.a = {1e-2, 1e-2 - 1e-9, 8e-3}, .clean = clean};
    const gradient_flow<rosenbrock, Chart> training{.rtol = 1e-8,
                                                    .stop = {{{}, {.time = 30}, {.steps = 1e5}}}};
    const auto gram = run<double>(study_of(p, training), 1);
    const auto raw = run<double>(study_of<problems::unmarked>(p, training), 1);
    CHECK(gram.status == status::horizon);
    CHECK(raw.status == status::horizon);
    CHECK(raw.at_end.steps <= gram.at_end.steps + 3);
    CHECK(distance(gram.student.system.a, raw.student.system.a) < 1e-6);
  }
}

TEST_CASE_TEMPLATE("charts: a flow under way makes room for the rank of other data", Chart, gap_to_leader,
                   plain) {
  using training = gradient_flow<rosenbrock, Chart, first_of<time_horizon, step_limit>>;
  using study = teacher_student<ssm<real_diagonal<>, learn<state_matrix>>, theorem1_teacher<3>,
                                training_set<dynamic, gaussian<everywhere>>, squared_error, training,
                                near_zero, keyed_streams>;
  const auto of = [](integer sequences) {
    study s{.student = {.structure = {.states = 3}},
            .data = {.length = 6, .sequences = {.count = sequences}},
            .training = {.rtol = 1e-10, .stop = {{{.time = 2}, {.steps = 1e5}}}}};
    s.start = {.state_deviation = 0.3, .io_deviation = 0.4};
    return s;
  };
  auto bound = bind<double>(of(1), 3);
  auto running = bound.training();
  for (int i = 0; i < 5; ++i) running.step();
  const auto begin = running.here();
  const std::vector<double> theta(begin.theta.begin(), begin.theta.end());
  const double time = running.now().time;
  bound.data = bind<double>(of(6), 3).data;
  bound.rebuild();
  drive(running, silent{});
  CHECK(running.lane_status(0) == status::horizon);

  // The same flow, begun where the data changed.
  auto rest = of(6);
  rest.training.stop.template get<time_horizon>().time = 2 - time;
  auto other = bind<double>(rest, 3);
  std::copy(theta.begin(), theta.end(), other.theta.begin());
  auto again = other.training();
  drive(again, silent{});
  const auto x = running.here().theta, y = again.here().theta;
  for (std::size_t j = 0; j < x.size(); ++j) CHECK(x[j] == doctest::Approx(y[j]).epsilon(1e-7));
}

TEST_CASE("charts: steps in raw form allocate nothing, with more sequences than entries, too") {
  const problem p{.a = {0.2, 0.19, 0.1}, .clean = 9};
  const gradient_flow<rosenbrock, plain> training{.rtol = 1e-8, .stop = {{{}, {.time = 30}, {.steps = 1e5}}}};
  auto bound = bind<double>(study_of<problems::unmarked>(p, training), 1);
  auto flow = bound.training();
  for (int i = 0; i < 3; ++i) flow.step();
  const std::size_t before = counted::allocations();
  CHECK(before > 0);
  for (int i = 0; i < 10; ++i) flow.step();
  CHECK(flow.running());
  CHECK(counted::allocations() == before);
}
