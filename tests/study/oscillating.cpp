// SPDX-License-Identifier: BSD-3-Clause
// Students of eight complex pairs and of a full matrix learn a teacher that oscillates, given as pairs and as its real form:
// by every rule, by the stiff flow, in lanes, in a sweep and among layers.
//
// Of rules, adaptive_rate<full_matrix_norm> and group_rmsprop<full_matrix_norm> are for real modes alone, and
// decayed_per_layer for deep<...> alone: they refuse these students while compiling (tests/compile_fail).
#include <doctest/doctest.h>

#include <cmath>
#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>
#include <lssm/sweep/in_lanes.hpp>

#include "../tools/standing.hpp"

using namespace lssm;

namespace {

using pairs = complex_diagonal<8>;
using matrix = dense_state<>;
static_assert(!HasFullGradientNorm<pairs, double> && !HasFullGradientNorm<matrix, double>);

using limited = first_of<target_loss, step_limit>;
using even = one_of<gradient_descent, heavy_ball, nesterov, sign_descent, signum, lion, normalized_descent,
                    muon, langevin<>>;
using by_means = one_of<rmsprop, adam, keras_adam, adamw, decayed<state_role, adam>,
                        adaptive_rate<diagonal_norm>, group_rmsprop<>>;
using any_rule = descent<one_of<even, by_means>, unconstrained, limited>;
constexpr integer rules = 16;

/// The rule at that place of both lists; rates are such that no rule leaps over the valley.
any_rule by_rule(integer place, double steps) {
  constexpr double rates[] = {0.004, 0.002, 0.002, 0.005, 0.01, 0.005, 0.03, 0.02, 0.005,  // of even
                              0.002, 0.01,  0.01,  0.01,  0.01, 0.01,  0.03};              // of by_means
  constexpr integer evens = 9;
  static_assert(std::size(rates) == rules);
  any_rule r{.rate = rates[place], .stop = {{{.value = 0}, {.steps = steps}}}};
  auto& [first, second] = r.rule.rules;
  std::get<langevin<>>(first.rules) = {.temperature = 1e-7, .key = 1};
  std::get<decayed<state_role, adam>>(second.rules).weight_decay = 0.01;
  r.rule.choice = place < evens ? 0 : 1;
  first.choice = place < evens ? place : 0;
  second.choice = place < evens ? 0 : place - evens;
  return r;
}

/// One pair that turns slowly and one that turns fast: h_k = 2 Re Σ c a^k b.
const given<complex_diagonal<2>> teacher{
    .values = {{0.9, -0.3}, {0.3, 0.8}, {1, 0.5}, {0, 0.25}, {0.5, 1}, {-0.25, 0}}};
/// The same in real numbers: of each pair the block (α -β; β α), B = (Re b, Im b), C = 2 (Re c, -Im c).
const given<dense_state<4>> real_teacher{.values = {{0.9, -0.3, 0, 0,   //
                                                     0.3, 0.9, 0, 0,    //
                                                     0, 0, -0.3, -0.8,  //
                                                     0, 0, 0.8, -0.3},
                                                    {1, 0, 0.5, 0.25},
                                                    {1, 0.5, 2, 0}}};
template <class S>
const auto& teacher_of() {
  if constexpr (std::is_same_v<S, pairs>) {
    return teacher;
  } else {
    return real_teacher;
  }
}

template <class S, class Training>
using study_of =
    teacher_student<ssm<S>, std::remove_cvref_t<decltype(teacher_of<S>())>,
                    training_set<8, gaussian<everywhere>>, squared_error, Training, gaussian_start>;
template <class S, class Training>
study_of<S, Training> made(const Training& training) {
  const gaussian_entries io{.deviation = 0.4};
  study_of<S, Training> s{.teacher = teacher_of<S>(),
                          .data = {.sequences = {.count = 24}},
                          .training = training,
                          .start = {.state = {.mean = 0.1, .deviation = 0.4}, .input = io, .output = io}};
  if constexpr (std::is_same_v<S, matrix>) s.student.structure = matrix{5};
  return s;
}

std::vector<double> numbers_of(const auto& system) {
  std::vector<double> all;
  each_number([&](double x) { all.push_back(x); }, system);
  return all;
}

/// Lanes of these studies, and each alone, to the last bit.
template <class Study>
void lanes_have_bits_of_single_runs(const std::vector<Study>& studies,
                                    const std::vector<std::uint32_t>& seeds) {
  for (std::size_t first = 0; first < studies.size(); first += lanes_of<pack<double>>) {
    std::vector<Study> some;
    std::vector<std::uint32_t> theirs;
    for (std::size_t i = 0; i < lanes_of<pack<double>>; ++i) {
      some.push_back(studies[(first + i) % studies.size()]);
      theirs.push_back(seeds[(first + i) % seeds.size()]);
    }
    const auto packed =
        run<pack<double>>(std::span<const Study>(some), std::span<const std::uint32_t>(theirs));
    for (std::size_t i = 0; i < packed.size(); ++i) {
      CAPTURE(first + i);
      const auto alone = run<double>(some[i], theirs[i]);
      CHECK(packed[i].at_end.steps == alone.at_end.steps);
      CHECK(packed[i].at_end.loss == alone.at_end.loss);
      CHECK(numbers_of(packed[i].student.system) == numbers_of(alone.student.system));
    }
  }
}

}  // namespace

TEST_CASE("oscillating: pairs and their real form are one teacher") {
  const auto h = teacher.bind<double>().impulse_response(12);
  const auto real = real_teacher.bind<double>().impulse_response(12);
  for (std::size_t k = 0; k < 12; ++k) CHECK(std::abs(h(k, 0, 0) - real(k, 0, 0)) < 32 * epsilon_of<double>);
}

// The loss falls by what gradients along the way say, ΔL = ∫ ∇L · dθ, here by the trapezoidal rule; and it falls far.
TEST_CASE_TEMPLATE("oscillating: every rule goes down the gradient", S, pairs, matrix) {
  for (integer place = 0; place < rules; ++place) {
    CAPTURE(place);
    auto bound = bind<double>(made<S>(by_rule(place, 60)), 3);
    auto training = bound.training();
    const double start = training.now().loss;
    double told = 0;
    auto gradient = numbers_of(training.here().objective.system_gradient());
    while (training.running()) {
      const std::vector<double> before(training.theta().begin(), training.theta().end());
      training.step();
      const auto next = numbers_of(training.here().objective.system_gradient());
      for (std::size_t i = 0; i < next.size(); ++i)
        told += 0.5 * (gradient[i] + next[i]) * (training.theta()[i] - before[i]);
      gradient = next;
    }
    const double end = training.now().loss;
    CHECK(training.now().steps == 60);
    CHECK(end < 0.4 * start);
    CHECK(end - start == doctest::Approx(told).epsilon(0.01));
  }
}

TEST_CASE_TEMPLATE("oscillating: the stiff flow finds the teacher, in lanes to the same bits", S, pairs,
                   matrix) {
  using stiff = gradient_flow<rosenbrock, plain, limited>;
  const auto study = made<S>(stiff{.rtol = 1e-6, .stop = {{{.value = 1e-8}, {.steps = 2000}}}});
  const auto end = run<double>(study, 3);
  CHECK(end.status == status::target_reached);
  const auto expected = teacher.bind<double>().impulse_response(8);
  const auto found = end.student.impulse_response(8);
  for (std::size_t k = 0; k < 8; ++k) CHECK(std::abs(found(k, 0, 0) - expected(k, 0, 0)) < 1e-2);
  auto shorter = study;
  shorter.training.stop.template get<target_loss>().value = 1e-2;
  lanes_have_bits_of_single_runs(std::vector{shorter}, {3, 4, 5, 6});
}

TEST_CASE_TEMPLATE("oscillating: lanes of every rule have the bits of single runs", S, pairs, matrix) {
  std::vector<study_of<S, any_rule>> studies;
  std::vector<std::uint32_t> seeds;
  for (integer place = 0; place < rules; ++place) {
    studies.push_back(made<S>(by_rule(place, 20 + 3.0 * static_cast<double>(place))));
    seeds.push_back(static_cast<std::uint32_t>(place));
  }
  lanes_have_bits_of_single_runs(studies, seeds);
}

TEST_CASE_TEMPLATE("oscillating: a sweep over rules has the same bytes from single runs and from lanes", S,
                   pairs, matrix) {
  const auto sweep = sweep_of(
      "oscillating",
      grid{.axes = {{"rule", linear_values(0.0, rules - 1.0, rules)}}, .seeds = consecutive_seeds(1, 2)},
      [](const sweep_point& p) { return made<S>(by_rule(static_cast<integer>(p["rule"]), 25)); },
      {"status", "loss", "farthest"},
      [](const auto& end, sweep_row& row) { row.add(end.status, end.at_end.loss, end.eigenvalues()[0]); });
  const auto text = execute<double>(sweep, serial{}).text();
  CHECK(text == execute<double>(sweep, in_lanes{}).text());
  CHECK(std::count(text.begin(), text.end(), '\n') == 1 + 2 * rules);
}

// m̂ = g and v̂ = g² in the first step of Adam, so that it is known from the gradient; this comes from dual numbers.
TEST_CASE("oscillating: both among layers, by a step of Adam along the gradient") {
  using model = deep<ssm<pairs>, tanh_layer, ssm<matrix>, last_output>;
  using study =
      teacher_student<model, given<complex_diagonal<2>>, training_set<8, gaussian<everywhere>>, squared_error,
                      descent<adam, unconstrained, limited>, network_start<gaussian_start>>;
  const gaussian_entries io{.deviation = 0.4};
  const study ours{.student = {{ssm<pairs>{}, tanh_layer{}, ssm<matrix>{matrix{5}}, last_output{}}},
                   .teacher = teacher,
                   .data = {.sequences = {.count = 12}},
                   .training = {.rate = 0.01, .stop = {{{.value = 0}, {.steps = 60}}}},
                   .start = {.ssm = {.state = {.mean = 0.1, .deviation = 0.4}, .input = io, .output = io}}};
  auto bound = bind<double>(ours, 3);
  auto moving = bind<dual<double>>(ours, 3);
  tests::standing elsewhere(moving.objective);
  auto training = bound.training();
  const double start = training.now().loss;
  training.step();
  double largest = 0, worst = 0;
  for (std::size_t i = 0; i < bound.theta.size(); ++i) {
    moving.theta[i].e = 1;
    const double slope = elsewhere.value(view<dual<double>>(moving.theta)).e;
    moving.theta[i].e = 0;
    largest = std::max(largest, std::abs(slope));
    const double u = slope / (std::abs(slope) + 1e-8);
    worst = std::max(worst, std::abs(training.theta()[i] - (bound.theta[i] - 0.01 * u)));
  }
  CHECK(largest > 0.1);
  CHECK(worst < 1e-13);
  while (training.running()) training.step();
  CHECK(training.now().loss < 0.1 * start);
}
