// SPDX-License-Identifier: BSD-3-Clause
// The gap chart's linear systems against the equations that they solve, and its polynomials against division by hand.
#include <lssm/train/gap_field.hpp>
#include <numeric>

#include "../reference.hpp"

using namespace lssm;

namespace {

/// The largest residual of the three lines of equations at the head of train/arrow_system.hpp, or what x · A⁻ᵀ y differs
/// from A⁻¹ x · y if that is more.
double residual(integer d, integer rank, std::uint64_t seed) {
  reference::numbers draw(seed);
  using state = std::vector<double>;
  const std::size_t n = static_cast<std::size_t>(d), r = static_cast<std::size_t>(rank);
  const std::size_t padded = static_cast<std::size_t>(kernel::padded<double>(d + 1));
  const double sigma = 3;
  const state zero(padded, 0);
  arrow_system<double, state> system(d, zero, std::max<integer>(rank, 1));
  // D_j, D_L and w_j of all modes; the leader is the last of them here.
  state diagonal(n + 1), lead_first;
  for (double& x : diagonal) x = draw.draw();
  std::vector<state> w(r, state(n + 1));
  for (auto& row : w)
    for (double& x : row) x = draw.draw();
  const double lead = diagonal[n - 1];
  for (std::size_t j = 0; j < n; ++j) {
    system.shifted()[j] = sigma + diagonal[j];
    system.arrow()[j] = diagonal[j] - lead;
  }
  for (std::size_t j = n; j < padded; ++j) system.shifted()[j] = 1;
  for (std::size_t q = 0; q < r; ++q) {
    arrow_row<state>& row = system.rows()[q];
    row.w_lead = w[q][n - 1];
    for (std::size_t j = 0; j < n; ++j) {
      row.w[j] = w[q][j];
      row.gap[j] = w[q][j] - row.w_lead;
    }
  }
  REQUIRE(system.factor(sigma, sigma + lead, rank));
  state x(padded, 0);
  for (std::size_t j = 0; j <= n; ++j) x[j] = draw.draw();
  const state right = x;
  system.solve(std::span<double>(x));

  const double x_lead = x[n];
  state s(r, 0);
  for (std::size_t q = 0; q < r; ++q)
    for (std::size_t j = 0; j < n; ++j) s[q] += w[q][j] * (x_lead + x[j]);
  double of_lead = (sigma + lead) * x_lead - right[n];
  for (std::size_t q = 0; q < r; ++q) of_lead += w[q][n - 1] * s[q];
  double worst = std::abs(of_lead);
  for (std::size_t j = 0; j < n; ++j) {
    double of_gap = (sigma + diagonal[j]) * x[j] + (diagonal[j] - lead) * x_lead - right[j];
    for (std::size_t q = 0; q < r; ++q) of_gap += (w[q][j] - w[q][n - 1]) * s[q];
    worst = std::max(worst, std::abs(of_gap));
  }
  state y(padded, 0);
  for (std::size_t j = 0; j <= n; ++j) y[j] = draw.draw();
  const double forward = std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
  system.solve_transposed(std::span<double>(y));
  const double back = std::inner_product(right.begin(), right.end(), y.begin(), 0.0);
  return std::max(worst, std::abs(forward - back));
}

}  // namespace

TEST_CASE("arrow_system solves an arrow plus low rank") {
  for (const integer d : {1, 2, 5, 10, 17})
    for (const integer rank : {0, 1, 3}) {
      CAPTURE(d);
      CAPTURE(rank);
      CHECK(residual(d, rank, static_cast<std::uint64_t>(100 * d + rank)) < 1e-12);
    }
}

TEST_CASE("divided_polynomial: p = p(x) + (· - x) q, and the derivative of a polynomial") {
  const std::vector<double> g{5, 1, -2, 0.5, 3};  // p = g' = 1 - 4 a + 1.5 a² + 12 a³
  divided_polynomial<double, dynamic> p;
  p.resize(4);
  p.take_derivative(std::span<const double>(g));
  const std::vector<double> coefficients(p.coefficients().begin(), p.coefficients().end());
  CHECK(coefficients == std::vector<double>{1, -4, 1.5, 12});
  const double x = 0.7, at_x = p.divide(x);
  CHECK(at_x == doctest::Approx(1 - 4 * x + 1.5 * x * x + 12 * x * x * x).epsilon(1e-14));
  for (const double a : {-1.0, 0.25, 2.0}) {
    double q = 0, value = 0;
    for (std::size_t k = 3; k-- > 0;) q = q * a + p.quotient()[k];
    for (std::size_t k = 4; k-- > 0;) value = value * a + coefficients[k];
    CHECK(value == doctest::Approx(at_x + (a - x) * q).epsilon(1e-13));
  }
}
