// SPDX-License-Identifier: BSD-3-Clause
// A, B and C learned together, through other coordinates, with other losses: one flow, several integrators.
#include <doctest/doctest.h>

#include <algorithm>
#include <lssm/lssm.hpp>
#include <vector>

#include "../reference.hpp"
#include "naive_flow.hpp"

using namespace lssm;

namespace {

using until_time = first_of<time_horizon, step_limit>;
using until_converged = first_of<convergence, step_limit>;

template <integer D, class Learn, class Loss, class Method, class Stop, class Start = near_zero>
using study_of = teacher_student<ssm<real_diagonal<D>, Learn>, given<real_diagonal<2>>,
                                 training_set<dynamic, gaussian<everywhere>>, Loss,
                                 gradient_flow<Method, automatic, Stop>, Start>;

template <integer D, class Learn, class Loss, class Method, class Stop>
study_of<D, Learn, Loss, Method, Stop> make_study(double rtol, const Stop& stop, integer kappa = 6) {
  return {.teacher = {.values = {{0.8, -0.4}, {1, 0.5}, {1, 1}}},
          .data = {.length = kappa, .sequences = {.support = {}, .count = 10}},
          .training = {.rtol = rtol, .stop = stop},
          .start = {.state_deviation = 0.3, .io_deviation = 0.3}};
}

template <class System>
std::vector<double> all_of(const System& s) {
  std::vector<double> out(s.a.begin(), s.a.end());
  out.insert(out.end(), s.b.begin(), s.b.end());
  out.insert(out.end(), s.c.begin(), s.c.end());
  return out;
}
double distance(const std::vector<double>& x, const std::vector<double>& y) {
  REQUIRE(x.size() == y.size());
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(x[i] - y[i]));
  return worst;
}

/// log cosh r of the residual r = p - y, with derivative tanh r and second derivative 1 - tanh² r >= 0.
struct log_cosh {
  template <class T>
  static T hyperbolic_tangent(const T& r) {
    const T e = exp_of(T(-2) * abs_of(r)), t = (T(1) - e) / (T(1) + e);
    return where(r < T(0), T(0) - t, t);
  }
  template <class T>
  T value(const T& p, const T& y) const {
    const T size = abs_of(p - y);
    return size + log_of((T(1) + exp_of(T(-2) * size)) / T(2));
  }
  template <class T>
  T derivative(const T& p, const T& y) const {
    return hyperbolic_tangent(T(p - y));
  }
  template <class T>
  T second_derivative(const T& p, const T& y) const {
    const T t = hyperbolic_tangent(T(p - y));
    return (T(1) - t) * (T(1) + t);
  }
};

using through_exp = learn<through<state_matrix, exp_of_minus_exp>, input_matrix, output_matrix>;

/// Both methods, at two times.
template <integer D, class Learn, class Loss>
void check_methods_agree(std::uint32_t seed, double tolerance) {
  for (const double time : {0.5, 20.0}) {
    const until_time stop{{{.time = time}, {}}};
    const auto one = run<double>(make_study<D, Learn, Loss, rosenbrock>(1e-12, stop), seed);
    const auto other = run<double>(make_study<D, Learn, Loss, dormand_prince>(1e-12, stop), seed);
    CHECK(one.status == status::horizon);
    CHECK(other.status == status::horizon);
    CHECK(distance(all_of(one.student.system), all_of(other.student.system)) < tolerance);
    CHECK(one.at_end.loss == doctest::Approx(other.at_end.loss).epsilon(tolerance));
  }
}

}  // namespace

TEST_CASE("A, B and C together: the stiff and the explicit method agree") {
  for (const std::uint32_t seed : {1u, 2u, 3u}) {
    CAPTURE(seed);
    check_methods_agree<4, learn_all, squared_error>(seed, 1e-9);
  }
}

TEST_CASE("A, B and C together: both reach the end, and the finish takes them to the same") {
  for (const std::uint32_t seed : {1u, 2u, 3u, 4u, 5u}) {
    CAPTURE(seed);
    const until_converged stop{{{}, {.steps = 3e4}}};
    const auto one = run<double>(make_study<4, learn_all, squared_error, rosenbrock>(1e-11, stop, 3), seed);
    const auto other =
        run<double>(make_study<4, learn_all, squared_error, dormand_prince>(1e-11, stop, 3), seed);
    CHECK(one.status == status::converged);
    CHECK(other.status == status::converged);
    CHECK(one.at_end.loss < 1e-24);
    CHECK(distance(all_of(one.student.system), all_of(other.student.system)) < 1e-10);
  }
}

TEST_CASE("A, B and C together: b² - c² is constant, and the loss never rises") {
  for (const double rtol : {1e-6, 1e-9, 1e-12}) {
    CAPTURE(rtol);
    std::vector<double> first;
    double worst = 0, before = HUGE_VAL;
    const auto watch = [&](auto& flow) {
      const auto point = flow.here();
      std::vector<double> balance;
      for (std::size_t j = 0; j < 5; ++j)
        balance.push_back(point.system.b[j] * point.system.b[j] - point.system.c[j] * point.system.c[j]);
      if (first.empty()) first = balance;
      worst = std::max(worst, distance(balance, first));
      CHECK(point.loss <= before * (1 + rtol));
      before = point.loss;
    };
    const until_converged stop{{{}, {.steps = 1e5}}};
    const auto end =
        run<double>(make_study<5, learn_all, squared_error, rosenbrock>(rtol, stop, 3), 4, watch);
    CHECK(end.status == status::converged);
    CHECK(worst < rtol);
  }
}

TEST_CASE("other coordinates: exp(-exp θ)") {
  const auto end_of = [](auto method, double time) {
    using flow = study_of<3, through_exp, squared_error, decltype(method), until_time, given_start>;
    return run<double>(flow{.teacher = {.values = {{0.8, 0.4}, {1, 0.5}, {1, 1}}},
                            .data = {.length = 6, .sequences = {.support = {}, .count = 10}},
                            .training = {.rtol = 1e-12, .stop = {{{.time = time}, {}}}},
                            .start = {.a = {0.6, 0.3, 0.1}, .b = {0.4, 0.3, -0.2}, .c = {0.3, 0.5, 0.1}}},
                       5);
  };
  for (const double time : {0.5, 20.0}) {
    const auto one = end_of(rosenbrock{}, time), other = end_of(rosenbrock{}, time);
    const auto explicitly = end_of(dormand_prince{}, time);
    CHECK(one.status == status::horizon);
    CHECK(all_of(one.student.system) == all_of(other.student.system));
    CHECK(distance(all_of(one.student.system), all_of(explicitly.student.system)) < 1e-9);
    for (const double a : one.student.system.a) CHECK((a > 0 && a < 1));
  }
}

TEST_CASE("another loss, in raw form") { check_methods_agree<3, learn_all, log_cosh>(6, 1e-9); }

TEST_CASE("more residuals than unknowns: exact labels still have an exact end") {
  using study =
      teacher_student<ssm<real_diagonal<1>, learn_all>, given<real_diagonal<1>>,
                      training_set<8, gaussian<everywhere>>, squared_error, gradient_flow<>, given_start>;
  const auto end = run<double>(study{.teacher = {.values = {{0.7}, {1}, {0.5}}},
                                     .data = {.sequences = {.count = 20}},
                                     .start = {.a = {0.1}, .b = {0.5}, .c = {0.2}}},
                               3);
  CHECK(end.status == status::converged);
  CHECK(end.student.system.a[0] == doctest::Approx(0.7).epsilon(1e-13));
  CHECK(end.student.system.b[0] * end.student.system.c[0] == doctest::Approx(0.5).epsilon(1e-13));
  CHECK(end.at_end.loss < 1e-28);
}

TEST_CASE("one number: its exponential") {
  // L = (c - 1)², c(t) = 1 - (1 - c(0)) e^(-2t)
  using study = teacher_student<ssm<real_diagonal<1>, learn<output_matrix>>, given<real_diagonal<1>>,
                                training_set<2, unit<at<-1>>>, squared_error,
                                gradient_flow<rosenbrock, automatic, until_time>, given_start>;
  for (const double time : {1e-3, 0.1, 1.0, 10.0}) {
    const auto end = run<double>(study{.teacher = {.values = {{0}, {1}, {1}}},
                                       .training = {.rtol = 1e-13, .stop = {{{.time = time}, {}}}},
                                       .start = {.a = {0.5}, .b = {1}, .c = {0.25}}},
                                 1);
    CHECK(end.status == status::horizon);
    CHECK(end.student.system.c[0] == doctest::Approx(1 - 0.75 * std::exp(-2 * time)).epsilon(1e-12));
    CHECK(end.student.system.a[0] == 0.5);
    CHECK(end.student.system.b[0] == 1);
  }
}

TEST_CASE("two inputs: the explicit method is finished like the implicit one") {
  using study = teacher_student<ssm<real_diagonal<3, 2>, learn_all>, given<real_diagonal<2, 2>>,
                                training_set<4, gaussian<everywhere>, 2>, squared_error,
                                gradient_flow<dormand_prince>, near_zero>;
  const auto end = run<double>(study{.teacher = {.values = {{0.5, -0.5}, {1, 0.5, -0.5, 1}, {1, 1}}},
                                     .data = {.sequences = {.count = 30}},
                                     .training = {.rtol = 1e-8},
                                     .start = {.state_deviation = 0.3, .io_deviation = 0.3}},
                               3);
  CHECK(end.status == status::converged);
  CHECK(end.at_end.loss < 1e-11);
}

#if defined(LSSM_HAS_BOOST) || defined(LSSM_HAS_SUNDIALS)

namespace {

/// The same data and start for other people's integrators, the end from ours.
struct compared {
  naive_flow flow;
  std::vector<double> start, end;
};
compared prepare(std::uint32_t seed, double time) {
  const auto study =
      make_study<4, learn_all, squared_error, rosenbrock>(1e-12, until_time{{{.time = time}, {}}});
  auto bound = bind<double>(study, seed);
  compared out{{4, 6, bound.data.x, bound.data.y}, all_of(bound.objective.start_system()), {}};
  auto training = bound.training();
  drive(training, silent{});
  out.end = all_of(training.here().system);
  return out;
}

}  // namespace

#ifdef LSSM_HAS_BOOST
TEST_CASE("Boost.Odeint's rosenbrock4 integrates the same flow") {
  for (const std::uint32_t seed : {1u, 2u}) {
    const auto p = prepare(seed, 20);
    CHECK(distance(p.end, theta_by_boost(p.flow, p.start, 20, 1e-11)) < 1e-9);
  }
}
#endif

#ifdef LSSM_HAS_SUNDIALS
TEST_CASE("SUNDIALS' CVODE integrates the same flow") {
  for (const std::uint32_t seed : {1u, 2u}) {
    const auto p = prepare(seed, 20);
    CHECK(distance(p.end, theta_by_sundials(p.flow, p.start, 20, 1e-12)) < 1e-8);
  }
}
#endif

#endif
