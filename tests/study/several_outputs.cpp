// SPDX-License-Identifier: BSD-3-Clause
// Studies of several outputs, labelled at the last or at every step: everything that studies of one output do.
#include <doctest/doctest.h>

#include <lssm/all.hpp>
#include <lssm/sweep.hpp>
#include <lssm/sweep/in_lanes.hpp>

#include "../io/scratch.hpp"
#include "../reference.hpp"

using namespace lssm;
using reference::wide;

namespace {

using student = ssm<real_diagonal<4, 2, 2>>;
using last_labels = given<real_diagonal<2, 2, 2>>;
using every_label = every_step<last_labels>;
using plain_descent = descent<gradient_descent, unconstrained, first_of<step_limit>>;
template <class Teacher, class Training = plain_descent, class L = squared_error>
using study_of =
    teacher_student<student, Teacher, training_set<6, gaussian<everywhere>, 2>, L, Training, near_zero>;

template <class Study>
Study numbers_of(Study s) {
  s.teacher.values = {{0.8, -0.5}, {1, 0.5, -0.25, 1}, {1, 0.5, -0.5, 1}};
  s.data.sequences.count = 30;
  s.start = {.state_deviation = 0.3, .io_deviation = 0.5};
  return s;
}
template <class Teacher, class L = squared_error>
auto descents(double steps = 200, double rate = 0.02) {
  study_of<Teacher, plain_descent, L> s;
  s.training.rate = rate;
  s.training.stop = {{{.steps = steps}}};
  return numbers_of(s);
}

/// The squared error without its mark: takes the raw form.
struct unmarked {
  static auto value(auto p, auto y) { return (p - y) * (p - y); }
  static auto derivative(auto p, auto y) { return 2.0 * (p - y); }
};

template <class X, class Y>
void check_same_end(const X& x, const Y& y) {
  CHECK(x.status == y.status);
  CHECK(x.at_end.loss == y.at_end.loss);
  CHECK(equal_parts(x.student.system, y.student.system));
  CHECK(x.cotangent == y.cotangent);
}

/// Mean over sequences (and steps) of Σ_i (ŷ_i - y_i)², by the recurrence, of a system of two inputs and two outputs.
template <class System, class T>
wide loss_of(const System& s, const labelled<T>& data) {
  const std::size_t d = s.a.size(), kappa = static_cast<std::size_t>(data.kappa),
                    steps = static_cast<std::size_t>(data.steps);
  wide total = 0;
  for (integer n = 0; n < data.sequences(); ++n) {
    std::vector<wide> state(d, 0);
    for (std::size_t t = 0; t < kappa; ++t) {
      for (std::size_t j = 0; j < d; ++j)
        state[j] = wide(s.a[j]) * state[j] + wide(s.b[2 * j]) * wide(data.input(n)[2 * t]) +
                   wide(s.b[2 * j + 1]) * wide(data.input(n)[2 * t + 1]);
      for (std::size_t i = 0; i < 2 && t + steps >= kappa; ++i) {
        wide e = -wide(data.y[(static_cast<std::size_t>(n) * steps + t + steps - kappa) * 2 + i]);
        for (std::size_t j = 0; j < d; ++j) e += wide(s.c[i * d + j]) * state[j];
        total += e * e;
      }
    }
  }
  return total / wide(static_cast<double>(data.sequences() * data.steps));
}

}  // namespace

TEST_CASE_TEMPLATE("a descent lowers the loss of the recurrence, in each form", Teacher, last_labels,
                   every_label) {
  const auto study = descents<Teacher>();
  const auto bound = bind<double>(study, 5);
  const auto gram = run<double>(study, 5);
  const auto raw = run<double>(descents<Teacher, unmarked>(), 5);
  CHECK(gram.status == status::step_limit);
  const wide truth = loss_of(gram.student.system, bound.data),
             before = loss_of(bound.student().system, bound.data);
  CHECK(truth < before / 10);
  CHECK(gram.at_end.loss == doctest::Approx(double(truth)).epsilon(1e-13));
  CHECK(raw.at_end.loss == doctest::Approx(double(truth)).epsilon(1e-11));
  // By hand: θ - rate ∂L/∂θ, by central differences of the recurrence in wide numbers.
  auto wide_bound = bind<wide>(study, 5);
  auto at = wide_bound.objective.workspace();
  auto gradient = wide_bound.theta;
  wide_bound.objective.value_and_gradient(view<wide>(wide_bound.theta), std::span<wide>(gradient), at);
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const auto moved = [&](double by) {
      auto theta = wide_bound.theta;
      theta[i] += wide(by);
      return loss_of(wide_bound.objective.system_at(view<wide>(theta)), wide_bound.data);
    };
    const wide slope = (moved(1e-8) - moved(-1e-8)) / wide(2e-8);
    CHECK(double(gradient[i]) == doctest::Approx(double(slope)).epsilon(1e-12));
  }
}

TEST_CASE_TEMPLATE("flows take the same problems: both methods, and the limit of small steps", Teacher,
                   last_labels, every_label) {
  using until = first_of<time_horizon>;
  auto stiff = numbers_of(study_of<Teacher, gradient_flow<rosenbrock, automatic, until>>{});
  auto direct = numbers_of(study_of<Teacher, gradient_flow<dormand_prince, automatic, until>>{});
  stiff.training.rtol = direct.training.rtol = 1e-9;
  stiff.training.stop = {{{.time = 3}}};
  direct.training.stop = {{{.time = 3}}};
  const auto a = run<double>(stiff, 5);
  const auto b = run<double>(direct, 5);
  const auto c = run<double>(descents<Teacher>(30000, 1e-4), 5);
  CHECK(a.at_end.loss == doctest::Approx(b.at_end.loss).epsilon(1e-6));
  CHECK(a.at_end.loss == doctest::Approx(c.at_end.loss).epsilon(1e-2));
  for (std::size_t j = 0; j < 4; ++j)
    CHECK(a.student.system.a[j] == doctest::Approx(b.student.system.a[j]).epsilon(1e-6));
}

TEST_CASE_TEMPLATE("the stiff flow reaches the teacher, last digits by Gauss-Newton", Teacher, last_labels,
                   every_label) {
  auto study = numbers_of(study_of<Teacher, gradient_flow<>>{});
  const auto end = run<double>(study, 5);
  CHECK(end.status == status::converged);
  CHECK(end.generalization(6) < 1e-6);
  CHECK(end.at_end.loss < 1e-12);
}

TEST_CASE_TEMPLATE("lanes have the bits of runs", Teacher, last_labels, every_label) {
  using P = pack<double>;
  using study = decltype(descents<Teacher>());
  std::vector<study> studies;
  std::vector<std::uint32_t> seeds;
  for (std::uint32_t i = 0; i < lanes_of<P>; ++i) {
    studies.push_back(descents<Teacher>(20.0 + i));
    studies.back().data.sequences.count = 3 + static_cast<integer>(i);
    seeds.push_back(i);
  }
  const auto together = run<P>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t i = 0; i < together.size(); ++i)
    check_same_end(together[i], run<double>(studies[i], seeds[i]));
}

TEST_CASE("a sweep has the same bytes in lanes as one by one") {
  const auto sweep = sweep_of(
      "several outputs", grid{.axes = {{"rate", {0.01, 0.02}}}, .seeds = {1, 2, 3}},
      [](const sweep_point& p) { return descents<every_label>(40, p["rate"]); }, {"loss", "error"},
      [](const auto& outcome, sweep_row& row) { row.add(outcome.at_end.loss, outcome.generalization(20)); });
  const auto text = execute<double>(sweep, serial{}).text();
  CHECK(execute<double>(sweep, in_lanes{}).text() == text);
}

TEST_CASE_TEMPLATE("a checkpoint goes on with the bits of a run that was never interrupted", Teacher,
                   last_labels, every_label) {
  const auto study = descents<Teacher>(60);
  auto whole = bind<double>(study, 3);
  auto training = whole.training();
  for (int i = 0; i < 25; ++i) training.step();
  npz_writer out;
  const std::string saved = add_run(out, "run", whole, training).bytes();
  while (training.running()) training.step();
  auto again = bind<double>(study, 3);
  auto resumed = again.training();
  load_run(npz_file(saved, "saved"), "run", again, resumed);
  while (resumed.running()) resumed.step();
  CHECK(resumed.now().loss == training.now().loss);
  check_same_end(read_lane(resumed, again, 0), read_lane(training, whole, 0));
}

TEST_CASE("data, labels, teachers and students go to files and come back") {
  const scratch dir;
  const auto study = descents<every_label>();
  auto one = bind<double>(study, 3), other = bind<double>(study, 4);
  save_npz(dir / "data.npz", one.data);
  save_json(dir / "student.json", one.student());
  other.data = load_npz<labelled<double>>(dir / "data.npz");
  other.rebuild();
  CHECK(other.data.steps == 6);
  CHECK(other.data.outputs() == 2);
  auto here = one.objective.workspace(), there = other.objective.workspace();
  CHECK(other.objective.value(view<double>(one.theta), there) ==
        one.objective.value(view<double>(one.theta), here));
  const auto back = load_json<bound_system<double, real_diagonal<4, 2, 2>>>(dir / "student.json");
  CHECK(equal_parts(back.system, one.student().system));

  // The same as members of a study that has no teacher.
  using given_study =
      teacher_student<student, no_teacher, given_set<6, 2>, squared_error, plain_descent, near_zero>;
  given_study alone{
      .data = load_npz<given_set<6, 2>>(dir / "data.npz"), .training = study.training, .start = study.start};
  const auto bound = bind<double>(alone, 3);
  CHECK(bound.data.y == one.data.y);
  CHECK(bound.objective.least_loss() < 1e-25);
  alone.data.steps = 1;
  CHECK_THROWS_WITH_AS(bind<double>(alone, 3),
                       "objective: labels for each sequence must be 2, 2 at its last step, given 12",
                       bad_argument);
}

TEST_CASE_TEMPLATE("derivatives go through labels, objective and every step", Teacher, last_labels,
                   every_label) {
  const auto end = []<class T>(const T& input) {
    auto bound = bind<T>(descents<Teacher>(30), 3);
    bound.data.x[5] = input;
    bound.relabel();
    auto training = bound.training();
    drive(training, silent{});
    return training.now().loss;
  };
  const double slope = end(dual<double>(0.3, 1.0)).e;
  const wide step = 1e-9, difference = (end(wide(0.3) + step) - end(wide(0.3) - step)) / (2 * step);
  CHECK(slope == doctest::Approx(double(difference)).epsilon(1e-9));
}

TEST_CASE("policies that treat matrices apart take several channels") {
  using adaptive = descent<adaptive_rate<diagonal_norm>, bounded_state_matrix, first_of<step_limit>>;
  auto study = numbers_of(study_of<every_label, adaptive>{});
  study.training.stop = {{{.steps = 300}}};
  const auto end = run<double>(study, 5);
  const auto bound = bind<double>(study, 5);
  CHECK(loss_of(end.student.system, bound.data) < loss_of(bound.student().system, bound.data) / 2);
  for (const double a : end.student.system.a) CHECK(std::abs(a) <= 1);
}

TEST_CASE("noise on labels of every step is drawn label by label") {
  using noisy = teacher_student<student, every_label, label_noise<training_set<6, gaussian<everywhere>, 2>>,
                                squared_error, plain_descent, near_zero>;
  noisy study;
  const auto clean = descents<every_label>();
  study.teacher = clean.teacher, study.data.set = clean.data, study.start = clean.start,
  study.training = clean.training;
  study.data.deviation = 0.1;
  const auto bound = bind<double>(study, 3);
  const auto without = bind<double>(clean, 3);
  REQUIRE(bound.data.y.size() == 30 * 6 * 2);
  CHECK(bound.data.h_star.empty());
  double squares = 0;
  for (std::size_t i = 0; i < bound.data.y.size(); ++i)
    squares += std::pow(bound.data.y[i] - without.data.y[i], 2);
  CHECK(squares / 360 == doctest::Approx(0.01).epsilon(0.3));
  auto at = bound.objective.workspace();
  CHECK(bound.objective.value(view<double>(bound.theta), at) ==
        doctest::Approx(double(loss_of(bound.student().system, bound.data))).epsilon(1e-13));
  CHECK(bound.objective.least_loss() > 0);
}
