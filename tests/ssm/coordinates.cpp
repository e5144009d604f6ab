// SPDX-License-Identifier: BSD-3-Clause
// Coordinates that mix parameters: their pullbacks are derivatives, they reach what they claim, and nothing else.
#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <lssm/lssm.hpp>
#include <numeric>

#include "../reference.hpp"

using namespace lssm;

namespace {

template <class Map, class Structure>
struct mapped {
  using system = typename ssm<Structure, Map>::learned;
  Structure structure;
  reference::numbers draw;
  std::vector<double> theta;

  mapped(const Structure& s, unsigned seed) : structure(s), draw(seed) {
    theta = draw.template draws<double>(
        static_cast<std::size_t>(system::count(structure.template make<double>())));
  }
  template <class T>
  auto at(const std::vector<T>& t) const {
    auto s = structure.template make<T>();
    system::to_system(view<T>(t), s);
    return s;
  }
};

/// dθ of Σ g x for random weights g of the numbers x of the system, against dual numbers through the way there.
template <class Map, class Structure>
void pullback_is_derivative(const Structure& structure) {
  using number = dual<double>;
  for (const unsigned seed : {1u, 2u, 3u}) {
    mapped<Map, Structure> m(structure, seed);
    auto weights = structure.template make<double>();
    each_number([&](double& x) { x = m.draw.template draw<double>(); }, weights);
    std::vector<double> slope(m.theta.size());
    mapped<Map, Structure>::system::pullback(view<double>(m.theta), std::as_const(weights),
                                             std::span<double>(slope));
    std::vector<number> moving(m.theta.begin(), m.theta.end());
    double largest = 0, worst = 0;
    for (std::size_t i = 0; i < moving.size(); ++i) {
      moving[i].e = 1;
      auto s = m.at(moving);
      moving[i].e = 0;
      double along = 0;
      each_number([&](const number& x, const double& g) { along += g * x.e; }, s, weights);
      largest = std::max(largest, std::abs(along));
      worst = std::max(worst, std::abs(along - slope[i]));
    }
    CHECK(largest > 0.1);
    CHECK(worst < 1e-12 * largest);
  }
}

/// θ to a system, back, and to the system again.
template <class Map, class Structure>
void goes_there_and_back(const Structure& structure, double tolerance) {
  for (const unsigned seed : {4u, 5u}) {
    mapped<Map, Structure> m(structure, seed);
    const auto s = m.at(m.theta);
    std::vector<double> theta(m.theta.size());
    mapped<Map, Structure>::system::from_system(s, std::span<double>(theta));
    const auto again = m.at(theta);
    each_number([&](const double& x, const double& y) { CHECK(x == doctest::Approx(y).epsilon(tolerance)); },
                s, again);
  }
}

double radius(const std::vector<double>& a, std::size_t d) {
  return detail::matrix_eigenvalues(a, d)[0].magnitude();
}
using full = joined_maps<stable_matrix, learn<input_role, output_role>>;
std::vector<double> coordinates_of(std::size_t d, const std::vector<double>& a) {
  auto s = dense_state<>{static_cast<integer>(d)}.make<double>();
  s.a = a;
  std::vector<double> theta(static_cast<std::size_t>(stable_matrix::count(s)));
  stable_matrix::from_system(s, std::span<double>(theta));
  return theta;
}
/// To rounding: A = L K L⁻¹ with ‖K‖ < 1 is as exact as 2 ε cond(P) ‖A‖, where P = L Lᵀ and cond(P) <= ‖L‖² ‖L⁻¹‖², all in
/// Frobenius's norm. It is near ε for a normal A, and 1e-6 for a block with 1000 beside its diagonal.
void reached(std::size_t d, const std::vector<double>& a) {
  const auto theta = coordinates_of(d, a);
  auto s = dense_state<>{static_cast<integer>(d)}.make<double>();
  stable_matrix::to_system(view<double>(theta), s);
  detail::small_matrix<double> l{d};
  for (std::size_t i = 0, at = 0; i < d; ++i)
    for (std::size_t j = 0; j <= i; ++j, ++at) l(i, j) = i == j ? std::exp(theta[at]) : theta[at];
  const auto square = [](const std::vector<double>& x) {
    return std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
  };
  const double condition =
      square(l.entries) * square(detail::lower_solve(l, detail::small_matrix<double>::identity(d)).entries);
  const double tolerance = 2 * epsilon_of<double> * condition * std::sqrt(square(a));
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(std::abs(s.a[i] - a[i]) <= tolerance);
}

template <class Student, class Start>
using study = teacher_student<Student, given<real_diagonal<1>>, training_set<6, gaussian<everywhere>>,
                              squared_error, descent<adam>, Start>;

}  // namespace

TEST_CASE("coordinates: pullbacks are derivatives") {
  using held = discretized<complex_diagonal<3>, zero_order_hold>;
  pullback_is_derivative<joined_maps<polar_modes<>, learn<input_role, output_role>>>(complex_diagonal<>{3});
  pullback_is_derivative<joined_maps<learn<output_real>, polar_modes<exp_of_minus_exp>>>(
      complex_diagonal<2>{});
  pullback_is_derivative<joined_maps<scaled_rows, learn<through<state_real, minus_exponential>>>>(
      complex_diagonal<>{2});
  pullback_is_derivative<lru_coordinates>(complex_diagonal<>{4});
  pullback_is_derivative<lru_coordinates>(complex_diagonal<3, 2, 2>{});
  pullback_is_derivative<s4d_coordinates>(held{});
  pullback_is_derivative<s5_coordinates>(discretized<complex_diagonal<>, bilinear, step_per_mode>{{3}});
  pullback_is_derivative<full>(dense_state<1>{});
  pullback_is_derivative<full>(dense_state<>{2});
  pullback_is_derivative<full>(dense_state<7, 2, 1>{});
}

TEST_CASE("coordinates: there and back") {
  goes_there_and_back<joined_maps<polar_modes<>, learn<input_role>>>(complex_diagonal<>{5}, 1e-14);
  goes_there_and_back<s4d_coordinates>(
      channelwise<discretized<complex_diagonal<>, zero_order_hold>, 2>{{{3}}}, 1e-14);
  goes_there_and_back<full>(dense_state<>{1}, 1e-13);
  goes_there_and_back<full>(dense_state<5>{}, 1e-10);
}

TEST_CASE("coordinates: LRU's, from its own formulas in complex numbers") {
  const std::size_t d = 3;
  mapped<lru_coordinates, complex_diagonal<3>> m({}, 6);
  const auto s = m.at(m.theta);
  const auto& t = m.theta;  // nu, theta, gamma, Re B, Im B, Re C, Im C
  for (std::size_t j = 0; j < d; ++j) {
    const auto a = std::exp(std::complex<double>(-std::exp(t[j]), std::exp(t[d + j])));
    const auto b = std::exp(t[2 * d + j]) * std::complex<double>(t[3 * d + j], t[4 * d + j]);
    CHECK(std::abs(std::complex<double>(s.a_re[j], s.a_im[j]) - a) < 1e-15);
    CHECK(std::abs(std::complex<double>(s.b_re[j], s.b_im[j]) - b) < 1e-15);
    CHECK(s.c_re[j] == t[5 * d + j]);
    CHECK(s.c_im[j] == t[6 * d + j]);
    CHECK(std::abs(a) < 1);
  }
  // From a system: gamma is that of the eigenvalue, and B' what is left.
  const complex_diagonal<1>::parameters<double> one{{{0.6}}, {{0.64}}, {{2.0}}, {{-1.0}}, {{0.5}}, {{0.25}}};
  std::vector<double> theta(7);
  ssm<complex_diagonal<1>, lru_coordinates>::learned::from_system(one, std::span<double>(theta));
  const double r2 = 0.6 * 0.6 + 0.64 * 0.64;
  CHECK(theta[0] == doctest::Approx(std::log(-0.5 * std::log(r2))).epsilon(1e-14));
  CHECK(theta[1] == doctest::Approx(std::log(std::atan2(0.64, 0.6))).epsilon(1e-14));
  CHECK(theta[2] == doctest::Approx(0.5 * std::log(1 - r2)).epsilon(1e-13));
  CHECK(theta[3] * std::sqrt(1 - r2) == doctest::Approx(2).epsilon(1e-13));
}

TEST_CASE("coordinates: polar ones of a zero and on the negative axis") {
  complex_diagonal<2>::parameters<double> s{{{0, -0.5}}, {{0, 0}}, {}, {}, {}, {}};
  std::vector<double> theta(4, 7.0);
  polar_modes<>::from_system(s, std::span<double>(theta));
  CHECK(theta == std::vector<double>{0, 0.5, 0, std::acos(-1.0)});
}

TEST_CASE("coordinates: every matrix of the free ones is stable, and every stable matrix is reached") {
  for (const std::size_t d : {std::size_t{1}, std::size_t{2}, std::size_t{6}})
    for (const double size : {0.1, 1.0, 5.0}) {
      mapped<full, dense_state<>> m(dense_state<>{static_cast<integer>(d)}, 9);
      for (double& t : m.theta) t *= size;
      const auto s = m.at(m.theta);
      CHECK(radius({s.a.begin(), s.a.end()}, d) < 1);
    }
  reached(1, {0});
  reached(1, {-0.999});
  reached(2, {0, 1, 0, 0});               // nilpotent
  reached(2, {0.9, 1, 0, 0.9});           // a Jordan block
  reached(2, {0.5, 10, 0, 0.5});          // far from normal
  reached(2, {0.5, 1000, 0, 0.5});        // and further: the condition of P is 3e6
  reached(2, {0.6, -0.799, 0.799, 0.6});  // a rotation near the circle
  reached(3, {0, 1, 0, 0, 0, 1, 0.1, -0.2, 0.3});
}

TEST_CASE("coordinates: what they do not reach is refused before any work") {
  const auto outside = [](const std::vector<double>& a, std::size_t d) {
    for (const double t : coordinates_of(d, a))
      if (std::isfinite(t)) return false;
    return true;
  };
  CHECK(outside({1}, 1));
  CHECK(outside({0, -1, 1, 0}, 2));
  CHECK(outside({0.5, 0, 0, 2}, 2));
  const study<ssm<dense_state<2>, full>, given_start> dense{.teacher = {.values = {{0.7}, {0.8}, {1.2}}},
                                                            .start = {.a = {0.5, 0, 0, 1.5}}};
  CHECK_THROWS_AS(run<double>(dense, 1), bad_argument);
  const study<ssm<complex_diagonal<2>, lru_coordinates>, annulus_start> pairs{
      .teacher = {.values = {{0.7}, {0.8}, {1.2}}}, .start = {.inner = 1.5, .outer = 2}};
  CHECK_THROWS_AS(run<double>(pairs, 1), bad_argument);
  auto three = dense_state<>{2}.make<double>();
  three.a.pop_back();
  CHECK_THROWS_WITH_AS(stable_matrix::count(three),
                       "stable_matrix: entries of A must be a square number, given 3", bad_argument);
}

TEST_CASE("coordinates: students train in them, by descent and by the stiff flow") {
  const auto falls = [](const auto& study) {
    const auto end = run<double>(study, 3);
    CHECK(end.at_end.loss < 1e-6);
    for (const auto& x : end.spectrum()) CHECK(x.magnitude() < 1);
  };
  const gaussian_entries io{.deviation = 0.3};
  const auto made = [&]<class Student, class Start, class Training>(Student, Start start, Training training) {
    return teacher_student<Student, given<real_diagonal<2>>, training_set<6, gaussian<everywhere>>,
                           squared_error, Training, Start>{
        .teacher = {.values = {{0.7, -0.5}, {0.8, 0.5}, {1.2, 1}}},
        .data = {.sequences = {.count = 9}},
        .training = training,
        .start = start};
  };
  using flow = gradient_flow<rosenbrock, plain, first_of<target_loss, time_horizon, step_limit>>;
  const flow stiff{.rtol = 1e-4, .stop = {{{.value = 1e-7}, {.time = 1e6}, {.steps = 1e5}}}};
  const descent<adam, unconstrained, first_of<target_loss, step_limit>> rule{
      .rate = 0.01, .stop = {{{.value = 1e-7}, {.steps = 50000}}}};
  const annulus_start ring{.inner = 0.3, .outer = 0.8, .input = io, .output = io};
  falls(made(ssm<complex_diagonal<2>, lru_coordinates>(), ring, stiff));
  falls(made(ssm<complex_diagonal<2>, lru_coordinates>(), ring, rule));
  const gaussian_start spread{.state = {.deviation = 0.3}, .input = io, .output = io};
  falls(made(ssm<dense_state<2>, full>(), spread, stiff));
  falls(made(ssm<dense_state<2>, full>(), spread, rule));
}
