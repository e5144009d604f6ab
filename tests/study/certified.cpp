// SPDX-License-Identifier: BSD-3-Clause
// Certificates of studies: bands of bound data, bounds along trajectories, trainings that end when certified.
#include <doctest/doctest.h>

#include <lssm/certificate.hpp>
#include <lssm/core/pack.hpp>
#include <lssm/core/tensor.hpp>
#include <lssm/study.hpp>

using namespace lssm;

namespace {

using set = training_set<6, gaussian<everywhere>>;
using own_study = teacher_student<ssm<real_diagonal<4>>, given<real_diagonal<1>>, set, squared_error,
                                  descent<adam, unconstrained, first_of<step_limit>>, near_zero>;

own_study example() {
  own_study s;
  s.teacher.values = {{1}, {1}, {1}};
  s.data.sequences.count = 8;
  s.training.rate = 0.01;
  s.training.stop = {step_limit{3000}};
  s.start = {.state_deviation = 0.1, .io_deviation = 0.1};
  return s;
}
constexpr std::uint32_t seeds[] = {1, 2, 3, 4};

double error_of(const auto& student) {
  std::vector<double> h(40, 0.0);
  student.impulse_response(std::span<double>(h));
  double worst = 0;
  for (double x : h) worst = std::max(worst, std::abs(x - 1));
  return worst;
}

}  // namespace

TEST_CASE("bounds along a trajectory hold the error at every point, and the end of a run its own") {
  for (std::uint32_t seed : seeds) {
    const auto bound = bind<double>(example(), seed);
    const response_band band = teacher_band(bound, {.mass = 1.05}, 40);
    auto seen = trajectory_of<double>(sample_steps{.period = 50}, record::error_bounds{&band},
                                      record::generalization{bound.teacher, 40});
    const auto end = run<double>(example(), seed, seen);
    const auto bounds = seen.values("error_bound");
    const auto error = seen.values("generalization_error");
    for (std::size_t i = 0; i < seen.samples(); ++i) {
      CHECK(bounds(i, 0) <= error(i, 0));
      CHECK(bounds(i, 1) >= error(i, 0));
    }
    const certificate c = certify(band, end.student, 0.2);
    CHECK(c.at_least <= error_of(end.student));
    CHECK(c.at_most >= error_of(end.student));
    double mass = 0;
    for (std::size_t j = 0; j < 4; ++j) mass += std::abs(end.student.system.b[j] * end.student.system.c[j]);
    CHECK(c.mass == doctest::Approx(mass));
    const certificate own = certify(end, {.mass = 1.05}, 40, 0.2);
    CHECK(own.at_most == c.at_most);
    CHECK(own.verdict == c.verdict);
  }
}

TEST_CASE("a training ends when its student is certified, alone and in lanes at the same step") {
  using T = pack<double>;
  std::vector<response_band> bands;
  for (std::uint32_t seed : seeds)
    bands.push_back(teacher_band(bind<double>(example(), seed), {.mass = 1.01}, 40));
  int certified = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto end =
        run<double>(example(), seeds[i], certified_stop(bands[i], {.tolerance = 0.2, .period = 7}));
    if (end.status != status::cancelled) continue;
    ++certified;
    CHECK(certify(bands[i], end.student, 0.2).verdict == student_verdict::certified);
    CHECK(error_of(end.student) <= 0.2);
    CHECK(std::fmod(end.at_end.steps, 7) == 0);
    // Before that it was not.
    auto shorter = example();
    shorter.training.stop = {step_limit{end.at_end.steps - 7}};
    CHECK(certify(bands[i], run<double>(shorter, seeds[i]).student, 0.2).verdict !=
          student_verdict::certified);
    // All lanes have the data of one seed.
    const own_study all[] = {example()};
    const std::uint32_t same[] = {seeds[i]};
    for (const auto& lane : run<T>(std::span<const own_study>(all), std::span<const std::uint32_t>(same),
                                   certified_stop(bands[i], {.tolerance = 0.2, .period = 7}))) {
      CHECK(lane.status == status::cancelled);
      CHECK(std::abs(lane.at_end.steps - end.at_end.steps) <= 7);
    }
  }
  CHECK(certified >= 2);
}

TEST_CASE("a training may end when its student is proved wrong") {
  const auto bound = bind<double>(example(), 1);
  const response_band band = teacher_band(bound, {.mass = 1.05}, 40);
  const auto end = run<double>(example(), 1, certified_stop(band, {.tolerance = 0.2, .or_wrong = true}));
  CHECK(end.status == status::cancelled);
  CHECK(end.at_end.steps == 0);
  CHECK_THROWS_WITH_AS(certified_stop(band, {}),
                       "certified_stop: tolerance must be given, finite and at least 0, given -1",
                       bad_argument);
  for (const double period : {0.0, 1.5, HUGE_VAL})
    CHECK_THROWS_AS(certified_stop(band, certified_within{.tolerance = 0.2, .period = period}), bad_argument);
}

TEST_CASE("noise of labels must be stated, as must the errors of given labels") {
  using noisy = teacher_student<ssm<real_diagonal<4>>, given<real_diagonal<1>>, label_noise<set>>;
  noisy s;
  s.teacher.values = {{1}, {1}, {1}};
  s.data.set.sequences.count = 2;
  s.data.deviation = 0;
  const auto bound = bind<double>(s, 1);
  CHECK_THROWS_WITH_AS(teacher_band(bound, {}, 40),
                       "teacher_band: noise must be stated: labels of label_noise and given labels are none "
                       "that a teacher gave "
                       "exactly, given 0",
                       bad_argument);
  CHECK(!teacher_band(bound, {.mass = 1.1, .noise = 1e-6}, 40).refuted);
}

TEST_CASE("a student of other inputs than the band's is refused") {
  using wide = teacher_student<ssm<real_diagonal<4, 2>>, given<real_diagonal<1, 2>>,
                               training_set<6, gaussian<everywhere>, 2>, squared_error,
                               descent<adam, unconstrained, first_of<step_limit>>, near_zero>;
  wide s;
  s.teacher.values = {{1}, {1, 0.5}, {1}};
  s.data.sequences.count = 16;
  s.training.rate = 0.01;
  s.training.stop = {step_limit{2000}};
  s.start = {.state_deviation = 0.1, .io_deviation = 0.1};
  const auto bound = bind<double>(s, 1);
  const response_band band = teacher_band(bound, {.mass = 1.6}, 30);
  const auto end = run<double>(s, 1);
  const certificate c = certify(band, end.student, 0.2);
  const double error = end.generalization(30);  // the teacher's largest entry is 1
  CHECK(c.at_least <= error);
  CHECK(c.at_most >= error);
  CHECK_THROWS_AS(certify(teacher_band(bind<double>(example(), 1), {}, 30), end.student, 0.2), bad_argument);
}
