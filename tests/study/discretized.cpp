// SPDX-License-Identifier: BSD-3-Clause
// Studies of modes in continuous time: the stiff flow where each has its step, deep layers, and steps that are no number.
#include <doctest/doctest.h>

#include <cmath>
#include <lssm/lssm.hpp>

using namespace lssm;

namespace {

using stepped = discretized<real_diagonal<2>, tustin, step_per_mode>;
using decays = given<discretized<real_diagonal<1>>>;
template <class Training, class Structure = stepped>
using study_of = teacher_student<ssm<Structure>, decays, training_set<8, gaussian<everywhere>>, squared_error,
                                 Training, gaussian_start>;

template <class Study>
Study made() {
  Study s;
  s.teacher.values = {{{-1.5}, {1}, {2}}, {0.25}};
  s.data.sequences.count = 12;
  s.start = {.state = {.mean = -1, .deviation = 0.5},
             .input = {.mean = 0.7, .deviation = 0.2},
             .output = {.mean = 0.7, .deviation = 0.2},
             .time = gaussian_entries{.mean = 0.4, .deviation = 0.05}};
  return s;
}
template <class Study>
std::string said(const Study& s) {
  try {
    static_cast<void>(bind<double>(s, 1));
  } catch (const bad_argument& e) {
    return e.what();
  }
  return "nothing";
}

}  // namespace

TEST_CASE("the stiff flow takes modes with a step of their own, and ends where the explicit one does") {
  using stiff = study_of<gradient_flow<rosenbrock, plain, first_of<time_horizon, step_limit>>>;
  using plain_one = study_of<gradient_flow<dormand_prince, plain, first_of<time_horizon, step_limit>>>;
  auto implicit = made<stiff>();
  auto explicitly = made<plain_one>();
  implicit.training.rtol = explicitly.training.rtol = 1e-9;
  implicit.training.stop = explicitly.training.stop = {{{.time = 20}, {}}};
  const auto one = run<double>(implicit, 3);
  const auto other = run<double>(explicitly, 3);
  CHECK(one.status == status::time_horizon);
  each_number([](double x, double y) { CHECK(x == doctest::Approx(y).epsilon(1e-6)); }, one.student.system,
              other.student.system);
  CHECK(one.eigenvalues().size() == 2);
}

TEST_CASE("a step that is no number, or not given, is refused") {
  using study = study_of<descent<>>;
  auto s = made<study>();
  s.start.time.reset();
  CHECK(said(s) == "gaussian_start: time must be given, the law of the structure's time steps, given none");
  s.start.time = gaussian_entries{.mean = std::nan("")};
  CHECK(said(s) == "gaussian_start: time.mean must be finite, given nan");
  s = made<study>();
  s.teacher.values.step[0] = std::numeric_limits<double>::infinity();
  CHECK(said(s) == "given: step must be finite, given inf");
  s.teacher.values.step[0] = std::nan("");
  CHECK(said(s) == "given: step must be given: its numbers stand in `values`, given none");
}
