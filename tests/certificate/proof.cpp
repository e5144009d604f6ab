// SPDX-License-Identifier: BSD-3-Clause
// The proof against quad precision, with coefficients that no program proposed.
#include <doctest/doctest.h>

#include <lssm/certificate.hpp>
#include <lssm/core/quad.hpp>
#include <random>

using namespace lssm;

namespace {

struct coefficients {
  detail::lagged_data data;
  teacher_prior prior{.mass = 1};
  detail::functional of;
  std::vector<double> lambda;
};

/// Sequences that are half zero, coefficients of any size.
coefficients drawn(std::mt19937_64& generator) {
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(generator);
  };
  std::normal_distribution<double> normal;
  constexpr double intervals[][2] = {{-1, 1}, {0, 1}, {-0.9, 0.9}, {0.5, 1}, {-1.05, 1.05}};
  coefficients c;
  c.data.lags = 2 + below(19);
  c.data.sequences = 1 + below(25);
  for (std::size_t i = 0; i < c.data.lags * c.data.sequences; ++i)
    c.data.x.push_back(below(2) == 0 ? normal(generator) : 0.0);
  c.data.y.assign(c.data.sequences, 0.0);
  c.data.rounding = c.data.y;
  const auto& interval = intervals[below(5)];
  c.prior.low = interval[0];
  c.prior.high = interval[1];
  c.prior.positive = below(3) == 0;
  c.of = {below(40), below(2) == 0 ? 1.0 : -1.0, 0};
  const double size = std::pow(10.0, std::uniform_real_distribution<double>(-3, 5)(generator));
  for (std::size_t q = 0; q < c.data.lags; ++q) c.lambda.push_back(size * normal(generator));
  return c;
}

quad cosine(quad x) {  // of [0, π], by halving the angle eight times
  x /= 256;
  quad term = 1, sum = 0;
  for (int i = 1; i <= 12; ++i) term *= -x * x / (2 * i * (2 * i - 1)), sum += term;  // cos x - 1
  for (int i = 0; i < 8; ++i) sum = 2 * sum * (sum + 2);
  return sum + 1;
}

/// The cosines of many equal angles from 0 to π, in quad.
const std::vector<quad>& cosines() {
  static const std::vector<quad> all = [] {
    const quad pi = quad(3.14159265358979311600) + quad(1.22464679914735320717e-16);
    constexpr int points = 4000;
    std::vector<quad> c;
    for (int j = 0; j <= points; ++j) c.push_back(cosine(pi * j / points));
    return c;
  }();
  return all;
}

/// sup |±a^k - p|, or of ±a^k - p and 0, over many points in quad.
quad supremum(const coefficients& c, const detail::seen_rows& rows) {
  std::vector<quad> p(rows.lags, quad(0));
  for (std::size_t q = 0; q < rows.rank; ++q)
    for (std::size_t s = 0; s < rows.sequences; ++s)
      for (std::size_t l = 0; l < rows.lags; ++l)
        p[l] += quad(c.lambda[q]) * quad(rows.w[q * rows.sequences + s]) * quad(c.data.x[s * rows.lags + l]);
  quad sup = 0;
  for (const quad point : cosines()) {
    const quad low = c.prior.low, high = c.prior.high;
    quad a = (low + high) / 2 + (high - low) / 2 * point, value = 0, power = 1;
    a = a < low ? low : a > high ? high : a;
    for (std::size_t l = rows.lags; l-- > 0;) value = value * a + p[l];
    for (std::size_t i = 0; i < c.of.lag; ++i) power *= a;
    quad rest = quad(c.of.sign) * power - value;
    if (!c.prior.positive && rest < 0) rest = -rest;
    if (rest > sup) sup = rest;
  }
  return sup;
}

}  // namespace

TEST_CASE("the bound of any coefficients is at least the supremum, and hardly more") {
  std::mt19937_64 generator(5);
  std::vector<double> ratios;
  for (int run = 0; run < 400; ++run) {
    CAPTURE(run);
    coefficients c = drawn(generator);
    const double grown = std::pow(std::max(1.0, c.prior.reach()), static_cast<double>(c.data.lags - 1));
    const detail::seen_rows rows = detail::see(c.data, grown);
    c.lambda.resize(rows.rank);
    detail::dual_proof proof(rows, c.prior, 40);
    const double bound = proof.prove(c.of, c.lambda).at(1);
    const quad sup = supremum(c, rows);
    CHECK(quad(bound) >= sup);
    if (sup > 0) ratios.push_back(static_cast<double>(quad(bound) / sup));
  }
  std::sort(ratios.begin(), ratios.end());
  REQUIRE(ratios.size() > 350);
  MESSAGE("bound over supremum: least " << ratios.front() - 1 << " above 1, median "
                                        << ratios[ratios.size() / 2] << ", most " << ratios.back());
  CHECK(ratios[ratios.size() / 2] <= 1.001);
}

TEST_CASE("rows are what the weights make of the sequences, orthogonal, and of the right rank") {
  std::mt19937_64 generator(6);
  std::normal_distribution<double> normal;
  for (std::size_t rank = 0; rank <= 4; ++rank) {
    detail::lagged_data d{
        9, 5, 1, std::vector<double>(45, 0.0), std::vector<double>(9, 0.0), std::vector<double>(9, 0.0)};
    for (std::size_t r = 0; r < rank; ++r) {
      std::vector<double> row(5);
      for (double& x : row) x = normal(generator);
      for (std::size_t s = 0; s < 9; ++s) {
        const double weight = normal(generator);
        for (std::size_t l = 0; l < 5; ++l) d.x[s * 5 + l] += weight * row[l];
      }
    }
    const detail::seen_rows rows = detail::see(d, 1);
    CHECK(rows.rank == rank);
    for (std::size_t q = 0; q < rank; ++q)
      for (std::size_t r = 0; r < q; ++r) {
        double product = 0;
        for (std::size_t l = 0; l < 5; ++l) product += rows.row(q)[l] * rows.row(r)[l];
        CHECK(std::abs(product) < 1e-12);
      }
  }
}
