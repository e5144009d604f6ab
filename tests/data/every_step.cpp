// SPDX-License-Identifier: BSD-3-Clause
// Labels at every step, and of several outputs: those of the recurrence, whoever the teacher is.
#include <lssm/core/tensor.hpp>
#include <lssm/lssm.hpp>

#include "../reference.hpp"

using namespace lssm;
using reference::wide;

namespace {

using two_by_three = real_diagonal<2, 2, 3>;
given<two_by_three> teacher_of() {
  return {.values = {{0.5, -0.75}, {1, 2, -0.5, 0.25}, {1, -1, 0.5, 2, 0.125, -0.25}}};
}

/// y (kappa, 3) by s_t = A s_{t-1} + B x_t, y_t = C s_t.
std::vector<wide> by_recurrence(const std::vector<wide>& x) {
  const auto s = teacher_of().values;
  std::vector<wide> y, state(2);
  for (std::size_t t = 0; t < x.size() / 2; ++t) {
    for (std::size_t j = 0; j < 2; ++j)
      state[j] = wide(s.a[j]) * state[j] + wide(s.b[2 * j]) * x[2 * t] + wide(s.b[2 * j + 1]) * x[2 * t + 1];
    for (std::size_t i = 0; i < 3; ++i)
      y.push_back(wide(s.c[2 * i]) * state[0] + wide(s.c[2 * i + 1]) * state[1]);
  }
  return y;
}

/// Not linear, of any number of channels: the largest input so far, times the number of steps.
struct largest_so_far {
  template <class T>
  struct bound {
    T operator()(std::span<const T> x) const {
      T most = x[0];
      for (const T& v : x) most = max_of(most, v);
      return most * T(static_cast<double>(x.size()));
    }
  };
  template <Scalar T>
  bound<T> bind() const {
    return {};
  }
};

template <class T, class Teacher>
labelled<T> labelled_by(const Teacher& teacher, integer n, integer kappa, integer channels) {
  reference::numbers draw(7);
  labelled<T> data;
  data.kappa = kappa, data.channels = channels;
  data.x = draw.draws<T>(static_cast<std::size_t>(n * kappa * channels));
  data.relabel(teacher.template bind<T>());
  return data;
}

/// A teacher that answers the first and the last entry of a sequence, a single one where they are the same.
struct first_and_last {
  template <class T>
  struct bound {
    static integer answers(integer kappa) { return kappa > 1 ? 2 : 1; }
    static integer steps(integer kappa) { return answers(kappa); }
    static void answer(std::span<const T> x, std::span<T> y) {
      y.front() = x.front();
      y.back() = x.back();
    }
  };
  void validate() const {}
  template <Scalar T>
  bound<T> bind() const {
    return {};
  }
};

}  // namespace

TEST_CASE_TEMPLATE("labels of several outputs, last or all, are those of the recurrence", T, float, double,
                   wide) {
  for (const integer kappa : {1, 2, 7}) {
    const auto check = [&](const labelled<T>& data, integer steps) {
      CHECK(data.steps == steps);
      CHECK(data.answers == 3 * steps);
      CHECK(data.outputs() == 3);
      CHECK(data.sequences() == 4);
      CHECK(data.h_star.size() == static_cast<std::size_t>(6 * kappa));
      reference::largest worst;
      for (integer n = 0; n < 4; ++n) {
        const auto x = data.input(n);
        const auto y = by_recurrence({x.begin(), x.end()});
        const std::size_t count = static_cast<std::size_t>(data.answers);
        for (std::size_t k = 0; k < count; ++k)
          worst.see(reference::epsilons(data.y[static_cast<std::size_t>(n) * count + k],
                                        y[y.size() - count + k], 10));
      }
      CHECK(worst < 4);
    };
    check(labelled_by<T>(teacher_of(), 4, kappa, 2), 1);
    check(labelled_by<T>(every_step<given<two_by_three>>{teacher_of()}, 4, kappa, 2), kappa);
  }
}

TEST_CASE("the last of all labels has the bits of the last output alone") {
  const auto last = labelled_by<double>(teacher_of(), 4, 6, 2);
  const auto all = labelled_by<double>(every_step<given<two_by_three>>{teacher_of()}, 4, 6, 2);
  CHECK(all.h_star == last.h_star);
  for (std::size_t n = 0; n < 4; ++n)
    for (std::size_t i = 0; i < 3; ++i) CHECK(all.y[(n * 6 + 5) * 3 + i] == last.y[n * 3 + i]);
}

TEST_CASE("a teacher that is no convolution is asked about each beginning") {
  const auto data = labelled_by<double>(every_step<largest_so_far>{}, 2, 4, 3);
  CHECK(data.steps == 4);
  CHECK(data.answers == 4);
  CHECK(data.h_star.empty());
  const auto teacher = largest_so_far{}.bind<double>();
  for (integer n = 0; n < 2; ++n)
    for (std::size_t t = 0; t < 4; ++t)
      CHECK(data.y[static_cast<std::size_t>(n) * 4 + t] == teacher(data.input(n).first(3 * (t + 1))));

  // Layers that end in last_output answer at every step then, as they do without it.
  using layers = deep<ssm<real_diagonal<2>>, relu, ssm<real_diagonal<1, 1, 2>>>;
  using last = deep<ssm<real_diagonal<2>>, relu, ssm<real_diagonal<1, 1, 2>>, last_output>;
  const std::vector<double> values{0.5, -0.25, 1, 2, 1, -1, 0.75, 1, 2, -1};
  const auto one = labelled_by<double>(given_deep<layers>{.values = values}, 3, 5, 1);
  const auto other = labelled_by<double>(every_step<given_deep<last>>{{.values = values}}, 3, 5, 1);
  CHECK(one.steps == 5);
  CHECK(one.answers == other.answers);
  CHECK(one.y == other.y);
}

TEST_CASE(
    "a teacher that answers at every step is asked once, and one that answers at some steps is refused") {
  using layers = deep<ssm<real_diagonal<2>>, relu, ssm<real_diagonal<1, 1, 2>>>;
  const given_deep<layers> teacher{.values = {0.5, -0.25, 1, 2, 1, -1, 0.75, 1, 2, -1}};
  for (const integer kappa : {1, 2, 5}) {
    const auto one = labelled_by<double>(teacher, 3, kappa, 1);
    const auto other = labelled_by<double>(every_step<given_deep<layers>>{teacher}, 3, kappa, 1);
    const auto twice =
        labelled_by<double>(every_step<every_step<given_deep<layers>>>{{teacher}}, 3, kappa, 1);
    CHECK(one.steps == kappa);
    CHECK(other.steps == kappa);
    CHECK(one.y == other.y);
    CHECK(one.y == twice.y);
  }
  CHECK_THROWS_WITH_AS(labelled_by<double>(every_step<first_and_last>{}, 2, 4, 1),
                       "every_step: the answers of the teacher to a sequence must be 1 or 4, of its last "
                       "step or of every one, given 2",
                       bad_argument);
}

TEST_CASE("roles and members are those of the teacher inside") {
  using every = every_step<given<two_by_three>>;
  static_assert(LabelsSequences<every> && MeasurableTeacher<every> && TeacherRole<every>);
  static_assert(LabelsSequences<given<two_by_three>> && MeasurableTeacher<given<two_by_three>>);
  static_assert(LabelsSequences<every_step<largest_so_far>> &&
                !MeasurableTeacher<every_step<largest_so_far>>);
  every teacher;
  CHECK_THROWS_AS(teacher.validate(), bad_argument);
  teacher.values = teacher_of().values;
  teacher.validate();
  CHECK(teacher == every{teacher_of()});
}

TEST_CASE("steps of a teacher that do not divide its answers are refused") {
  struct odd {
    integer answers(integer) const { return 3; }
    integer steps(integer) const { return 2; }
    void answer(std::span<const double>, std::span<double> y) const { y[0] = 0; }
  };
  labelled<double> data;
  data.kappa = 2, data.x = {1, 2};
  CHECK_THROWS_WITH_AS(data.relabel(odd{}),
                       "relabel: the steps of the teacher must be a divisor of its 3 answers, given 2",
                       bad_argument);
}

TEST_CASE("given labels of every step") {
  given_set<> set;
  set.set.length = 2;
  set.set.sequences = {.count = 1, .values = {1, 2}};
  set.labels = {1, 2, 3, 4};
  set.answers = 4;
  set.steps = 2;
  set.validate();
  numpy_legacy stream(1);
  const auto data = label<double>(set, no_teacher{}.bind<double>(), stream);
  CHECK(data.steps == 2);
  CHECK(data.outputs() == 2);
  const label_noise<inject<given_set<>, unit<at<0>>>> around{.set = {.set = set, .special = {.count = 0}},
                                                             .deviation = 0.1};
  CHECK(label<double>(around, no_teacher{}.bind<double>(), stream).steps == 2);
  set.steps = 3;
  CHECK_THROWS_WITH_AS(set.validate(),
                       "given_labels: steps must be 1, the last, or 2, each with as many answers, given 3",
                       bad_argument);
}

TEST_CASE("white noise of several outputs and every step is its expectation") {
  // E of the squared error: σ² Σ_k |e_k|², and with every step each e_k counts where k fits into the beginning.
  using student = ssm<real_diagonal<2, 2, 3>>;
  const auto check = [](const auto& teacher, auto share) {
    teacher_student<student, std::remove_cvref_t<decltype(teacher)>, white_noise<5, 2>, squared_error,
                    gradient_flow<>, near_zero>
        study{.teacher = teacher,
              .data = {.deviation = 0.5},
              .start = {.state_deviation = 0.3, .io_deviation = 0.3}};
    const auto bound = bind<double>(study, 3);
    const auto h = bound.student().impulse_response(5), star = bound.teacher.impulse_response(5);
    double expected = 0;
    for (std::size_t k = 0; k < 5; ++k)
      for (std::size_t i = 0; i < 6; ++i)
        expected +=
            0.25 * share(static_cast<double>(k)) * std::pow(h.data()[6 * k + i] - star.data()[6 * k + i], 2);
    auto at = bound.objective.workspace();
    CHECK(bound.objective.value(view<double>(bound.theta), at) == doctest::Approx(expected).epsilon(1e-13));
  };
  check(teacher_of(), [](double) { return 1.0; });
  check(every_step<given<two_by_three>>{teacher_of()}, [](double k) { return (5 - k) / 5; });
}
