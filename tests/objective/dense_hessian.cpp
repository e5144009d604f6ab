// SPDX-License-Identifier: BSD-3-Clause
// The Hessian of students whose unknowns all couple, as a full matrix, and the stiff flow by it.
#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/core/tensor.hpp>
#include <lssm/lssm.hpp>

#include "curvature.hpp"

using namespace lssm;

namespace {

template <class T, class Structure>
auto drawn(const Structure& structure, reference::numbers& draw) {
  auto s = structure.template make<T>();
  each_number([&](T& x) { x = T(0.5) * draw.draw<T>(); }, s);
  return s;
}

/// (σ + H)⁻¹ times (σ + H) x, with a σ above all growth rates.
template <class Objective>
void shifted_is_solved(const Objective& objective) {
  using T = typename Objective::scalar;
  tests::standing f(objective);
  auto theta = objective.theta();
  auto hessian = objective.make_hessian();
  static_assert(std::is_same_v<decltype(hessian), dense_hessian<T>>);
  f.hessian(view<T>(theta), hessian);
  const auto dense = hessian.dense();
  T largest(0);
  for (std::size_t i = 0; i < theta.size(); ++i)
    for (std::size_t j = 0; j < theta.size(); ++j) largest = max_of(largest, abs_of(dense(i, j)));
  const T sigma = T(static_cast<double>(theta.size())) * largest;
  CHECK(hessian.factor(sigma));
  std::vector<T> x(theta.size(), T(0)), r(x);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = T(1) / T(static_cast<double>(i + 1));
  for (std::size_t i = 0; i < x.size(); ++i) {
    r[i] = sigma * x[i];
    for (std::size_t j = 0; j < x.size(); ++j) r[i] = r[i] + dense(i, j) * x[j];
  }
  hessian.solve(std::span<T>(r));
  for (std::size_t i = 0; i < x.size(); ++i)
    CHECK(value_of(abs_of(r[i] - x[i])) < 1e3 * static_cast<double>(epsilon_of<T>));
}

template <class Learn, class Structure>
void curvature_holds(const Structure& structure) {
  using model = ssm<Structure, Learn>;
  reference::numbers draw(47);
  auto data = problems::random_data<quad>(draw, 6, 5, Structure::inputs, problems::labels::noisy);
  data.answers = Structure::outputs;
  data.y = draw.draws<quad>(static_cast<std::size_t>(6 * Structure::outputs));
  const auto start = drawn<quad>(structure, draw);
  const auto holds = [](const auto& objective) {
    tests::hessian_is_derivative(objective);
    shifted_is_solved(objective);
  };
  holds(gram_objective<quad, model, 5>(model{structure}, start, data));
  holds(raw_objective<quad, model, dynamic, problems::quartic>(model{structure}, start, data));
}

template <class Method>
using dense_study =
    teacher_student<ssm<dense_state<>>, given<real_diagonal<2>>, training_set<8, gaussian<everywhere>>,
                    squared_error, gradient_flow<Method, plain, first_of<time_horizon, step_limit>>,
                    gaussian_start>;
template <class Method>
dense_study<Method> study_of(integer states, double time, double rtol) {
  const gaussian_entries io{.mean = 0.3, .deviation = 0.3};
  return {.student = {.structure = {states}},
          .teacher = {.values = {{0.7, -0.4}, {0.8, 0.5}, {1.2, 1}}},
          .data = {.sequences = {.count = 12}},
          .training = {.rtol = rtol, .stop = {{{.time = time}, {.steps = 1e6}}}},
          .start = {.state = {.deviation = 0.2}, .input = io, .output = io}};
}
template <class State>
std::vector<double> numbers_of(const State& s) {
  std::vector<double> all;
  each_number([&](const double& x) { all.push_back(x); }, s);
  return all;
}

}  // namespace

TEST_CASE("dense Hessian: the derivative of the gradient, of sizes, channels, subsets and coordinates") {
  curvature_holds<learn_all>(dense_state<>{1});
  curvature_holds<learn_all>(dense_state<3>{});
  curvature_holds<learn<state_matrix>>(dense_state<>{3});
  curvature_holds<learn<output_matrix, through<state_matrix, tests::stretched>>>(dense_state<>{2});
  curvature_holds<learn_all>(dense_state<2, 2, 3>{});
}

TEST_CASE("dense Hessian: a growth rate above sigma is told, and nothing becomes NaN") {
  dense_hessian<double> h;
  h.resize(2, 0);
  h.second_order() = {1, 0, 0, -2};
  CHECK(!h.factor(1.5));
  std::vector<double> x{1, 1};
  h.solve(std::span<double>(x));
  CHECK(std::isfinite(x[0] + x[1]));
  CHECK(h.factor(4.0));
  x = {1, 1};
  h.solve(std::span<double>(x));
  CHECK(x[0] == doctest::Approx(0.2));
  CHECK(x[1] == doctest::Approx(0.5));
}

TEST_CASE("dense Hessian: the stiff flow of a full matrix ends where the explicit one does") {
  for (const std::uint64_t seed : {std::uint64_t{3}, std::uint64_t{8}}) {
    const auto stiff = run<double>(study_of<rosenbrock>(3, 20, 1e-10), seed);
    const auto expected = run<double>(study_of<dormand_prince>(3, 20, 1e-12), seed);
    CHECK(stiff.at_end.time == 20);
    CHECK(stiff.at_end.steps < expected.at_end.steps);
    const auto x = numbers_of(stiff.student.system), y = numbers_of(expected.student.system);
    for (std::size_t i = 0; i < x.size(); ++i) CHECK(x[i] == doctest::Approx(y[i]).epsilon(1e-7));
  }
}

TEST_CASE("dense Hessian: twenty states") {
  const auto end = run<double>(study_of<rosenbrock>(20, 1e3, 1e-3), 1);
  CHECK(end.at_end.time == 1e3);
  CHECK(end.at_end.loss < 1e-4);
}

TEST_CASE("dense Hessian: lanes are the students alone, bit for bit") {
  using T = pack<double>;
  const std::vector<dense_study<rosenbrock>> studies(lanes_of<T>, study_of<rosenbrock>(2, 20, 1e-8));
  std::vector<std::uint32_t> seeds;
  for (std::size_t l = 0; l < studies.size(); ++l) seeds.push_back(static_cast<std::uint32_t>(10 + l));
  const auto together =
      run<T>(std::span<const dense_study<rosenbrock>>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t l = 0; l < studies.size(); ++l) {
    const auto alone = run<double>(studies[l], seeds[l]);
    CHECK(numbers_of(together[l].student.system) == numbers_of(alone.student.system));
  }
}
