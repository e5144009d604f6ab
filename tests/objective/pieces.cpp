// SPDX-License-Identifier: BSD-3-Clause
// What objectives are made of, each alone: time reversed, shapes refused, the low-rank correction, the Hessian at θ.
#include <lssm/core/tensor.hpp>
#include <lssm/lssm.hpp>

#include "../reference.hpp"
#include "../tools/standing.hpp"

using namespace lssm;

namespace {

template <class T>
labelled<T> two_channels() {
  auto data = labelled<T>();
  data.kappa = 3;
  data.channels = 2;
  data.x = {1, 2, 3, 4, 5, 6};  // (1, kappa, m)
  data.y = {7};
  return data;
}

using student = ssm<real_diagonal<4>>;
using study = teacher_student<student, given<real_diagonal<1>>, training_set<6, gaussian<everywhere>>,
                              squared_error, gradient_flow<>, near_zero>;
using objective_type = decltype(bind<double>(study{}, 1).objective);

static_assert(ResponseObjective<objective_type> && LeastSquaresObjective<objective_type> &&
              CurvedObjective<objective_type>);
static_assert(!ResponseObjective<student> && !ResponseObjective<int>);
static_assert(!std::is_empty_v<second_order_of<ssm<real_diagonal<4, 2>>, double>>);
static_assert(!std::is_empty_v<second_order_of<student, double>>);
static_assert(std::is_same_v<evaluation_of<objective_type>, gram_evaluation<double, student, 6>>);
static_assert(std::is_base_of_v<evaluation<double, student, 6>, evaluation_of<objective_type>>);

}  // namespace

TEST_CASE("reverse_time turns steps around and leaves channels in order") {
  const auto data = two_channels<double>();
  std::vector<double> row(6);
  reverse_time(data.input(0), data.channels, std::span<double>(row));
  CHECK(row == std::vector<double>{5, 6, 3, 4, 1, 2});
  std::vector<double> again(6);
  reverse_time(std::span<const double>(row), 2, std::span<double>(again));
  CHECK(again == data.x);
}

TEST_CASE("data whose parts do not fit are refused") {
  const auto data = two_channels<double>();
  CHECK(checked_shape(data, 2) == 3);
  CHECK(checked_length(data, 2) == 3);
  CHECK_THROWS_AS(checked_shape(data, 1), bad_argument);
  auto edited = data;
  edited.x.pop_back();
  CHECK_THROWS_AS(checked_shape(edited, 2), bad_argument);
  edited = data;
  edited.y.clear();
  CHECK_THROWS_AS(checked_length(edited, 2), bad_argument);
  edited = data;
  edited.y = {7, 8};
  edited.answers = 2;
  CHECK(checked_shape(edited, 2) == 3);  // two answers to one sequence
  CHECK_THROWS_AS(checked_length(edited, 2), bad_argument);
}

TEST_CASE("low_rank_correction solves (1 + Zᵀ W) x = r, where Z is already solved with") {
  reference::numbers draw(11);
  const integer n = 5, rank = 2;
  low_rank_correction<double> correction;
  correction.resize(n, 3);
  correction.set_rank(rank);
  for (integer q = 0; q < rank; ++q) {
    for (double& x : correction.w(q)) x = draw.draw();
    for (double& x : correction.z(q)) x = draw.draw();
  }
  correction.prepare();
  std::vector<double> r(5);
  for (double& x : r) x = draw.draw();
  auto x = r;
  correction.apply(std::span<double>(x));
  for (std::size_t i = 0; i < 5; ++i) {
    double left = x[i];
    for (integer q = 0; q < rank; ++q)
      for (std::size_t j = 0; j < 5; ++j) left += correction.z(q)[i] * correction.w(q)[j] * x[j];
    CHECK(left == doctest::Approx(r[i]).epsilon(1e-12));
  }
}

TEST_CASE("write_hessian is what hessian() gives, and its product is a difference of gradients") {
  study ours{.teacher = {.values = {{0.9}, {1}, {1}}}, .data = {.sequences = {.count = 9}}};
  ours.start = {.state_deviation = 0.5, .io_deviation = 0.5};
  const auto bound = bind<double>(ours, 3);
  tests::standing f(bound.objective);
  const auto theta = bound.theta;
  auto gradient = theta;
  f.value_and_gradient(theta, gradient);
  auto modal = make_second_order<double>(ours.student);
  auto hessian = bound.objective.make_hessian();
  write_hessian<student>(bound.objective, f.at, std::span<const double>(theta), modal, hessian);
  const auto h = hessian.dense();  // (n, n)
  f.hessian(theta, hessian);
  CHECK(hessian.dense() == h);

  const double step = 1e-6;
  for (std::size_t j = 0; j < theta.size(); ++j) {
    auto above = theta, below = theta, up = theta, down = theta;
    above[j] += step;
    below[j] -= step;
    f.value_and_gradient(above, up);
    f.value_and_gradient(below, down);
    for (std::size_t i = 0; i < theta.size(); ++i)
      CHECK(h(i, j) == doctest::Approx((up[i] - down[i]) / (2 * step)).epsilon(1e-6).scale(1));
  }
}
