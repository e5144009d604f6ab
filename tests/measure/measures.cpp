// SPDX-License-Identifier: BSD-3-Clause
// Measures of systems: spectrum, effective rank, generalization error, and the coefficients of Proposition 1.
#include <lssm/core/pack.hpp>
#include <lssm/measure.hpp>

#include "../objective/problems.hpp"

using namespace lssm;

namespace {

template <class T>
T rank_of(const std::vector<T>& m) {
  return effective_rank<T>(view<T>(m));
}
/// Two lists as T and their distance.
template <class T>
T error_of(const std::vector<T>& h, const std::vector<T>& h_star) {
  return generalization_error<T>(view<T>(h), view<T>(h_star));
}
const double not_a_number = std::numeric_limits<double>::quiet_NaN(),
             infinite = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE_TEMPLATE("effective rank: 1 for one, d for d equal, between otherwise", T, float, double,
                   long double, reference::wide) {
  CHECK(rank_of<T>({T(3)}) == T(1));
  CHECK(rank_of<T>({T(0), T(0.5), T(0)}) == T(1));
  CHECK(rank_of<T>({T(0), T(0)}) == T(0));
  CHECK(rank_of<T>({}) == T(0));
  for (const std::size_t d : {2u, 5u, 20u})
    CHECK(reference::epsilons(rank_of<T>(std::vector<T>(d, T(0.3))), reference::wide(static_cast<double>(d)),
                              static_cast<double>(d)) < 20);
  reference::numbers draw(61);
  for (int trial = 0; trial < 20; ++trial) {
    auto m = draw.draws<T>(7);
    for (T& x : m) x = abs_of(x);
    const T rank = rank_of<T>(m);
    CHECK(rank > T(1));
    CHECK(rank < T(7));
    auto shuffled = m, scaled = m;
    std::reverse(shuffled.begin(), shuffled.end());
    for (T& x : scaled) x = x * T(1024);
    CHECK(reference::epsilons(rank_of<T>(shuffled), reference::widen(rank, 0), 7) < 10);
    CHECK(rank_of<T>(scaled) == rank);
    auto padded = m;
    padded.push_back(T(0));
    CHECK(rank_of<T>(padded) == rank);
  }
  // exp of the entropy of (1/2, 1/4, 1/4): 2^(3/2)
  const T r = rank_of<T>({T(2), T(1), T(1)});
  CHECK(reference::epsilons(T(r * r), reference::wide(8), 8) < 10);
}

TEST_CASE("effective rank of what is not a number is not a number") {
  CHECK(std::isnan(rank_of<double>({1, not_a_number, 2})));
  CHECK(std::isnan(rank_of<double>({infinite, 1})));
}

TEST_CASE_TEMPLATE("eigenvalue magnitudes descend", T, float, double, reference::wide) {
  const std::vector<T> a = {T(-0.5), T(2), T(0), T(-3), T(2)};
  CHECK(eigenvalue_magnitudes<T>(view<T>(a)) == std::vector<T>{T(3), T(2), T(2), T(0.5), T(0)});
  CHECK(eigenvalue_magnitudes<T>(std::span<const T>{}).empty());
}

TEST_CASE_TEMPLATE("generalization error: the largest difference over the largest response", T, float, double,
                   reference::wide, dual<double>) {
  CHECK(error_of<T>({T(1), T(2), T(3)}, {T(1), T(2), T(3)}) == T(0));
  CHECK(error_of<T>({T(1), T(0), T(3)}, {T(1), T(2), T(-4)}) == T(7) / T(4));
  CHECK(error_of<T>({T(0)}, {T(-8)}) == T(1));
}

TEST_CASE("generalization error never hides what is not finite") {
  for (std::size_t place = 0; place < 3; ++place) {
    std::vector<double> h = {1, 2, 3}, broken = h;
    broken[place] = not_a_number;
    CHECK(std::isnan(error_of<double>(broken, h)));
    CHECK(std::isnan(error_of<double>(h, broken)));
    broken[place] = -infinite;
    CHECK(error_of<double>(broken, h) == infinite);
  }
  CHECK(std::isinf(error_of<double>({1, 1}, {0, 0})));
  CHECK_THROWS_AS(error_of<double>({}, {}), bad_argument);
  CHECK_THROWS_WITH_AS(error_of<double>({1, 2}, {1}),
                       "generalization_error: h must be as long as h_star and not empty, given 2",
                       bad_argument);
}

TEST_CASE("generalization error in lanes") {
  using T = pack<double>;
  reference::numbers draw(62);
  auto h = draw.draws<T>(9);
  const auto h_star = draw.draws<T>(9);
  scalar_traits<T>::set(h[4], 0, not_a_number);
  const T error = error_of<T>(h, h_star);
  CHECK(std::isnan(scalar_traits<T>::get(error, 0)));
  for (std::size_t lane = 1; lane < lanes_of<T>; ++lane) {
    std::vector<double> mine, other;
    for (const T& x : h) mine.push_back(scalar_traits<T>::get(x, lane));
    for (const T& x : h_star) other.push_back(scalar_traits<T>::get(x, lane));
    CHECK(scalar_traits<T>::get(error, lane) == error_of<double>(mine, other));
  }
}

TEST_CASE("generalization error of two systems, over any horizon") {
  const bound_system<double, real_diagonal<1>> student{{{0.5}, {1}, {1}}};
  const bound_system<double, real_diagonal<2>> teacher{{{1, 0}, {1, 2}, {1, 2}}};  // h* = (5, 1, 1, ...)
  CHECK(generalization_error<double>(student, teacher, 1) == 4.0 / 5);
  const bound_system<double, real_diagonal<1>> slow{{{1.25}, {2}, {2}}};  // h = 4 · 1.25^k
  CHECK(generalization_error<double>(slow, teacher, 2) == 4.0 / 5);
  CHECK(generalization_error<double>(slow, teacher, 4) == (4 * 1.953125 - 1) / 5);
  CHECK_THROWS_WITH_AS(generalization_error<double>(slow, teacher, 0),
                       "generalization_error: horizon must be at least 1, given 0", bad_argument);
  const bound_system<double, real_diagonal<1, 2, 1>> channels{{{0.5}, {1, -1}, {1}}};
  CHECK(generalization_error<double>(channels, channels, 5, 2) == 0);
}

TEST_CASE_TEMPLATE("Proposition 1: da_j/dt = c_j b_j Σ γ^(l) a_j^l, whatever the loss", T, float, double,
                   reference::wide) {
  reference::numbers draw(63);
  using model = ssm<real_diagonal<4>, learn<state_matrix>>;
  const auto data = problems::random_data<T>(draw, 5, 7, 1, problems::labels::exact);
  const auto start = systems::random_system<T>(real_diagonal<4>{}, draw, reference::regime::generic);
  const auto check = [&](const auto& f) {
    tests::standing objective(f);
    const auto theta = objective.theta();
    auto gradient = theta;
    objective.value_and_gradient(view<T>(theta), std::span<T>(gradient));
    const auto gamma = gamma_coefficients<T>(objective.cotangent());
    CHECK(gamma.size() == 6);
    for (std::size_t j = 0; j < 4; ++j) {
      reference::wide rate = 0, power = 1;
      double size = 0;
      for (const T& g : gamma) {
        rate += reference::widen(g, 0) * power;
        size += reference::magnitude(reference::widen(g, 0) * power);
        power *= reference::widen(start.a[j], 0);
      }
      rate *= reference::widen(start.c[j], 0) * reference::widen(start.b[j], 0);
      CHECK(reference::epsilons(T(T(0) - gradient[j]), rate, size) < 20);
    }
  };
  check(gram_objective<T, model, 7>(model{}, start, data));
  check(raw_objective<T, model, 7, problems::quartic>(model{}, start, data));
}

TEST_CASE_TEMPLATE("Proposition 1: γ^(l) = (2(l+1)/N) Σ_n (y_n - ŷ_n) x_n[κ-2-l]", T, float, double,
                   reference::wide) {
  reference::numbers draw(64);
  using model = ssm<real_diagonal<4>>;
  const auto data = problems::random_data<T>(draw, 5, 7, 1, problems::labels::exact);
  const auto start = systems::random_system<T>(real_diagonal<4>{}, draw, reference::regime::generic);
  tests::standing objective(gram_objective<T, model, 7>(model{}, start, data));
  objective.evaluate();
  const auto gamma = gamma_coefficients<T>(objective.cotangent());
  const auto h = systems::impulse_response(systems::widen<real_diagonal<4>>(start, 0), 7);
  for (std::size_t l = 0; l < 6; ++l) {
    reference::wide expected = 0;
    for (std::size_t n = 0; n < 5; ++n) {
      reference::wide e = reference::widen(data.y[n], 0);
      for (std::size_t k = 0; k < 7; ++k) e -= h[k] * reference::widen(data.x[n * 7 + 6 - k], 0);
      expected += 2 * static_cast<double>(l + 1) * e / 5 * reference::widen(data.x[n * 7 + 5 - l], 0);
    }
    CHECK(reference::epsilons(gamma[l], expected, 100) < 10);
  }
}

TEST_CASE("positions that no sequence excites have no coefficient") {
  // One impulse at the first entry: only h_{κ-1} is seen, so only γ^(κ-2) is not zero.
  labelled<double> data;
  data.kappa = 6;
  data.x = {1, 0, 0, 0, 0, 0};
  data.y = {1};
  data.h_star = {3, 1, 1, 1, 1, 1};
  const real_diagonal<2>::parameters<double> start{{0.5, 0.25}, {1, 1}, {1, 1}};
  tests::standing objective(
      gram_objective<double, ssm<real_diagonal<2>>, 6>(ssm<real_diagonal<2>>{}, start, data));
  objective.evaluate();
  const auto gamma = gamma_coefficients<double>(objective.cotangent());
  for (std::size_t l = 0; l + 1 < gamma.size(); ++l) CHECK(gamma[l] == 0);
  CHECK(gamma.back() > 0);
  CHECK(gamma_coefficients<double>(std::span<const double>{}).empty());
}
