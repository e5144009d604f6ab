// SPDX-License-Identifier: BSD-3-Clause
// Studies in continuous time with complex modes: a teacher that oscillates, seen at steps, and students whose step is learned.
#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>

using namespace lssm;

namespace {

using held = discretized<complex_diagonal<1>, zero_order_hold>;
const held::parameters<double> oscillation{{{{-0.5}}, {{3}}, {{1}}, {{0.5}}, {{0.75}}, {{-0.25}}}, {{0.25}}};

template <class Learn, class Training, class Student = ssm<held, Learn>>
using study_of = teacher_student<Student, given<held>, training_set<12, gaussian<everywhere>>, squared_error,
                                 Training, gaussian_start>;
using flow = gradient_flow<rosenbrock, plain, first_of<target_loss, time_horizon, step_limit>>;
using steps = descent<adam, unconstrained, first_of<target_loss, step_limit>>;

template <class Learn, class Training>
study_of<Learn, Training> made(const Training& training) {
  const gaussian_entries io{.mean = 0.5, .deviation = 0.2};
  return {.teacher = {.values = oscillation},
          .data = {.sequences = {.count = 20}},
          .training = training,
          .start = {.state = {.mean = -1, .deviation = 0.1},
                    .input = io,
                    .output = io,
                    .time = gaussian_entries{.mean = 0.4, .deviation = 0.05}}};
}

/// Im a below 0 of the start is no matter: conjugates have the same response.
template <class Outcome>
double distance_of_poles(const Outcome& end) {
  const auto pole = std::exp(std::complex<double>(-0.5, 3) * 0.25);
  double least = 1;
  for (const auto& x : end.spectrum())
    least = std::min(least, std::abs(std::complex<double>(x.re, x.im) - pole));
  return least;
}

}  // namespace

TEST_CASE("continuous time: labels of a teacher are its response at the steps") {
  const auto bound = bind<double>(made<learn_all>(flow{}), 1);
  const std::complex<double> a(-0.5, 3), b(1, 0.5), c(0.75, -0.25), pole = std::exp(0.25 * a);
  for (std::size_t n = 0; n < 20; ++n) {
    double label = 0;
    for (std::size_t k = 0; k < 12; ++k)
      label += 2 * (c * std::pow(pole, static_cast<double>(k)) * (pole - 1.0) / a * b).real() *
               bound.data.x[n * 12 + 11 - k];
    CHECK(bound.data.y[n] == doctest::Approx(label).epsilon(1e-13));
  }
}

TEST_CASE("continuous time: the stiff flow and a rule find the oscillation, also in S4D's coordinates") {
  const flow stiff{.rtol = 1e-5, .stop = {{{.value = 1e-10}, {.time = 1e7}, {.steps = 1e5}}}};
  const steps rule{.rate = 0.01, .stop = {{{.value = 1e-10}, {.steps = 100000}}}};
  const auto found = [](const auto& end) {
    CHECK(end.status == status::target_reached);
    CHECK(distance_of_poles(end) < 1e-4);
  };
  found(run<double>(made<learn_all>(stiff), 2));
  found(run<double>(made<s4d_coordinates>(stiff), 2));
  found(run<double>(made<s5_coordinates>(rule), 2));
}

TEST_CASE("continuous time: lanes are the students alone, and records are complex") {
  using T = pack<double>;
  const flow stiff{.rtol = 1e-5, .stop = {{{.value = 0}, {.time = 10}, {.steps = 1e5}}}};
  const std::vector<study_of<s4d_coordinates, flow>> studies(1, made<s4d_coordinates>(stiff));
  std::vector<std::uint32_t> seeds;
  for (std::uint32_t l = 0; l < lanes_of<T>; ++l) seeds.push_back(l + 1);
  const auto together = run<T>(std::span<const study_of<s4d_coordinates, flow>>(studies),
                               std::span<const std::uint32_t>(seeds));
  for (std::size_t l = 0; l < lanes_of<T>; ++l) {
    const auto alone = run<double>(studies[0], seeds[l]);
    CHECK(equal_parts(together[l].student.system, alone.student.system));
  }
  auto seen = trajectory_of<double>({.per_decade = 2}, record::time{}, record::spectrum{});
  const auto end = run<double>(studies[0], 1, seen);
  CHECK(to_csv(seen).text().find("spectrum") != std::string::npos);
  CHECK(end.spectrum().size() == 2);
  CHECK(end.spectrum()[0].im == -end.spectrum()[1].im);
}

TEST_CASE("continuous time: a step that is no number is refused, in one line") {
  auto teacher = made<learn_all>(flow{});
  teacher.teacher.values.step[0] = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH_AS(run<double>(teacher, 1), "given: step must be finite, given inf", bad_argument);
  auto start = made<learn_all>(flow{});
  start.start.time->mean = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH_AS(run<double>(start, 1), "gaussian_start: time.mean must be finite, given nan",
                       bad_argument);
  auto negative = made<s4d_coordinates>(flow{});
  negative.start.time->mean = -1;  // no exponential
  CHECK_THROWS_AS(run<double>(negative, 1), bad_argument);
  auto rising = made<s4d_coordinates>(flow{});
  rising.start.state.mean = 1;
  CHECK_THROWS_AS(run<double>(rising, 1), bad_argument);
}
