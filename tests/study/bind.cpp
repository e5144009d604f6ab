// SPDX-License-Identifier: BSD-3-Clause
// A study in numbers: what `bind` gives, what may be edited, and what is refused before any work.
#include <array>

#include "../tools/standing.hpp"
#include "published.hpp"

using namespace published;

namespace {

const truth& honest() { return runs()[0]; }
const truth& harmed() { return runs()[1]; }

template <class F>
std::string message(F f) {
  try {
    f();
  } catch (const bad_argument& e) {
    return e.what();
  }
  return "nothing was refused";
}

}  // namespace

TEST_CASE("the start is NumPy's draw, sorted, with the gap subtracted, bit for bit") {
  // np.sort(1e-3 * RandomState(242).rand(10))[::-1], then a[1] = a[0] - 0.05 / np.exp(5 * np.log10(1 / 1e-3))
  const auto bound = bind<double>(make(honest()), 242);
  CHECK(bound.theta[0] == 0x1.b851b4842023ap-11);
  CHECK(bound.theta[1] == 0x1.b84fa6fadcb94p-11);
  CHECK(bound.theta[2] == 0x1.5383e9da8ca59p-11);
  CHECK(bound.theta[9] == 0x1.cf15ed2e0ea5ep-15);
  const auto wide = bind<quad>(make<10, 7>(honest()), 242);
  for (std::size_t j = 0; j < 10; ++j) CHECK(wide.theta[j] == quad(bound.theta[j]));
  for (double b : bound.student().system.b) CHECK(b == 1);
}

TEST_CASE("the data are the impulses, labelled by the teacher") {
  const auto bound = bind<double>(make(harmed()), 242);
  CHECK(bound.data.sequences() == 2);
  const auto x = bound.data.inputs();
  CHECK(x(0, 0, 0) == 1);
  CHECK(x(1, 5, 0) == 1);
  double sum = 0;
  for (double v : bound.data.x) sum += v;
  CHECK(sum == 2);
  CHECK(bound.data.labels()(0) == 1);  // h*_6
  CHECK(bound.data.labels()(1) == 1);  // h*_1
}

TEST_CASE("a count of no special sequences is the set without them") {
  using clean = teacher_student<ssm<real_diagonal<10>, learn<state_matrix>>, theorem1_teacher<10>,
                                training_set<7, unit<at<0>>>>;
  const auto without = run<double>(clean{}, 242);
  const auto none = run<double>(make<10, 7>(honest()), 242);
  CHECK(equal_parts(without.student.system, none.student.system));
  CHECK(without.at_end.steps == none.at_end.steps);
}

TEST_CASE("run is bind, train and read off") {
  auto bound = bind<double>(make(harmed()), 242);
  auto training = bound.training();
  const auto before = bound.student();
  drive(training, silent{});
  const auto trained = read_lane(training, bound, 0);
  const auto end = run<double>(make(harmed()), 242);
  CHECK(equal_parts(trained.student.system, end.student.system));
  CHECK(equal_parts(training.here().system, end.student.system));
  CHECK(training.lane_status(0) == end.status);
  CHECK(training.now().time == end.at_end.time);
  CHECK(trained.generalization(20) == end.generalization(20));
  CHECK(equal_parts(bound.student().system,
                    before.system));  // that of bound.theta, which trainings do not move
  CHECK(end.eigenvalues().size() == 10);
  CHECK(end.eigenvalues()[0] >= end.eigenvalues()[9]);
}

TEST_CASE("streams of one's own take the place of the seed's") {
  numpy_legacy data(1), weights(242);
  const auto own = bind<double>(make(honest()), data, weights), seeded = bind<double>(make(honest()), 242);
  CHECK(own.theta == seeded.theta);
  // Gaussian data draw first: the start then differs from that of a stream of its own.
  using study =
      teacher_student<ssm<real_diagonal<4>, learn_all>, given<real_diagonal<1>>,
                      training_set<5, gaussian<everywhere>>, squared_error, gradient_flow<>, near_zero>;
  const study s{.teacher = {.values = {{0.5}, {1}, {1}}}, .data = {.sequences = {.count = 3}}};
  numpy_legacy first(7), second(7);
  const auto apart = bind<double>(s, first, second), together = bind<double>(s, 7);
  CHECK(apart.data.x == together.data.x);
  CHECK(apart.theta != together.theta);
}

TEST_CASE("edited inputs are labelled again and trained on") {
  auto bound = bind<double>(make(harmed()), 242);
  bound.data.x[7 + 5] = 0;
  bound.data.x[7 + 0] = 1;  // the special sequence is now a second copy of the first
  bound.relabel();
  auto training = bound.training();
  drive(training, silent{});
  CHECK(distance(read_lane(training, bound, 0).generalization(20), honest()) < 1e-9);

  // Labels of one's own: rebuild() takes them as they stand.
  bound.data.y = {0.5, 0.5};
  bound.data.h_star.clear();
  bound.rebuild();
  auto again = bound.training();
  drive(again, silent{});
  CHECK(again.lane_status(0) == status::converged);
  CHECK(read_lane(again, bound, 0).student.impulse_response(7)(6, 0, 0) ==
        doctest::Approx(0.5).epsilon(1e-10));
}

TEST_CASE("training goes on from the parameters as they stand") {
  auto bound = bind<double>(make(harmed()), 242);
  for (double& a : bound.theta) a *= 1.5;
  auto training = bound.training();
  const auto point = training.here();
  for (std::size_t j = 0; j < 10; ++j)
    CHECK(point.system.a[j] == doctest::Approx(bound.theta[j]).epsilon(1e-14));
}

TEST_CASE("gradient descent by hand follows the gradient that finite differences see") {
  auto bound = bind<double>(study<>{.student = {.structure = {.states = 5}},
                                    .teacher = {.states = 5},
                                    .data = {.set = {.length = 6}},
                                    .start = {.scale = 0.8, .gap_factor = 20}},
                            3);
  auto gradient = bound.theta;
  tests::standing at(bound.objective);
  at.value_and_gradient(bound.theta, gradient);
  for (std::size_t j = 0; j < 5; ++j) {
    auto up = bound.theta, down = bound.theta;
    up[j] += 1e-5, down[j] -= 1e-5;
    const double slope = (at.value(up) - at.value(down)) / 2e-5;
    CHECK(gradient[j] == doctest::Approx(slope).epsilon(1e-8));
  }
  double loss = at.value(bound.theta);
  for (int step = 0; step < 300; ++step) {
    const double next = at.value_and_gradient(bound.theta, gradient);
    CHECK(next <= loss);
    loss = next;
    for (std::size_t j = 0; j < 5; ++j) bound.theta[j] -= 0.003 * gradient[j];
  }
}

TEST_CASE("impossible studies are refused before any work, by name") {
  const auto of = [](auto change) {
    return message([&] {
      auto s = make(harmed());
      change(s);
      run<double>(s, 242);
    });
  };
  CHECK(of([](auto& s) { s.student.structure.states = 0; }) ==
        "real_diagonal: states must be at least 1, given 0");
  CHECK(of([](auto& s) { s.teacher.states = 1; }) == "theorem1_teacher: states must be at least 2, given 1");
  CHECK(of([](auto& s) { s.data.set.length = 1; }) == "training_set: length must be at least 2, given 1");
  CHECK(of([](auto& s) { s.data.special.count = -1; }) == "unit: count must be at least 0, given -1");
  CHECK(of([](auto& s) { s.data.set.sequences.count = 0; }) ==
        "training_set: count must be at least 1, given 0");
  CHECK(of([](auto& s) { s.start.scale = 0; }) ==
        "theorem1_start: scale must be finite and positive, given 0");
  CHECK(of([](auto& s) { s.start.gap_factor = HUGE_VAL; }) ==
        "theorem1_start: gap_factor must be finite, given inf");
  CHECK(of([](auto& s) { s.start.gap_factor = 0; }) ==
        "theorem1_start: the gap must be at most the largest entry, 0.00083984214917626828, given "
        "0.050000000000000003");
  CHECK(of([](auto& s) { s.start.gap_factor = 1.8; })
            .starts_with(
                "theorem1_start: the gap must be at most the distance from the largest to the third entry"));
  CHECK(of([](auto& s) { s.training.rtol = 0.5; }).starts_with("gradient_flow: rtol must be between"));
  CHECK(
      of([](auto& s) { s.training.rtol = std::nan(""); }).starts_with("gradient_flow: rtol must be between"));
  CHECK(of([](auto& s) { s.training.stop.template get<convergence>().loss = 0; }) ==
        "convergence: loss must be finite and positive, given 0");
  CHECK(of([](auto&) {}) == "nothing was refused");

  // One mode has no second one to be tied with.
  CHECK(of([](auto& s) { s.student.structure.states = 1; }) ==
        "theorem1_start: states must be at least 2, given 1");

  // A support that is known at run time only.
  using late = teacher_student<ssm<real_diagonal<10>, learn<state_matrix>>, theorem1_teacher<10>,
                               inject<training_set<7, unit<at<0>>>, unit<at<>>>>;
  late outside;
  outside.data.special.support.position = 7;
  CHECK(message([&] {
          run<double>(outside, 242);
        }).starts_with("unit: support must be inside a sequence of length 7"));
}

TEST_CASE("runs that cannot go on return their status and last finite state") {
  auto s = make(harmed());
  s.training.stop.get<step_limit>().steps = 10;
  const auto limited = run<double>(s, 242);
  CHECK(limited.status == status::step_limit);
  CHECK(limited.at_end.steps + limited.at_end.rejected == 10);
  CHECK(std::isfinite(limited.generalization(20)));

  s = make(honest());
  s.training.stop.get<time_horizon>().time = 1e10;
  const auto plateau = run<double>(s, 242);
  CHECK(plateau.status == status::horizon);
  CHECK(plateau.at_end.time == 1e10);
  CHECK(plateau.at_end.loss > 0.99);

  s = make(honest());
  s.start = {.scale = 1e100, .gap_factor = -5};  // a^6 overflows at once
  const auto overflown = run<double>(s, 242);
  CHECK(overflown.status == status::not_finite);
  for (double a : overflown.student.system.a) CHECK(std::isfinite(a));

  s.start = {.scale = 1e-80};  // a^5 underflows: nothing ever moves
  s.training.stop.get<time_horizon>().time = 1e12;
  const auto still = run<double>(s, 242);
  CHECK(still.status == status::horizon);
  CHECK(still.at_end.time == 1e12);
}
