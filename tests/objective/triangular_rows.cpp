// SPDX-License-Identifier: BSD-3-Clause
// Rows that stand for many sequences: the same products, to the digits of every sequence, however small it is.
#include <lssm/objective/triangular_rows.hpp>

#include <algorithm>
#include <limits>
#include <vector>

#include "../reference.hpp"

using namespace lssm;

namespace {

using reference::wide;

template <class T>
wide dot(const std::vector<T>& x, std::size_t row, std::size_t n, const std::vector<wide>& e) {
  wide sum = 0;
  for (std::size_t j = 0; j < n; ++j) sum += wide(x[row * n + j]) * e[j];
  return sum;
}

/// e orthogonal to the first rows of X, of length one.
template <class T>
std::vector<wide> across(reference::numbers& draw, const std::vector<T>& x, std::size_t rows, std::size_t n) {
  std::vector<std::vector<wide>> base;
  const auto take_away = [&](std::vector<wide>& v) {
    for (int twice = 0; twice < 2; ++twice)
      for (const auto& q : base) {
        wide along = 0;
        for (std::size_t j = 0; j < n; ++j) along += q[j] * v[j];
        for (std::size_t j = 0; j < n; ++j) v[j] -= along * q[j];
      }
    wide square = 0;
    for (const wide& v_j : v) square += v_j * v_j;
    for (wide& v_j : v) v_j /= sqrt_of(square);
  };
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<wide> v(n);
    for (std::size_t j = 0; j < n; ++j) v[j] = wide(x[i * n + j]);
    take_away(v);
    base.push_back(v);
  }
  auto e = draw.draws<wide>(n);
  take_away(e);
  return e;
}

struct norms {
  wide of_x = 0, of_f = 0;
};
/// |X e|² of the rows from `first` on, and |F e|² of all.
template <class T>
norms squares(const std::vector<T>& x, const std::vector<T>& f, std::size_t first, std::size_t rank,
              std::size_t n, const std::vector<wide>& e) {
  norms out;
  for (std::size_t i = first; i < x.size() / n; ++i) out.of_x += dot(x, i, n, e) * dot(x, i, n, e);
  for (std::size_t q = 0; q < rank; ++q) out.of_f += dot(f, q, n, e) * dot(f, q, n, e);
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("across large rows, small ones keep their digits", T, float, double, long double, wide) {
  reference::numbers draw(1);
  const std::size_t n = 6;
  for (const double ratio : {1.0, 1e-2, 1e-4, 1e-6})
    for (const std::size_t large : {1u, 2u, 4u})
      for (const std::size_t small : {1u, 2u, 9u}) {
        auto x = draw.draws<T>((large + small) * n);
        for (std::size_t i = large * n; i < x.size(); ++i) x[i] = x[i] * T(ratio);
        auto f = x;
        const auto pivots = detail::triangular_rows(std::span<T>(f), std::span<T>(), 6);
        CAPTURE(ratio);
        CAPTURE(large);
        CAPTURE(small);
        REQUIRE(pivots.size() == std::min(n, large + small));
        const auto e = across(draw, x, large, n);
        const norms s = squares(x, f, large, pivots.size(), n, e);
        // Rounding of a large row is seen across it by its square.
        const double allowed = 400 * epsilon_of<T> * (1 + epsilon_of<T> / (ratio * ratio));
        CHECK(reference::magnitude((s.of_f - s.of_x) / s.of_x) < allowed);
      }
}

TEST_CASE_TEMPLATE("the rank is that of the rows, each measured by its own digits", T, float, double, wide) {
  reference::numbers draw(2);
  for (const std::size_t n : {2u, 5u, 12u})
    for (std::size_t rank = 1; rank <= std::min<std::size_t>(n, 4); ++rank)
      for (const double ratio : {1.0, 1e-3, 1e-6}) {
        // Independent rows that become smaller and smaller, then copies, sums and multiples of them.
        auto x = draw.draws<T>(rank * n);
        for (std::size_t i = 0; i < rank; ++i)
          for (std::size_t j = 0; j < n; ++j)
            x[i * n + j] = x[i * n + j] * power(T(ratio), static_cast<long>(i));
        for (std::size_t i = 0; i < 3 * rank; ++i)
          for (std::size_t j = 0; j < n; ++j) {
            const T own = x[i % rank * n + j];
            // Sums of rows that differ in size hold roundings of the larger, which are no copies of the smaller.
            x.push_back(i < rank ? own : i < 2 * rank || ratio < 1 ? own * T(-0.125) : own + x[j]);
          }
        x.resize(x.size() + n, T(0));
        auto f = x;
        const auto pivots = detail::triangular_rows(std::span<T>(f), std::span<T>(), static_cast<integer>(n));
        CAPTURE(n);
        CAPTURE(rank);
        CAPTURE(ratio);
        CHECK(pivots.size() == rank);
        for (std::size_t i = pivots.size() * n; i < f.size(); ++i) CHECK(f[i] == T(0));
        for (std::size_t q = 0; q < pivots.size(); ++q)
          for (std::size_t j = 0; j < n; ++j)
            CHECK(abs_of(f[q * n + j]) <= abs_of(f[q * n + pivots[q]]) * T(1 + 8 * epsilon_of<T>));
      }
}

TEST_CASE_TEMPLATE("what a right-hand side has beyond the rows", T, float, double, wide) {
  reference::numbers draw(3);
  const std::size_t n = 3, rows = 8;
  const auto x = draw.draws<T>(rows * n), h = draw.draws<T>(n);
  auto y = draw.draws<T>(rows);
  auto f = x, right = y;
  const auto pivots = detail::triangular_rows(std::span<T>(f), std::span<T>(right), 3);
  REQUIRE(pivots.size() == n);
  wide before = 0, after = 0;  // |X h - y|² = |F h - t|² + |rest|²
  const auto at = reference::widen_all<wide>(h, 0);
  for (std::size_t i = 0; i < rows; ++i) {
    const wide e = dot(x, i, n, at) - wide(y[i]), left = dot(f, i, n, at) - wide(right[i]);
    before += e * e;
    after += left * left;
  }
  CHECK(reference::magnitude(after / before - 1) < 40 * epsilon_of<T>);
}

TEST_CASE_TEMPLATE("XᵀX and Xᵀy keep the digits of each column, however small it is", T, float, double,
                   wide) {
  reference::numbers draw(4);
  const std::size_t n = 5;
  for (const double small : {1e-2, 1e-5, 1e-8, 1e-20})
    for (const std::size_t parallel : {1u, 4u, 7u}) {
      // Rows with one and the same large entry, and rows of small ones; labels are alike in size.
      std::vector<T> x;
      for (std::size_t i = 0; i < parallel + 6; ++i)
        for (std::size_t j = 0; j < n; ++j)
          x.push_back(i < parallel ? (j == 0 ? draw.draw<T>() : T(0)) : draw.draw<T>() * T(small));
      const auto y = draw.draws<T>(parallel + 6);
      auto f = x, t = y;
      const auto pivots = detail::triangular_rows(std::span<T>(f), std::span<T>(t), 5);
      CAPTURE(small);
      CAPTURE(parallel);
      REQUIRE(pivots.size() == n);
      for (std::size_t j = 0; j < n; ++j)
        for (std::size_t k = 0; k <= n; ++k) {
          wide before = 0, after = 0, j_size = 0, k_size = 0;
          for (std::size_t i = 0; i < y.size(); ++i) {
            const wide left = wide(x[i * n + j]), right = wide(k < n ? x[i * n + k] : y[i]);
            before += left * right;
            after += wide(f[i * n + j]) * wide(k < n ? f[i * n + k] : t[i]);
            j_size += left * left;
            k_size += right * right;
          }
          const wide error = after - before, allowed = wide(100 * epsilon_of<T>);
          CHECK(error * error <= allowed * allowed * j_size * k_size);
        }
    }
}

TEST_CASE("no square overflows or vanishes") {
  const double smallest = std::numeric_limits<double>::denorm_min();
  for (const double size : {1000 * smallest, 1e-312, 1e-300, 1e-160, 1.0, 1e160, 1e300}) {
    std::vector<double> x = {3 * size, 0, 4 * size, 5 * size};
    const auto pivots = detail::triangular_rows(std::span<double>(x), std::span<double>(), 2);
    const double tolerance = std::max(1e-15, 8 * smallest / size);
    CAPTURE(size);
    REQUIRE(pivots.size() == 2);
    CHECK(pivots[0] == 0);
    CHECK(std::abs(x[0]) / size == doctest::Approx(5).epsilon(tolerance));
    CHECK(std::abs(x[1]) / size == doctest::Approx(4).epsilon(tolerance));
    CHECK(x[2] == 0);
    CHECK(std::abs(x[3]) / size == doctest::Approx(3).epsilon(tolerance));
  }
  std::vector<double> nothing = {0, 0, 0, 0};
  CHECK(detail::triangular_rows(std::span<double>(nothing), std::span<double>(), 2).empty());
}

TEST_CASE("derivatives go through") {
  using T = dual<double>;
  reference::numbers draw(4);
  const auto x = draw.draws<T>(15);
  auto f = x;
  REQUIRE(detail::triangular_rows(std::span<T>(f), std::span<T>(), 3).size() == 3);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      T of_x(0), of_f(0);
      for (std::size_t s = 0; s < 5; ++s) of_x = of_x + x[s * 3 + i] * x[s * 3 + j];
      for (std::size_t q = 0; q < 3; ++q) of_f = of_f + f[q * 3 + i] * f[q * 3 + j];
      CHECK(of_f.v == doctest::Approx(of_x.v).epsilon(1e-13));
      CHECK(of_f.e == doctest::Approx(of_x.e).epsilon(1e-12));
    }
}
