// SPDX-License-Identifier: BSD-3-Clause
// Leverages are the diagonal of the hat matrix: by the normal equations, by their sum, and where data are degenerate.
#include <lssm/defence/leverage.hpp>

#include <doctest/doctest.h>

#include <lssm/core/random.hpp>
#include <numeric>

using namespace lssm;

namespace {

static_assert(DataScore<leverage>);

template <class T>
labelled<T> drawn(integer sequences, integer kappa, unsigned seed) {
  labelled<T> data;
  data.kappa = kappa;
  numpy_legacy draws(seed);
  for (integer i = 0; i < sequences * kappa; ++i) data.x.push_back(T(draws.normal()));
  data.y.assign(static_cast<std::size_t>(sequences), T(1));
  return data;
}
double sum(const std::vector<double>& v) { return std::accumulate(v.begin(), v.end(), 0.0); }

/// xᵀ (XᵀX)⁻¹ x by Gauss and Jordan, of regular data.
template <class T>
double by_normal_equations(const labelled<T>& data, integer n) {
  const auto k = static_cast<std::size_t>(data.kappa);
  std::vector<std::vector<long double>> m(k, std::vector<long double>(k + 1, 0));
  for (integer s = 0; s < data.sequences(); ++s)
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j)
        m[i][j] += static_cast<long double>(data.input(s)[i]) * static_cast<long double>(data.input(s)[j]);
  for (std::size_t i = 0; i < k; ++i) m[i][k] = static_cast<long double>(data.input(n)[i]);
  for (std::size_t p = 0; p < k; ++p)
    for (std::size_t i = 0; i < k; ++i) {
      if (i == p) continue;
      const long double by = m[i][p] / m[p][p];
      for (std::size_t j = p; j <= k; ++j) m[i][j] -= by * m[p][j];
    }
  long double out = 0;
  for (std::size_t i = 0; i < k; ++i) out += static_cast<long double>(data.input(n)[i]) * m[i][k] / m[i][i];
  return static_cast<double>(out);
}

}  // namespace

TEST_CASE_TEMPLATE("leverages solve the normal equations, whatever the scale of an entry", T, float, double,
                   long double) {
  for (const auto& [sequences, kappa] :
       {std::pair<integer, integer>{1, 1}, {9, 1}, {6, 6}, {12, 5}, {40, 8}}) {
    auto data = drawn<T>(sequences, kappa, 3);
    const std::vector<double> of = sequence_scores(leverage{}, data);
    REQUIRE(of.size() == static_cast<std::size_t>(sequences));
    CHECK(sum(of) == doctest::Approx(static_cast<double>(kappa)).epsilon(1e-12));
    for (integer n = 0; n < sequences; ++n) {
      const double here = of[static_cast<std::size_t>(n)];
      CHECK(here == doctest::Approx(by_normal_equations(data, n)).epsilon(1e-10));
      CHECK(here == leverage{}.of_sequence(data, n));
    }
    CHECK(leverage{}.of_set(data) == *std::max_element(of.begin(), of.end()));
    for (std::size_t i = 0; i < data.x.size(); ++i)
      data.x[i] *= i % static_cast<std::size_t>(kappa) == 0 ? T(1024) : T(0.25);
    const std::vector<double> scaled = sequence_scores(leverage{}, data);
    for (std::size_t n = 0; n < of.size(); ++n) CHECK(scaled[n] == doctest::Approx(of[n]).epsilon(1e-9));
  }
}

TEST_CASE("a sequence alone in its direction has leverage 1, copies share theirs, nothing has none") {
  labelled<double> data;
  data.kappa = 3;
  data.x = {0, 0, 1, 2, 0, 0, 2, 0, 0, 2, 0, 0, 0, 0, 0};
  data.y = {1, 1, 1, 1, 1};
  const std::vector<double> expected{1, 1. / 3, 1. / 3, 1. / 3, 0};
  const auto of = sequence_scores(leverage{}, data);
  for (std::size_t n = 0; n < 5; ++n) CHECK(of[n] == doctest::Approx(expected[n]));
  data.x.assign(15, 0.0);
  CHECK(sequence_scores(leverage{}, data) == std::vector<double>(5, 0.0));
  CHECK(leverage{}.of_set(data) == 0);
}

TEST_CASE("leverages are the same at both ends of the range, and NaN where a number is not finite") {
  for (const double s : {5e-324, 1e-310, 1e-170, 1., 1e160, 1.7e308}) {
    labelled<double> data;
    data.kappa = 2;
    data.x = {s, 0, 0, s, s, 0};
    data.y = {1, 1, 1};
    const auto of = sequence_scores(leverage{}, data);
    for (std::size_t n = 0; n < 3; ++n) CHECK(of[n] == doctest::Approx(n == 1 ? 1 : 0.5));
  }
  const auto data = drawn<double>(9, 3, 5);
  auto without = data;
  without.keep({0, 2, 3, 4, 5, 6, 7, 8});
  auto rest = leverage{}.of_all(without);
  rest.insert(rest.begin() + 1, 0);
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL})
    for (std::size_t i = 3; i < 6; ++i) {
      auto bent = data;
      bent.x[i] = bad;
      const auto of = leverage{}.of_all(bent);
      for (std::size_t n = 0; n < 9; ++n)
        if (n == 1) {
          CHECK(std::isnan(of[n]));
        } else {
          CHECK(of[n] == doctest::Approx(rest[n]).epsilon(1e-12));
        }
      CHECK(std::isnan(leverage{}.of_set(bent)));
    }
}

TEST_CASE("nearly dependent directions count once below the tolerance, and twice above it") {
  auto data = drawn<double>(10, 2, 5);
  for (const auto& [apart, rank] : {std::pair{1e-15, 1.}, {1e-9, 2.}, {1e-3, 2.}}) {
    auto near = data;
    for (std::size_t n = 0; n < 10; ++n) near.x[2 * n + 1] = near.x[2 * n] + apart * data.x[2 * n + 1];
    CHECK(sum(sequence_scores(leverage{}, near)) == doctest::Approx(rank).epsilon(1e-6));
  }
  auto near = data;
  for (std::size_t n = 0; n < 10; ++n) near.x[2 * n + 1] = near.x[2 * n] + 1e-9 * data.x[2 * n + 1];
  CHECK(sum(sequence_scores(leverage{.tolerance = 1e-6}, near)) == doctest::Approx(1.));
}

TEST_CASE("what is no tolerance or no sequence is refused") {
  const auto data = drawn<double>(3, 2, 1);
  CHECK_THROWS_WITH_AS(leverage{.tolerance = 0}.of_set(data),
                       "leverage: tolerance must be finite and positive, given 0", bad_argument);
  CHECK_THROWS_AS(leverage{}.of_sequence(data, 3), bad_argument);
}
