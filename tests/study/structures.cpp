// SPDX-License-Identifier: BSD-3-Clause
// Laws of studies, the same for every structure: real diagonal with one and more inputs, complex pairs in two writings, a
// full matrix, and modes in continuous time whose step is learned. What a structure does not allow is refused, never a wrong number.
#include <doctest/doctest.h>

#include <cmath>
#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>
#include <lssm/sweep/in_lanes.hpp>

#include "../ssm/own.hpp"
#include "../tools/standing.hpp"

using namespace lssm;
using own::complex_modes, own::complex_pairs, own::sampled;
using stepped = discretized<real_diagonal<>, first_order_hold>;

namespace {

/// e² + e⁴ of the error e, which no Gram matrix holds.
struct quartic {
  static auto value(const auto& p, const auto& y) {
    const auto e = p - y;
    return e * e + e * e * e * e;
  }
  static auto derivative(const auto& p, const auto& y) {
    const auto e = p - y;
    return (e + e) + (e + e) * (e * e + e * e);
  }
};

using two_inputs = real_diagonal<dynamic, 2>;

template <class S, class Training, class Loss = squared_error, class Start = gaussian_start,
          class Learn = learn_all>
using study_of = teacher_student<ssm<S, Learn>, given<real_diagonal<1, S::inputs>>,
                                 training_set<6, gaussian<everywhere>, S::inputs>, Loss, Training, Start>;

/// Two states or pairs, twelve sequences, a teacher of one mode.
template <class Study>
Study made(Study s = {}) {
  using structure = typename decltype(Study::student)::structure_type;
  s.student.structure = structure{2};
  s.teacher.values = {{0.7}, {}, {1.2}};
  for (double& x : s.teacher.values.b) x = 0.8;
  if constexpr (requires { s.teacher.values.b.resize(1); }) s.teacher.values.b.assign(structure::inputs, 0.8);
  s.data.sequences.count = 12;
  if constexpr (std::is_same_v<decltype(Study::start), gaussian_start>)
    s.start = {
        .state = {.mean = 0.2, .deviation = 0.4},
        .input = {.mean = 0.5, .deviation = 0.3},
        .output = {.mean = 0.5, .deviation = 0.3},
        .time = gaussian_entries{.mean = std::is_same_v<structure, stepped> ? 0.5 : -0.5, .deviation = 0.2}};
  return s;
}
using limited = first_of<target_loss, step_limit>;
constexpr limited steps(double n) { return {{{.value = 0}, {.steps = n}}}; }

/// (1/N) Σ_n ℓ(Σ_k h_k x_n[κ-1-k], y_n), by the response alone.
template <class S>
double plain_loss(const bound_system<double, S>& student, const labelled<double>& data, const auto& loss) {
  constexpr std::size_t m = S::inputs;
  const auto kappa = static_cast<std::size_t>(data.kappa);
  std::vector<double> h(kappa * m);
  student.impulse_response(std::span<double>(h));
  double sum = 0;
  for (std::size_t n = 0; n < data.y.size(); ++n) {
    double p = 0;
    for (std::size_t k = 0; k < kappa; ++k)
      for (std::size_t q = 0; q < m; ++q) p += h[k * m + q] * data.x[(n * kappa + kappa - 1 - k) * m + q];
    sum += loss.value(p, data.y[n]);
  }
  return sum / static_cast<double>(data.y.size());
}
std::vector<double> numbers_of(const auto& system) {
  std::vector<double> all;
  each_number([&](const auto& x) { all.push_back(static_cast<double>(x)); }, system);
  return all;
}

template <class S>
void trains() {
  const auto study =
      made<study_of<S, descent<adam, unconstrained, limited>>>({.training = {.stop = steps(300)}});
  const auto bound = bind<double>(study, 5);
  const auto end = run<double>(study, 5);
  CHECK(end.at_end.steps == 300);
  CHECK(end.at_end.loss < 0.5 * plain_loss(bound.student(), bound.data, squared_error()));
  CHECK(end.at_end.loss ==
        doctest::Approx(plain_loss(end.student, bound.data, squared_error())).epsilon(1e-11));
  CHECK(std::isfinite(end.generalization(30)));
}

/// The gradient against the derivative that dual numbers carry through the response, in Gram and in raw form.
template <class S, class Loss>
void gradient_is_derivative() {
  const auto study = made<study_of<S, descent<>, Loss>>();
  auto bound = bind<double>(study, 7);
  auto moving = bind<dual<double>>(study, 7);
  std::vector<double> gradient(bound.theta.size());
  tests::standing at(bound.objective);
  tests::standing elsewhere(moving.objective);
  const double loss = at.value_and_gradient(view<double>(bound.theta), std::span<double>(gradient));
  CHECK(loss == doctest::Approx(plain_loss(bound.student(), bound.data, Loss())).epsilon(1e-12));
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    moving.theta[i].e = 1;
    const auto value = elsewhere.value(view<dual<double>>(moving.theta));
    moving.theta[i].e = 0;
    CHECK(value.v == doctest::Approx(loss).epsilon(1e-12));
    CHECK(gradient[i] == doctest::Approx(value.e).epsilon(1e-10).scale(1e-2));
  }
}

template <class S>
void lanes_are_single_runs() {
  using study = study_of<S, descent<adam, unconstrained, limited>>;
  std::vector<study> studies(3, made<study>());
  for (std::size_t i = 0; i < 3; ++i) {
    studies[i].training.stop = steps(20.0 + 15.0 * static_cast<double>(i));
    studies[i].training.rate = 0.01 * static_cast<double>(i + 1);
  }
  const std::vector<std::uint32_t> seeds{1, 2, 3, 4, 5, 6};
  using T = pack<double>;
  const auto packed = run<T>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t i = 0; i < packed.size(); ++i) {
    auto bound = bind<double>(studies[i % 3], seeds[i % 6]);
    auto training = bound.training();
    while (training.running()) training.step_as_lanes();
    const auto alone = read_lane(training, std::move(bound), 0);
    CHECK(packed[i].at_end.steps == alone.at_end.steps);
    CHECK(numbers_of(packed[i].student.system) == numbers_of(alone.student.system));
  }
  // A lane has the same bits whatever its neighbours.
  std::vector<study> again(studies.begin(), studies.begin() + 1);
  const auto other = run<T>(std::span<const study>(again), std::span<const std::uint32_t>(seeds));
  CHECK(numbers_of(other[0].student.system) == numbers_of(packed[0].student.system));
}

template <class S>
void sweeps_have_one_text() {
  using study = study_of<S, descent<adam, unconstrained, limited>>;
  const auto sweep = sweep_of(
      "structures", grid{.axes = {{"rate", {0.01, 0.03}}}, .seeds = consecutive_seeds(1, 5)},
      [](const sweep_point& p) { return made<study>({.training = {.rate = p["rate"], .stop = steps(25)}}); },
      {"status", "loss"},
      [](const auto& outcome, sweep_row& row) { row.add(outcome.status, outcome.at_end.loss); });
  CHECK(execute<double>(sweep, serial{}).text() == execute<double>(sweep, in_lanes{}).text());
}

/// Norms by role add up to the whole gradient; factors by role reach the slots of that role alone.
template <class S>
void roles_are_told_apart() {
  using rates = descent<gradient_descent, unconstrained, limited, constant_rate, unclipped, rate_per_matrix>;
  auto bound = bind<double>(
      made<study_of<S, rates>>({.training = {.rates = {.state = 0, .input = 1, .output = 2, .time = 0}}}), 3);
  auto training = bound.training();
  const auto here = training.here().objective;
  const auto gradient = numbers_of(here.system_gradient());
  double whole = 0, apart = 0;
  for (double g : gradient) whole += g * g;
  using norm = diagonal_norm::measure<typename decltype(bound)::objective_type>;
  for (double square : norm(bound.objective).squares(here)) apart += square;
  CHECK(apart == doctest::Approx(whole).epsilon(1e-13));
  const auto before = bound.student().system;
  auto expected = before;
  const auto& slope = here.system_gradient();
  slots_of<S>::each([&]<class Slot>(Slot) {
    const double factor = std::is_same_v<role_of<Slot>, input_role>    ? 1
                          : std::is_same_v<role_of<Slot>, output_role> ? 2
                                                                       : 0;
    for (std::size_t i = 0; i < Slot::of(expected).size(); ++i)
      Slot::of(expected)[i] -= 0.01 * (factor * Slot::of(slope)[i]);
  });
  training.step();
  const auto got = numbers_of(training.here().system), wanted = numbers_of(expected);
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == doctest::Approx(wanted[i]).epsilon(1e-14));
}

template <class S, class T>
void eigenvalues_stay_bounded() {
  using bounded = descent<gradient_descent, bounded_state_matrix, limited>;
  using free = descent<gradient_descent, unconstrained, limited>;
  const auto held =
      run<T>(made<study_of<S, bounded>>(
                 {.training = {.rate = 0.02, .constraint = {.bound = 0.4}, .stop = steps(100)}}),
             5);
  for (const T& size : held.eigenvalues())
    CHECK(size <= T(0.4) * (1 + 4 * std::numeric_limits<T>::epsilon()));
  CHECK(held.eigenvalues()[0] > T(0.39));  // the bound was met
  const auto loose =
      run<T>(made<study_of<S, bounded>>(
                 {.training = {.rate = 0.02, .constraint = {.bound = 1e6}, .stop = steps(100)}}),
             5);
  const auto none = run<T>(made<study_of<S, free>>({.training = {.rate = 0.02, .stop = steps(100)}}), 5);
  CHECK(none.status == status::step_limit);
  CHECK(none.eigenvalues()[0] > T(0.4));  // and matters
  // To rounding: a plain descent of real modes has sums of its own.
  const auto inside = numbers_of(loose.student.system), without = numbers_of(none.student.system);
  REQUIRE(inside.size() == without.size());
  for (std::size_t i = 0; i < inside.size(); ++i)
    CHECK(std::abs(inside[i] - without[i]) <= T(1e3) * std::numeric_limits<T>::epsilon());
}

}  // namespace

TEST_CASE_TEMPLATE("a run ends in a system whose loss is the one told", S, real_diagonal<>, two_inputs,
                   dense_state<>, complex_pairs, complex_modes<2>, stepped) {
  trains<S>();
}

TEST_CASE_TEMPLATE("gradients are derivatives of the loss", S, real_diagonal<>, two_inputs, dense_state<>,
                   complex_pairs, complex_modes<2>, stepped) {
  gradient_is_derivative<S, squared_error>();
  gradient_is_derivative<S, quartic>();
}

TEST_CASE_TEMPLATE("lanes are single runs", S, real_diagonal<>, two_inputs, dense_state<>, complex_pairs,
                   complex_modes<2>, stepped) {
  lanes_are_single_runs<S>();
}

TEST_CASE_TEMPLATE("sweeps have the same bytes from single runs and from lanes", S, two_inputs, dense_state<>,
                   complex_pairs, complex_modes<2>, stepped) {
  sweeps_have_one_text<S>();
}

TEST_CASE_TEMPLATE("norms and rates go by role", S, real_diagonal<>, two_inputs, dense_state<>, complex_pairs,
                   complex_modes<2>, stepped) {
  roles_are_told_apart<S>();
}

TEST_CASE_TEMPLATE("a bound on eigenvalues acts on modes, and leaves alone what is within", S,
                   real_diagonal<>, two_inputs, complex_pairs, complex_modes<2>) {
  eigenvalues_stay_bounded<S, double>();
  eigenvalues_stay_bounded<S, float>();
}

TEST_CASE("a study that names no start has one that fits its structure") {
  using data = training_set<6, gaussian<everywhere>>;
  using of_diagonal = teacher_student<ssm<real_diagonal<>>, given<real_diagonal<1>>, data>;
  using of_pairs = teacher_student<ssm<complex_pairs>, given<real_diagonal<1>>, data>;
  static_assert(std::is_same_v<decltype(of_diagonal::start), theorem1_start>);
  static_assert(std::is_same_v<decltype(of_pairs::start), near_zero>);
  static_assert(std::is_same_v<default_start<deep<ssm<complex_pairs>, last_output>>, near_zero>);
  using of_samples = teacher_student<ssm<sampled>, given<real_diagonal<1>>, data>;
  std::string said;
  try {
    bind<double>(made<of_samples>(), 1);
  } catch (const bad_argument& e) {
    said = e.what();
  }
  CHECK(said == "gaussian_start: time must be given, the law of the structure's time steps, given none");
}
