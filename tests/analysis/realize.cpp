// SPDX-License-Identifier: BSD-3-Clause
// Systems from data without training, and starts from smaller systems.
#include <doctest/doctest.h>
#include <lssm/analysis/diagonal_start.hpp>
#include <lssm/analysis/realize.hpp>
#include <lssm/lssm.hpp>

#include <random>

using namespace lssm;

namespace {

/// h_k of modes by powers.
double entry(const std::vector<double>& a, const std::vector<double>& w, std::size_t k) {
  double h = 0;
  for (std::size_t j = 0; j < a.size(); ++j) h += w[j] * std::pow(a[j], static_cast<double>(k));
  return h;
}

/// Sequences whose inputs at the first `silent` steps are zero, labelled by modes.
template <class T>
labelled<T> draw(const std::vector<double>& a, const std::vector<double>& w, std::size_t count,
                 std::size_t kappa, std::size_t silent = 0, bool every = false) {
  std::mt19937 bits(7);
  labelled<T> data;
  data.kappa = static_cast<integer>(kappa);
  data.steps = data.answers = every ? data.kappa : 1;
  for (std::size_t n = 0; n < count; ++n) {
    std::vector<double> x(kappa);
    for (std::size_t t = silent; t < kappa; ++t)
      x[t] = static_cast<double>(static_cast<int>(bits() % 2001) - 1000) / 512;
    for (std::size_t t = every ? 0 : kappa - 1; t < kappa; ++t) {
      long double y = 0;
      for (std::size_t k = 0; k <= t; ++k) y += static_cast<long double>(entry(a, w, k)) * x[t - k];
      data.y.push_back(static_cast<T>(y));
    }
    data.x.insert(data.x.end(), x.begin(), x.end());
  }
  return data;
}

double apart(const dense_system& x, const std::vector<double>& a, const std::vector<double>& w,
             integer kappa) {
  const auto h = impulse_response(x, kappa);
  double most = 0;
  for (std::size_t k = 0; k < h.size(); ++k) most = std::max(most, std::abs(h.data()[k] - entry(a, w, k)));
  return most;
}

const std::vector<double> poles{0.9, -0.6, 0.3}, weights{1, -0.5, 0.75};

}  // namespace

TEST_CASE_TEMPLATE("enough sequences give the system behind them, order and all", T, float, double,
                   long double) {
  for (const bool every : {false, true}) {
    const auto data = draw<T>(poles, weights, every ? 3 : 25, 12, 0, every);
    const data_realization found = realize(data);
    CHECK(found.status == identifiability::determined);
    CHECK(found.rank == 12);
    CHECK(found.seen_lags().size() == 12);
    for (const double share : found.told) CHECK(share == doctest::Approx(1).epsilon(1e-12));
    CHECK(found.residual < 100 * epsilon_of<T>);
    REQUIRE(found.realized.system.states == 3);
    CHECK(apart(found.realized.system, poles, weights, 40) < std::max(1e-12, 2e4 * epsilon_of<T>));
  }
}

TEST_CASE("data of fewer lags than twice the order leave the system open") {
  // Inputs at the last four steps only: lags 0 to 3.
  const auto data = draw<double>(poles, weights, 25, 12, 8);
  const data_realization found = realize(data, 3);
  CHECK(found.status == identifiability::underdetermined);
  CHECK(found.rank == 4);
  CHECK(found.seen_lags() == std::vector<std::size_t>{0, 1, 2, 3});
  for (std::size_t k = 0; k < 12; ++k) {
    CHECK(found.told[k] == doctest::Approx(k < 4 ? 1 : 0).epsilon(1e-12));
    CHECK(std::abs(found.response(k, 0, 0) - (k < 4 ? entry(poles, weights, k) : 0)) < 1e-12);
  }
  CHECK(realize(data, 2).status == identifiability::determined);

  // Fewer sequences than lags: the shortest response that explains them, by the normal equations of the second kind.
  const auto few = draw<double>(poles, weights, 2, 12);
  const data_realization open = realize(few, 2);
  CHECK(open.status == identifiability::underdetermined);
  CHECK(open.rank == 2);
  CHECK(open.seen_lags().size() == 12);
  long double g[3] = {0, 0, 0};
  for (std::size_t t = 0; t < 12; ++t) {
    const long double x = few.x[t], y = few.x[12 + t];
    g[0] += x * x, g[1] += x * y, g[2] += y * y;
  }
  const long double det = g[0] * g[2] - g[1] * g[1];
  const long double u = (g[2] * few.y[0] - g[1] * few.y[1]) / det,
                    v = (g[0] * few.y[1] - g[1] * few.y[0]) / det;
  for (std::size_t k = 0; k < 12; ++k)
    CHECK(std::abs(open.response(k, 0, 0) - static_cast<double>(u * few.x[11 - k] + v * few.x[23 - k])) <
          1e-13);
}

TEST_CASE("two inputs and two outputs, noise, and what is refused") {
  // h_k = c_i a^k b_q of one mode: four channels, rank 1.
  labelled<double> data;
  data.kappa = 4, data.channels = 2, data.answers = 2;
  std::mt19937 bits(3);
  const double b[2] = {1, -2}, c[2] = {0.5, 3};
  for (int n = 0; n < 12; ++n) {
    double x[8], y[2] = {0, 0};
    for (double& v : x) v = static_cast<int>(bits() % 64) - 32;
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t k = 0; k < 4; ++k)
        for (std::size_t q = 0; q < 2; ++q)
          y[i] += c[i] * std::pow(-0.5, static_cast<double>(k)) * b[q] * x[(3 - k) * 2 + q];
    data.x.insert(data.x.end(), x, x + 8);
    data.y.insert(data.y.end(), y, y + 2);
  }
  const auto found = realize(data);
  CHECK(found.status == identifiability::determined);
  REQUIRE(found.realized.system.states == 1);
  CHECK(found.realized.system.a[0] == doctest::Approx(-0.5).epsilon(1e-12));
  CHECK(found.response(2, 1, 1) == doctest::Approx(3 * 0.25 * -2).epsilon(1e-12));

  auto noisy = draw<double>(poles, weights, 400, 8);
  for (double& y : noisy.y) y += (static_cast<int>(bits() % 201) - 100) * 1e-5;
  const auto near = realize(noisy, 3);
  CHECK(near.residual > 1e-5);
  CHECK(near.residual < 1e-2);
  CHECK(apart(near.realized.system, poles, weights, 8) < 1e-3);

  CHECK_THROWS_AS(realize(noisy, 0), bad_argument);
  CHECK_THROWS_AS(realize(draw<double>({0.5}, {0}, 4, 6)), bad_argument);      // all labels are zero
  CHECK_THROWS_AS(realize(draw<double>({0.5}, {1}, 20, 6), 3), bad_argument);  // one state
  CHECK_THROWS_AS(realize(labelled<double>{}), bad_argument);
  noisy.x[5] = std::nan("");
  CHECK_THROWS_AS(realize(noisy), bad_argument);
  noisy.x.pop_back();
  CHECK_THROWS_AS(realize(noisy), bad_argument);
}

TEST_CASE("a student starts from a truncation") {
  const modal_form<double> x{{0.9, -0.6, 0.3}, {1, 1, 1}, {1, -0.5, 0.75}};
  const given_start start = diagonal_start(balanced_truncation(dense_of(x), 2).system);
  const auto h = impulse_response(balanced_truncation(dense_of(x), 2).system, 30);
  REQUIRE(start.a.size() == 2);
  std::vector<double> w;
  for (std::size_t j = 0; j < 2; ++j) {
    CHECK(std::abs(start.b[j]) == doctest::Approx(std::abs(start.c[j])).epsilon(1e-12));
    w.push_back(start.b[j] * start.c[j]);
  }
  for (std::size_t k = 0; k < 30; ++k) CHECK(std::abs(h.data()[k] - entry(start.a, w, k)) < 1e-13);

  using study =
      teacher_student<ssm<real_diagonal<2>>, given<real_diagonal<3>>, training_set<12, gaussian<everywhere>>,
                      squared_error, gradient_flow<>, given_start>;
  const auto bound = bind<double>(study{.teacher = {.values = {{0.9, -0.6, 0.3}, {1, 1, 1}, {1, -0.5, 0.75}}},
                                        .data = {.sequences = {.count = 20}},
                                        .start = start},
                                  1);
  const auto student = modal_form_of(bound.student());
  CHECK(student.a == start.a);
  CHECK(student.b == start.b);
}

TEST_CASE("modes of a full matrix: several channels, complex poles, Jordan blocks") {
  const std::complex<double> a[2] = {{0.6, 0.5}, {-0.2, 0.1}}, b[4] = {1., {0, 1}, 2., {1, 1}},
                             c[2] = {{1, 2}, -1.};
  modal_form<std::complex<double>> half{{a, a + 2}, {b, b + 4}, {c, c + 2}, 2, 1};
  const dense_system x = dense_of(half);
  const auto modes = modal_form_of(x);
  const auto h = impulse_response(x, 12);
  for (std::size_t k = 0; k < 12; ++k)
    for (std::size_t q = 0; q < 2; ++q) {
      std::complex<double> sum = 0;
      for (std::size_t j = 0; j < 4; ++j) sum += modes.c[j] * std::pow(modes.a[j], k) * modes.b[j * 2 + q];
      CHECK(std::abs(sum - h(k, 0, q)) < 1e-13);
    }
  CHECK_THROWS_AS(diagonal_start(x), bad_argument);
  CHECK_THROWS_AS(modal_form_of(dense_system{{0.5, 1, 0, 0.5}, {0, 1}, {1, 0}, 2, 1, 1}), bad_argument);
  CHECK_THROWS_AS(modal_form_of(dense_system{{0, 1, 0, 0}, {0, 1}, {1, 0}, 2, 1, 1}), bad_argument);
}
