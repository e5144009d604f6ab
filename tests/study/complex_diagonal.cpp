// SPDX-License-Identifier: BSD-3-Clause
// Students of eight complex pairs on an oscillating teacher: they train by the flow and by descent, alone and in lanes, and
// tell their spectrum on the way.
#include <doctest/doctest.h>

#include <cmath>
#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>
#include <lssm/study/checkpoint.hpp>

#include "../io/scratch.hpp"

using namespace lssm;

namespace {

using pairs = complex_diagonal<8>;
using limited = first_of<target_loss, step_limit>;

/// Two pairs: one that turns slowly and one that turns fast.
using oscillating = given<complex_diagonal<2>>;
oscillating teacher() {
  return {.values = {{0.9, -0.3}, {0.3, 0.8}, {1, 0.5}, {0, 0.25}, {0.5, 1}, {-0.25, 0}}};
}

template <class Training>
using study_of = teacher_student<ssm<pairs>, oscillating, training_set<10, gaussian<everywhere>>,
                                 squared_error, Training, annulus_start>;
template <class Training>
study_of<Training> made(const Training& training) {
  const gaussian_entries io{.deviation = 0.3};
  return {.teacher = teacher(),
          .data = {.sequences = {.count = 30}},
          .training = training,
          .start = {.inner = 0.2, .outer = 0.9, .input = io, .output = io}};
}
using stiff = gradient_flow<rosenbrock, plain, limited>;
const stiff to_target{.rtol = 1e-7, .stop = {{{.value = 1e-8}, {.steps = 1e5}}}};
using steepest = descent<gradient_descent, unconstrained, limited>;
steepest steps(double n) { return {.rate = 0.02, .stop = {{{.value = 0}, {.steps = n}}}}; }

std::vector<double> numbers_of(const auto& system) {
  std::vector<double> all;
  each_number([&](double x) { all.push_back(x); }, system);
  return all;
}

}  // namespace

TEST_CASE("complex pairs: the stiff flow fits an oscillating teacher, and finds it") {
  const auto study = made(to_target);
  const auto end = run<double>(study, 242);
  CHECK(end.status == status::target_reached);
  CHECK(end.at_end.loss <= 1e-8);
  // Its response is that of the teacher over the steps that the data hold.
  const auto expected = teacher().bind<double>().impulse_response(10);
  const auto found = end.student.impulse_response(10);
  for (std::size_t k = 0; k < 10; ++k) CHECK(std::abs(found(k, 0, 0) - expected(k, 0, 0)) < 1e-2);
  CHECK(end.generalization(10) < 1e-2);
  CHECK(end.eigenvalues().size() == 16);
  const double rank = end.effective_rank();
  CHECK(rank > 1);
  CHECK(rank <= 16);
}

TEST_CASE("complex pairs: gradient descent lowers the loss, and a longer one further") {
  const auto begin = run<double>(made(steps(0)), 242), middle = run<double>(made(steps(200)), 242),
             end = run<double>(made(steps(2000)), 242);
  CHECK(middle.at_end.loss < 0.7 * begin.at_end.loss);
  CHECK(end.at_end.loss < 0.1 * begin.at_end.loss);
}

TEST_CASE("complex pairs: lanes of flow and descent have the bits of single runs") {
  const auto same = []<class Study>(const Study& study) {
    const std::vector<Study> studies{study};
    const std::vector<std::uint32_t> seeds{1, 2, 3};
    const auto packed =
        run<pack<double>>(std::span<const Study>(studies), std::span<const std::uint32_t>(seeds));
    for (std::size_t i = 0; i < packed.size(); ++i) {
      const auto alone = run<double>(study, seeds[i % 3]);
      CHECK(packed[i].at_end.loss == alone.at_end.loss);
      CHECK(numbers_of(packed[i].student.system) == numbers_of(alone.student.system));
    }
  };
  same(made(steps(60)));
  stiff short_flow = to_target;
  short_flow.stop = {{{.value = 1e-3}, {.steps = 1e5}}};
  same(made(short_flow));
}

TEST_CASE("complex pairs: a trajectory holds the spectrum in complex numbers") {
  auto seen = trajectory_of<double>({.per_decade = 2}, record::spectrum{}, record::eigenvalues{});
  const auto end = run<double>(made(steps(100)), 5, seen);
  const auto spectrum = seen.values("spectrum"), sizes = seen.values("eigenvalue");
  REQUIRE(spectrum.shape(1) == 32);
  REQUIRE(sizes.shape(1) == 16);
  for (std::size_t n = 0; n < spectrum.shape(0); ++n)
    for (std::size_t j = 0; j < 16; ++j) {
      const double re = spectrum(n, 2 * j), im = spectrum(n, 2 * j + 1);
      CHECK(std::hypot(re, im) == doctest::Approx(sizes(n, j)).epsilon(1e-14));
      if (j % 2 == 1) {
        CHECK(re == spectrum(n, 2 * j - 2));
        CHECK(im == -spectrum(n, 2 * j - 1));
      }
    }
  const auto last = end.spectrum();
  for (std::size_t j = 0; j < 16; ++j) {
    CHECK(spectrum(spectrum.shape(0) - 1, 2 * j) == last[j].re);
    CHECK(spectrum(spectrum.shape(0) - 1, 2 * j + 1) == last[j].im);
  }
}

TEST_CASE("complex pairs: a training goes on from its checkpoint to the same bits") {
  const scratch dir;
  auto whole = bind<double>(made(steps(50)), 3), first = bind<double>(made(steps(50)), 3),
       second = bind<double>(made(steps(50)), 3);
  auto straight = whole.training(), begun = first.training(), resumed = second.training();
  for (int i = 0; i < 20; ++i) begun.step();
  save_checkpoint(dir / "half.npz", "pairs", first, begun);
  load_checkpoint(dir / "half.npz", "pairs", second, resumed);
  for (int i = 0; i < 50; ++i) straight.step();
  for (int i = 20; i < 50; ++i) resumed.step();
  CHECK(numbers_of(straight.here().system) == numbers_of(resumed.here().system));
  CHECK(numbers_of(straight.here().system) == numbers_of(run<double>(made(steps(50)), 3).student.system));
}
