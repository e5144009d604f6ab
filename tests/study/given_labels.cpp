// SPDX-License-Identifier: BSD-3-Clause
// Labels of one's own in studies: what a teacher would have said trains as by that teacher, bit for bit; runs, lanes and
// checkpoints take them as any data; what does not fit is refused by name.
#include <doctest/doctest.h>

#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>

#include "../io/scratch.hpp"
#include "../reference.hpp"
#include "../tools/standing.hpp"

using namespace lssm;

namespace {

using rule = descent<gradient_descent, unconstrained, first_of<step_limit>>;
template <class Teacher, class Data, class L = squared_error, class Training = rule>
using study_of = teacher_student<ssm<real_diagonal<3>>, Teacher, Data, L, Training, near_zero>;

template <class T, class Training = rule, class L = squared_error>
auto measured_study(std::uint32_t of, integer count, Training training = {}) {
  reference::numbers draw(of);
  study_of<no_teacher, given_set<>, L, Training> s;
  s.data.set.length = 5;
  s.data.set.sequences.count = count;
  for (integer i = 0; i < 5 * count; ++i) s.data.set.sequences.values.push_back(draw.draw<double>());
  for (integer i = 0; i < count; ++i) s.data.labels.push_back(draw.draw<double>());
  s.training = training;
  s.start = {.state_deviation = 0.3, .io_deviation = 0.3};
  return s;
}
rule steps(double count) { return {.rate = 0.02, .stop = {{{.steps = count}}}}; }

template <class X, class Y>
void check_same_end(const X& x, const Y& y) {
  CHECK(x.status == y.status);
  CHECK(x.at_end.loss == y.at_end.loss);
  CHECK(x.student.system.a == y.student.system.a);
  CHECK(x.student.system.b == y.student.system.b);
  CHECK(x.student.system.c == y.student.system.c);
}

}  // namespace

TEST_CASE_TEMPLATE("the mean squared error of given labels is that of its definition", T, float, double,
                   long double) {
  const auto s = measured_study<T>(3, 4);
  auto bound = bind<T>(s, 1);
  REQUIRE(bound.data.y.size() == 4);
  std::vector<reference::wide> theta(bound.theta.begin(), bound.theta.end());
  reference::wide loss = 0;
  double size = 0;
  for (std::size_t n = 0; n < 4; ++n) {
    reference::wide e = -reference::wide(T(s.data.labels[n]));
    for (std::size_t k = 0; k < 5; ++k) {
      reference::wide h = 0;
      for (std::size_t j = 0; j < 3; ++j) {
        reference::wide mode = theta[3 + j] * theta[6 + j];
        for (std::size_t i = 0; i < k; ++i) mode *= theta[j];
        h += mode;
      }
      e += h * reference::wide(T(s.data.set.sequences.values[n * 5 + 4 - k]));
    }
    loss += e * e / 4;
    size += 1;
  }
  CHECK(reference::epsilons(tests::standing(bound.objective).value(view<T>(bound.theta)), loss, size) < 60);
}

TEST_CASE("given labels of what a teacher would have said give the raw form's training of that teacher") {
  // A loss in raw form sees labels alone: nothing tells who gave them.
  using quartic = absolute_error;
  using taught = study_of<theorem1_teacher<3>, training_set<dynamic, listed<everywhere>>, quartic>;
  auto alone = measured_study<double, rule, quartic>(5, 6, steps(300));
  taught by_teacher{.data = alone.data.set, .training = alone.training, .start = alone.start};
  const auto bound = bind<double>(by_teacher, 2);
  alone.data.labels = bound.data.y;
  check_same_end(run<double>(alone, 2), run<double>(by_teacher, 2));
}

TEST_CASE("lanes of given labels are runs, to rounding, and have the bits of the general path") {
  using P = pack<double>;
  using study = decltype(measured_study<double>(1, 1));
  std::vector<study> studies;
  std::vector<std::uint32_t> seeds;
  for (std::uint32_t i = 0; i < lanes_of<P>; ++i) {
    studies.push_back(measured_study<double>(10 + i, 2 + i % 3, steps(50)));
    seeds.push_back(i);
  }
  const auto together = run<P>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t i = 0; i < together.size(); ++i) {
    const auto alone = run<double>(studies[i], seeds[i]);
    CHECK(together[i].status == alone.status);
    CHECK(together[i].at_end.loss == doctest::Approx(alone.at_end.loss).epsilon(1e-12));
    auto bound = bind<double>(studies[i], seeds[i]);
    auto general = bound.training();
    while (general.running()) general.step_as_lanes();
    check_same_end(together[i], read_lane(general, bound, 0));
  }
}

TEST_CASE("a checkpoint of given labels goes on, and refuses other labels") {
  auto s = measured_study<double>(7, 4, steps(40));
  auto whole = bind<double>(s, 3);
  auto training = whole.training();
  for (int i = 0; i < 15; ++i) training.step();
  npz_writer out;
  const std::string saved = add_run(out, "run", whole, training).bytes();
  while (training.running()) training.step();
  auto again = bind<double>(s, 3);
  auto resumed = again.training();
  load_run(npz_file(saved, "saved"), "run", again, resumed);
  while (resumed.running()) resumed.step();
  CHECK(resumed.now().loss == training.now().loss);

  s.data.labels[2] += 1;
  auto other = bind<double>(s, 3);
  auto refused = other.training();
  CHECK_THROWS_WITH_AS(load_run(npz_file(saved, "saved"), "run", other, refused),
                       doctest::Contains("is of other data"), bad_file);
}

TEST_CASE("a teacher labels what is injected, and is what students are compared with") {
  using poisoned = inject<given_set<>, unit<at<-1>>>;
  study_of<theorem1_teacher<3>, label_noise<poisoned>> s;
  s.data.deviation = 0;
  s.data.set.set = measured_study<double>(9, 3).data;
  s.data.set.special.amplitude = 2;
  const auto bound = bind<double>(s, 1);
  REQUIRE(bound.data.y.size() == 4);
  for (std::size_t n = 0; n < 3; ++n) CHECK(bound.data.y[n] == s.data.set.set.labels[n]);
  CHECK(bound.data.y[3] == doctest::Approx(6).epsilon(1e-15));  // h*_0 = 3
  CHECK(bound.data.h_star.empty());
  static_assert(TeacherOf<decltype(bound.teacher), double>);
  static_assert(!TeacherOf<no_teacher::bound<double>, double>);
  static_assert(GivesLabels<given_set<>> && !GivesLabels<training_set<5, unit<at<0>>>>);
  auto edited = bind<double>(s, 1);
  edited.relabel();
  CHECK(edited.data.y[0] != s.data.set.set.labels[0]);
}

TEST_CASE("labels that do not fit are refused by name") {
  auto s = measured_study<double>(1, 3);
  s.data.labels.pop_back();
  CHECK_THROWS_WITH_AS(bind<double>(s, 1),
                       "given_labels: labels must be 3 numbers (sequences x answers), given 2", bad_argument);
  s = measured_study<double>(1, 3);
  s.data.labels[1] = std::nan("");
  CHECK_THROWS_WITH_AS(bind<double>(s, 1), "given_labels: labels must be finite, given nan", bad_argument);
  s = measured_study<double>(1, 3);
  s.data.answers = 0;
  CHECK_THROWS_WITH_AS(bind<double>(s, 1), "given_labels: answers must be at least 1, given 0", bad_argument);
  s = measured_study<double>(1, 3);
  s.data.answers = 3;
  s.data.labels.resize(9, 1.0);
  CHECK_THROWS_AS(bind<double>(s, 1), bad_argument);  // a student of one answer

  study_of<every_step<theorem1_teacher<3>>, given_set<>> other;  // five answers to each, of one step
  other.data = measured_study<double>(1, 3).data;
  other.data.answers = 5;
  other.data.labels.assign(15, 1.0);
  CHECK_THROWS_WITH_AS(bind<double>(other, 1), "given_labels: steps must be 5, as the teacher's, given 1",
                       bad_argument);
  other.data.steps = 5;
  CHECK(bind<double>(other, 1).data.y == std::vector<double>(15, 1.0));

  study_of<no_teacher, inject<given_set<>, unit<at<0>>>> more;
  more.data.set = measured_study<double>(1, 3).data;
  CHECK_THROWS_WITH_AS(bind<double>(more, 1),
                       "no_teacher: the data must be with a label for every sequence, 4 in all, given 3",
                       bad_argument);
  CHECK_THROWS_WITH_AS(bind<double>(study_of<no_teacher, given_set<>>{}, 1),
                       doctest::Contains("training_set: length must be at least 2"), bad_argument);
}

TEST_CASE("sequences and labels from files and tables") {
  const auto data = measured_study<double>(4, 3).data;
  const scratch here;
  save_npz(here / "set.npz", data);
  CHECK(load_npz<given_set<>>(here / "set.npz") == data);
  save_json(here / "set.json", data);
  CHECK(load_json<given_set<>>(here / "set.json") == data);
  const auto table = csv_table::parse("u0,v0,u1,v1,y,z\n1,2,3,4,5,6\n7,8,9,10,11,12\n", "table");
  const auto rows = set_of_rows<dynamic, 2>(table, {"y", "z"});
  CHECK(rows.kappa() == 2);
  CHECK(rows.answers == 2);
  CHECK(rows.set.sequences.values == std::vector<double>{1, 2, 3, 4, 7, 8, 9, 10});
  CHECK(rows.labels == std::vector<double>{5, 6, 11, 12});
  CHECK_THROWS_WITH_AS((set_of_rows<dynamic, 3>(table, {"y", "z"})),
                       "set_of_rows: columns of inputs must be two or more for each of 3 channels, given 4",
                       bad_argument);
  CHECK_THROWS_WITH_AS((set_of_rows<3, 2>(table, {"y", "z"})),
                       "set_of_rows: columns of inputs must be 6, given 4", bad_argument);
  CHECK_THROWS_WITH(set_of_rows<>(table, {"w"}), doctest::Contains("has no column 'w'"));
  CHECK_THROWS_WITH_AS((set_of_rows<dynamic, 2>(table, {"y", "y"})),
                       "set_of_rows: labels must be names of columns, each once, given y", bad_argument);
}
