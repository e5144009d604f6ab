// SPDX-License-Identifier: BSD-3-Clause
// Measures of systems of several inputs and outputs, against their definitions.
#include <lssm/core/tensor.hpp>
#include <lssm/lssm.hpp>

#include "../reference.hpp"

using namespace lssm;
using reference::wide;

namespace {

using student = ssm<real_diagonal<3, 2, 2>>;
using last_labels = given<real_diagonal<2, 2, 2>>;
using every_label = every_step<last_labels>;
template <class Teacher>
auto study_of() {
  teacher_student<student, Teacher, training_set<5, gaussian<everywhere>, 2>, squared_error,
                  descent<gradient_descent, unconstrained, first_of<step_limit>>, near_zero>
      s{.start = {.state_deviation = 0.4, .io_deviation = 0.6}};
  s.teacher.values = {{0.9, -0.4}, {1, 0.5, -0.25, 1}, {1, 0.5, -0.5, 1}};
  s.data.sequences.count = 7;
  s.training.rate = 0.01;
  s.training.stop = {{{.steps = 20}}};
  return s;
}

/// h_k (2, 2) of Σ_j c_ij a_j^k b_jq.
template <class System>
std::vector<wide> response_of(const System& s, std::size_t kappa) {
  std::vector<wide> h;
  const std::size_t d = s.a.size();
  for (std::size_t k = 0; k < kappa; ++k)
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t q = 0; q < 2; ++q) {
        wide sum = 0;
        for (std::size_t j = 0; j < d; ++j) {
          wide power = wide(s.c[i * d + j]) * wide(s.b[2 * j + q]);
          for (std::size_t l = 0; l < k; ++l) power *= wide(s.a[j]);
          sum += power;
        }
        h.push_back(sum);
      }
  return h;
}

}  // namespace

TEST_CASE_TEMPLATE("Proposition 1: da_j/dt = Σ_iq c_ij b_jq Σ_l γ_iq^(l) a_j^l", Teacher, last_labels,
                   every_label) {
  const auto bound = bind<double>(study_of<Teacher>(), 4);
  auto at = bound.objective.workspace();
  auto gradient = bound.theta;
  bound.objective.value_and_gradient(view<double>(bound.theta), std::span<double>(gradient), at);
  const auto gamma = gamma_coefficients<double>(std::span<const double>(at.cotangent()), 4);
  REQUIRE(gamma.size() == 4 * 4);
  const auto& s = at.system();
  for (std::size_t j = 0; j < 3; ++j) {
    wide sum = 0;
    for (std::size_t l = 0; l < 4; ++l)
      for (std::size_t i = 0; i < 2; ++i)
        for (std::size_t q = 0; q < 2; ++q) {
          wide term = wide(s.c[i * 3 + j]) * wide(s.b[2 * j + q]) * wide(gamma[(l * 2 + i) * 2 + q]);
          for (std::size_t k = 0; k < l; ++k) term *= wide(s.a[j]);
          sum += term;
        }
    CHECK(reference::epsilons(-gradient[j], sum, 40) < 4);
  }
  CHECK_THROWS_WITH_AS(
      gamma_coefficients<double>(std::span<const double>(at.cotangent()), 3),
      "gamma_coefficients: channels must be at least 1, and a divisor of the 20 entries of g, given 3",
      bad_argument);
}

TEST_CASE("what an outcome and a trajectory tell of several channels") {
  const auto study = study_of<every_label>();
  const auto bound = bind<double>(study, 4);
  auto seen = trajectory_of<double>(sample_steps{.period = 10}, record::gamma{},
                                    record::generalization{bound.teacher, 12});
  const auto end = run<double>(study, 4, seen);
  CHECK(end.gamma().size() == 16);
  const auto gamma = seen.values("gamma");
  CHECK(gamma.shape(1) == 16);
  for (std::size_t i = 0; i < 16; ++i) CHECK(gamma(seen.samples() - 1, i) == end.gamma()[i]);
  const auto h = response_of(end.student.system, 12);
  const auto star = response_of(bound.teacher.system, 12);
  wide worst = 0, scale = 0;
  for (std::size_t i = 0; i < h.size(); ++i) {
    worst = max_of(worst, abs_of(h[i] - star[i]));
    scale = max_of(scale, abs_of(star[i]));
  }
  CHECK(end.generalization(12) == doctest::Approx(double(worst / scale)).epsilon(1e-13));
  CHECK(seen.values("generalization_error")(seen.samples() - 1, 0) == end.generalization(12));
}

TEST_CASE_TEMPLATE("the error on a test set is its definition", Teacher, last_labels, every_label) {
  const bool every = std::is_same_v<Teacher, every_label>;
  const auto bound = bind<double>(study_of<Teacher>(), 4);
  auto at = bound.objective.workspace();
  bound.objective.value(view<double>(bound.theta), at);
  for (const integer length : {1, 2, 9}) {
    numpy_legacy stream(5), same(5);
    test_set<double> set(bound.teacher, 11, length, stream);
    const std::size_t kappa = static_cast<std::size_t>(length);
    const auto h = response_of(at.system(), kappa);
    const auto star = response_of(bound.teacher.system, kappa);
    wide apart = 0, size = 0;
    for (int n = 0; n < 11; ++n) {
      std::vector<wide> x;
      for (std::size_t k = 0; k < 2 * kappa; ++k) x.push_back(wide(static_cast<float>(same.normal())));
      for (std::size_t t = every ? 0 : kappa - 1; t < kappa; ++t)
        for (std::size_t i = 0; i < 2; ++i) {
          wide mine = 0, theirs = 0;
          for (std::size_t k = 0; k <= t; ++k)
            for (std::size_t q = 0; q < 2; ++q) {
              mine += h[(k * 2 + i) * 2 + q] * x[(t - k) * 2 + q];
              theirs += star[(k * 2 + i) * 2 + q] * x[(t - k) * 2 + q];
            }
          apart += (mine - theirs) * (mine - theirs);
          size += theirs * theirs;
        }
    }
    CHECK(set.error(evaluated(bound.objective, at)) ==
          doctest::Approx(double(sqrt_of(apart / size))).epsilon(1e-13));
  }
}

TEST_CASE("a test set of another number of outputs is refused") {
  const auto bound = bind<double>(study_of<last_labels>(), 4);
  auto at = bound.objective.workspace();
  numpy_legacy stream(5);
  test_set<double> set(given<real_diagonal<1, 2, 1>>{.values = {{0.5}, {1, 1}, {1}}}.bind<double>(), 3, 4,
                       stream);
  CHECK_THROWS_WITH_AS(
      set.error(evaluated(bound.objective, at)),
      "test_set: the student must be of 2 inputs and 1 outputs, as the teacher, given 2 and 2", bad_argument);
}
