// SPDX-License-Identifier: BSD-3-Clause
// Muon makes matrices orthogonal and vectors of length one, slot by slot, as the structure tells their shapes.
#include <lssm/train/muon.hpp>

#include <cmath>
#include <lssm/core/pack.hpp>
#include <lssm/core/quad.hpp>
#include <lssm/study/checkpoint.hpp>

#include "../ssm/own.hpp"
#include "small_descent.hpp"

using namespace lssm;

namespace {

template <class Structure>
using study_of = teacher_student<ssm<Structure>, given<Structure>,
                                 training_set<6, gaussian<everywhere>, Structure::inputs>, squared_error,
                                 descent<muon, unconstrained, first_of<step_limit>>, near_zero>;

template <integer D>
study_of<real_diagonal<D, 2>> two_inputs(double momentum = 0.95, double steps = 40) {
  return {.student = {.structure = {.states = 3}},
          .teacher = {.structure = {.states = 3}, .values = {{0.5, 0.4, 0.3}, {1, 0, 1, 1, 0, 1}, {1, 1, 1}}},
          .data = {.sequences = {.count = 9}},
          .training = {.rate = 0.02, .rule = {.momentum = momentum}, .stop = {step_limit{steps}}},
          .start = {.state_deviation = 0.3, .io_deviation = 0.3}};
}
study_of<own::dense_matrix<>> full_matrix() {
  return {.student = {.structure = {.states = 2}},
          .teacher = {.structure = {.states = 2}, .values = {{0.6, -0.7, 0.7, 0.6}, {1, 0.5}, {1, 0.5}}},
          .data = {.sequences = {.count = 12}},
          .training = {.rate = 0.02, .stop = {step_limit{40}}},
          .start = {.state_deviation = 0.5, .io_deviation = 0.5}};
}

/// What one step of length 1 moves.
template <class T, class Rule, class Study>
std::vector<T> first_step(const Study& study) {
  auto bound = bind<T>(study, 4);
  using training = descent<Rule, unconstrained, first_of<step_limit>>;
  const training one{.rate = 1, .stop = {step_limit{1}}};
  auto state = training::start(std::span(&one, 1), std::as_const(bound.objective), view<T>(bound.theta));
  std::vector<T> u(bound.theta.begin(), bound.theta.end());
  state.step();
  for (std::size_t i = 0; i < u.size(); ++i) u[i] = u[i] - state.theta()[i];
  return u;
}
/// The gradient at the start, and what the rule makes of it.
template <class T, class Study>
std::pair<std::vector<T>, std::vector<T>> first_direction(const Study& study) {
  return {first_step<T, gradient_descent>(study), first_step<T, muon>(study)};
}

/// Whether u is g over its norm.
template <class T>
void check_vector(std::span<const T> g, std::span<const T> u) {
  double square = 0;
  for (const T& x : g) square += value_of(x) * value_of(x);
  for (std::size_t i = 0; i < g.size(); ++i)
    CHECK(value_of(u[i]) == doctest::Approx(value_of(g[i]) / std::sqrt(square)).epsilon(1e-5));
}
/// Whether u (rows, 2) has singular values from 0.68 to 1.14 and is g times a positive matrix from the right.
template <class T>
void check_two_columns(std::span<const T> g, std::span<const T> u) {
  const auto product = [](std::span<const T> x, std::span<const T> y, std::size_t j, std::size_t k) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size() / 2; ++i) sum += value_of(x[2 * i + j]) * value_of(y[2 * i + k]);
    return sum;
  };
  const double trace = product(u, u, 0, 0) + product(u, u, 1, 1);
  const double off = product(u, u, 0, 1), apart = product(u, u, 0, 0) - product(u, u, 1, 1);
  const double spread = std::hypot(apart, 2 * off);
  CHECK(std::sqrt((trace + spread) / 2) < 1.14);
  CHECK(std::sqrt((trace - spread) / 2) > 0.68);
  const double scale = std::sqrt(product(g, g, 0, 0) + product(g, g, 1, 1));
  CHECK(std::abs(product(g, u, 0, 1) - product(g, u, 1, 0)) < 1e-4 * scale);
  CHECK(product(g, u, 0, 0) > 0);
  CHECK(product(g, u, 0, 0) * product(g, u, 1, 1) > product(g, u, 0, 1) * product(g, u, 1, 0));
}

}  // namespace

TEST_CASE_TEMPLATE("B of two inputs is a matrix; the diagonal of A and C of one output are vectors", T, float,
                   double, quad) {
  const auto [g, u] = first_direction<T>(two_inputs<3>());
  const std::span<const T> of_g(g), of_u(u);
  check_vector(of_g.first(3), of_u.first(3));
  check_two_columns(of_g.subspan(3, 6), of_u.subspan(3, 6));
  check_vector(of_g.last(3), of_u.last(3));
}

TEST_CASE_TEMPLATE("a full A is a matrix", T, float, double) {
  const auto [g, u] = first_direction<T>(full_matrix());
  const std::span<const T> of_g(g), of_u(u);
  check_two_columns(of_g.first(4), of_u.first(4));
  check_vector(of_g.subspan(4, 2), of_u.subspan(4, 2));
}

TEST_CASE_TEMPLATE("lanes have the bits of single runs, of known sizes or not", T, float, double) {
  using study = study_of<real_diagonal<dynamic, 2>>;
  std::vector<study> studies;
  std::vector<std::uint32_t> seeds;
  for (std::uint32_t i = 0; i < lanes_of<pack<T>>; ++i) {
    studies.push_back(two_inputs<dynamic>(0.05 * i, 20.0 + 5 * i));
    seeds.push_back(i);
  }
  const auto together = run<pack<T>>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t i = 0; i < together.size(); ++i)
    small_descent::check_same_bits(together[i],
                                   run<T>(two_inputs<3>(0.05 * double(i), 20.0 + 5 * double(i)), seeds[i]));
}

TEST_CASE("it trains, and a resumed run has the bits of the whole one") {
  const auto study = two_inputs<3>(0.9, 200);
  auto whole = bind<double>(study, 3);
  auto training = whole.training();
  const double at_start = training.now().loss;
  for (int i = 0; i < 11; ++i) training.step();
  npz_writer out;
  const std::string saved = add_run(out, "run", whole, training).bytes();
  while (training.running()) training.step();
  CHECK(training.now().best_loss < 0.1 * at_start);
  auto again = bind<double>(study, 3);
  auto resumed = again.training();
  load_run(npz_file(saved, "saved"), "run", again, resumed);
  while (resumed.running()) resumed.step();
  CHECK(std::equal(resumed.theta().begin(), resumed.theta().end(), training.theta().begin()));
}
