// SPDX-License-Identifier: BSD-3-Clause
// M = U Σ Vᵀ becomes U p(Σ/‖Σ‖) Vᵀ, of any shape: p is Newton-Schulz on numbers.
#include <lssm/kernel/newton_schulz.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <lssm/core/pack.hpp>
#include <numeric>
#include <vector>

#include "../reference.hpp"

using namespace lssm;

namespace {

using table = std::vector<double>;

/// Orthonormal columns (n, r): reflections of the first axes.
table orthonormal(std::size_t n, std::size_t r, double phase) {
  table v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = std::sin(phase + 1.7 * double(i * i + 1));
  const double square = std::inner_product(v.begin(), v.end(), v.begin(), 0.0);
  table q(n * r);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < r; ++j) q[i * r + j] = (i == j ? 1 : 0) - 2 * v[i] * v[j] / square;
  return q;
}
table composed(std::size_t rows, std::size_t columns, const table& sigma) {
  const std::size_t r = sigma.size();
  const table u = orthonormal(rows, r, 0.3), v = orthonormal(columns, r, 1.1);
  table m(rows * columns, 0);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t k = 0; k < columns; ++k)
      for (std::size_t j = 0; j < r; ++j) m[i * columns + k] += u[i * r + j] * sigma[j] * v[k * r + j];
  return m;
}
/// What becomes of singular values.
table taken(table sigma, bool vector) {
  double norm = 0;
  for (const double s : sigma) norm = std::hypot(norm, s);
  for (double& s : sigma) {
    s /= norm > 0 ? norm : 1;
    for (int round = 0; round < 5 && !vector; ++round)
      s = 3.4445 * s - 4.7750 * std::pow(s, 3) + 2.0315 * std::pow(s, 5);
  }
  return sigma;
}

template <class T>
table orthogonalized(const table& m, std::size_t rows, std::size_t columns) {
  std::vector<T> x;
  for (const double v : m) x.push_back(T(lane_of<T>(v)));
  const std::size_t r = std::min(rows, columns);
  std::vector<T> work(x.size() + 2 * r * r, T(lane_of<T>(7)));
  kernel::orthogonalize(std::span<T>(x), rows, columns, std::span<T>(work));
  table out;
  for (const T& v : x) out.push_back(value_of(scalar_traits<T>::get(v, lanes_of<T> - 1)));
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("singular values go through the polynomial, singular vectors stay", T, float, double,
                   reference::wide, pack<float>, pack<double>) {
  const std::vector<std::array<std::size_t, 2>> shapes{{1, 1}, {1, 5}, {5, 1}, {2, 2},
                                                       {3, 2}, {2, 7}, {6, 6}};
  for (const auto& shape : shapes)
    for (const double scale : {1.0, 1e-30, 1e30})
      for (const double smallest : {0.8, 1e-3, 0.0}) {  // generic, nearly degenerate, of lower rank
        const std::size_t rows = shape[0], columns = shape[1];
        CAPTURE(rows);
        CAPTURE(columns);
        CAPTURE(scale);
        CAPTURE(smallest);
        table sigma;
        for (std::size_t j = 0; j < std::min(rows, columns); ++j)
          sigma.push_back(scale * (j == 0 ? 2.0 : smallest / double(j)));
        const table out = orthogonalized<T>(composed(rows, columns, sigma), rows, columns);
        const table expected = composed(rows, columns, taken(sigma, sigma.size() == 1));
        for (std::size_t i = 0; i < out.size(); ++i)
          // Five rounds multiply what is small by up to 3.4445⁵ = 485.
          CHECK(std::abs(out[i] - expected[i]) < 4000 * std::max(epsilon_of<T>, epsilon_of<double>));
      }
}

TEST_CASE("zero stays zero") {
  for (const double x : orthogonalized<double>(table(6, 0.0), 2, 3)) CHECK(x == 0);
}
