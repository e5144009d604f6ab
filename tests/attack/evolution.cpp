// SPDX-License-Identifier: BSD-3-Clause
// Search strategies: where evolution goes, what it does not depend on, and the bits of a search.
#include <doctest/doctest.h>

#include <lssm/attack/evolution.hpp>
#include <lssm/attack/search.hpp>

using namespace lssm;

namespace {

static_assert(SearchStrategy<evolution> && SearchStrategy<random_directions>);
static_assert(!SearchStrategy<std::vector<double>>);

using point = std::vector<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// The best f of a search, the least being sought, and how the strategy ends.
template <class F>
double least(evolution& by, int generations, F f) {
  double best = infinity;
  for (int g = 0; g < generations; ++g) {
    point scores;
    for (const point& x : by.ask()) {
      scores.push_back(-f(x));
      best = std::min(best, f(x));
    }
    by.tell(scores);
  }
  return best;
}
/// Σ 10^(6 i / (n - 1)) (x_i - i)²: axes a thousand times as long as others.
double ellipsoid(const point& x) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double scale = std::pow(1e6, double(i) / std::max(1.0, double(x.size()) - 1)), d = x[i] - double(i);
    sum += scale * d * d;
  }
  return sum;
}

}  // namespace

TEST_CASE("evolution finds the least of quadratics, however long their axes") {
  for (const std::size_t n : {std::size_t(1), std::size_t(2), std::size_t(5), std::size_t(10)})
    for (const std::uint32_t seed : {1u, 2u, 3u}) {
      CAPTURE(n);
      CAPTURE(seed);
      evolution by(point(n, 3), 1, 16, seed);
      CHECK(least(by, 500, ellipsoid) < 1e-10);
      for (std::size_t i = 0; i < n; ++i) CHECK(by.mean()[i] == doctest::Approx(double(i)).epsilon(1e-4));
    }
}

TEST_CASE("evolution climbs slopes by growing steps, and follows a bent valley") {
  evolution up(point(4, 0), 1e-3, 12, 7);
  least(up, 100, [](const point& x) { return x[0] - x[3]; });
  CHECK(up.deviation() > 1);
  evolution valley(point{-1, 1}, 0.5, 12, 7);
  CHECK(least(valley, 400, [](const point& x) {
          return 100 * std::pow(x[1] - x[0] * x[0], 2) + std::pow(1 - x[0], 2);
        }) < 1e-10);
}

TEST_CASE("evolution sees the order of scores alone") {
  evolution plain(point(3, 1), 0.5, 8, 4), bent(point(3, 1), 0.5, 8, 4);
  least(plain, 40, ellipsoid);
  least(bent, 40, [](const point& x) { return std::cbrt(ellipsoid(x)) - 5; });
  CHECK(plain.mean() == bent.mean());
  CHECK(plain.deviation() == bent.deviation());
}

TEST_CASE("evolution is the same on a moved and on a scaled space") {
  // Powers of two scale without rounding: bit for bit.
  evolution here(point{1, 2, 3}, 0.5, 8, 4), scaled(point{4, 8, 12}, 2, 8, 4);
  least(here, 30, ellipsoid);
  least(scaled, 30, [](const point& x) { return ellipsoid({x[0] / 4, x[1] / 4, x[2] / 4}); });
  for (std::size_t i = 0; i < 3; ++i) CHECK(scaled.mean()[i] == 4 * here.mean()[i]);
  evolution moved(point{11, 2, 3}, 0.5, 8, 4);
  const double far = least(moved, 300, [](const point& x) { return ellipsoid({x[0] - 10, x[1], x[2]}); });
  CHECK(far < 1e-10);
}

TEST_CASE("the same seed and scores are the same search, bit for bit, and another seed is another") {
  evolution one(point(6, 0), 1, 10, 9), two(point(6, 0), 1, 10, 9), other(point(6, 0), 1, 10, 10);
  CHECK(one.ask() == one.ask());  // until scores are told
  for (int g = 0; g < 20; ++g) {
    CHECK(one.ask() == two.ask());
    CHECK(one.ask() != other.ask());
    for (evolution* by : {&one, &two, &other}) {
      point scores;
      for (const point& x : by->ask()) scores.push_back(-ellipsoid(x));
      by->tell(scores);
    }
  }
  random_directions r(3, 4, 9), s(3, 4, 9);
  const auto first = r.ask();
  CHECK(first == s.ask());
  r.tell(point(4, 0));
  CHECK(r.ask() != first);
}

TEST_CASE("a strategy stands at the same place whether or not it was asked before it is told") {
  evolution asked(point(3, 0), 1, 6, 2), told(point(3, 0), 1, 6, 2);
  for (int g = 0; g < 4; ++g) {
    const point scores{1, double(g), 5, 2, -1, 3};
    asked.ask();
    asked.tell(scores);
    told.tell(scores);
    CHECK(told.mean() == asked.mean());
    CHECK(told.deviation() == asked.deviation());
  }
  CHECK(told.mean() != point(3, 0));
  CHECK(told.ask() == asked.ask());
  random_directions r(3, 4, 9), s(3, 4, 9);
  r.ask();
  r.tell(point(4, 0));
  s.tell(point(4, 0));
  CHECK(r.ask() == s.ask());
}

TEST_CASE("evolution goes on where scores are equal, infinite or no numbers") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const point& scores :
       {point(6, 1.0), point(6, nan), point{nan, 1, infinity, -infinity, 2, nan}, point(6, -infinity)}) {
    evolution by(point(3, 0), 1, 6, 2);
    for (int g = 0; g < 300; ++g) {
      by.ask();
      by.tell(scores);
    }
    for (const double x : by.mean()) CHECK(std::isfinite(x));
    CHECK(std::isfinite(by.deviation()));
    CHECK(by.deviation() > 0);
  }
  // No number is the worst of all.
  evolution a(point(2, 0), 1, 4, 2), b(point(2, 0), 1, 4, 2);
  a.ask();
  b.ask();
  a.tell(point{3, nan, 2, 1});
  b.tell(point{3, -infinity, 2, 1});
  CHECK(a.mean() == b.mean());
}

TEST_CASE("eigenvectors of a symmetric matrix give it back") {
  for (const std::size_t n : {std::size_t(1), std::size_t(2), std::size_t(7)}) {
    const keyed_stream draws(5u);
    point a(n * n), b;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j <= i; ++j) a[i * n + j] = a[j * n + i] = draws.normal_at(i * n + j);
    const point whole = a;
    detail::diagonalize(a, b, n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        double product = 0, square = 0;
        for (std::size_t k = 0; k < n; ++k) {
          product += b[i * n + k] * a[k * n + k] * b[j * n + k];
          square += b[k * n + i] * b[k * n + j];
        }
        CHECK(product == doctest::Approx(whole[i * n + j]).epsilon(1e-12));
        CHECK(std::abs(square - (i == j ? 1 : 0)) < 1e-13);
      }
  }
}

TEST_CASE("evolutions that cannot be are refused by name") {
  CHECK_THROWS_WITH_AS(evolution(point{}, 1, 8, 1), doctest::Contains("evolution: mean"), bad_argument);
  CHECK_THROWS_WITH_AS(evolution(point{1, infinity}, 1, 8, 1), doctest::Contains("mean"), bad_argument);
  for (const double deviation : {0.0, -1.0, infinity})
    CHECK_THROWS_WITH_AS(evolution(point{1}, deviation, 8, 1), doctest::Contains("deviation"), bad_argument);
  for (const integer candidates : {integer(3), integer(100'001)})
    CHECK_THROWS_WITH_AS(evolution(point{1}, 1, candidates, 1), doctest::Contains("candidates"),
                         bad_argument);
  evolution by(point{1}, 1, 8, 1);
  CHECK_THROWS_WITH_AS(by.tell(point(7, 0)), doctest::Contains("scores"), bad_argument);
  for (const integer n : {integer(0), integer(-1)}) {
    CHECK_THROWS_WITH_AS(random_directions(n, 2, 1), doctest::Contains("random_directions: entries"),
                         bad_argument);
    CHECK_THROWS_WITH_AS(random_directions(2, n, 1), doctest::Contains("random_directions: candidates"),
                         bad_argument);
  }
  CHECK_THROWS_WITH_AS(random_directions(2, 3, 1).tell(point(2, 0)), doctest::Contains("scores"),
                       bad_argument);
}
