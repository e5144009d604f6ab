// SPDX-License-Identifier: BSD-3-Clause
// Hankel singular values against closed forms, and the state dimension they tell.
#include <doctest/doctest.h>

#include <lssm/data/teacher.hpp>
#include <lssm/measure/hankel.hpp>
#include <lssm/measure/spectrum.hpp>

#include "../ssm/systems.hpp"

using namespace lssm;

namespace {

template <class T, class Structure>
tensor<T, 3> response(const typename Structure::template parameters<T>& s, integer kappa) {
  return bound_system<T, Structure>{s}.impulse_response(kappa);
}

/// Σ_{i<n} x^i
double geometric(double x, std::size_t n) {
  double sum = 0, power = 1;
  for (std::size_t i = 0; i < n; ++i, power *= x) sum += power;
  return sum;
}

}  // namespace

TEST_CASE("the Hankel matrix holds every entry, as square as it can be") {
  const tensor<double, 1> h{0, 1, 2, 3, 4, 5};
  CHECK((hankel_matrix(h, 1) == tensor<double, 2>{{1, 2, 3}, {2, 3, 4}, {3, 4, 5}}));
  CHECK((hankel_matrix(h, 0) == tensor<double, 2>{{0, 1, 2, 3}, {1, 2, 3, 4}, {2, 3, 4, 5}}));
  CHECK((hankel_matrix(h, 5) == tensor<double, 2>{{5}}));
  const tensor<float, 3> channels{{{1, 2}}, {{3, 4}}, {{5, 6}}};  // p = 1, m = 2
  CHECK((hankel_matrix(channels, 0) == tensor<float, 2>{{1, 2, 3, 4}, {3, 4, 5, 6}}));
}

TEST_CASE_TEMPLATE("one mode: σ = |w a^first| ‖(1, a, a², ...)‖ ‖(1, a, ...)‖", T, float, double) {
  for (const double a : {0.9, -0.5, 1.0, 1.1})
    for (const integer first : {0, 1}) {
      const auto h = response<T, real_diagonal<1>>({{static_cast<T>(a)}, {T(2)}, {T(-3)}}, 9);
      const std::size_t n = 9 - static_cast<std::size_t>(first), rows = (n + 1) / 2, columns = n + 1 - rows;
      const double square = static_cast<double>(static_cast<T>(a)) * static_cast<double>(static_cast<T>(a));
      const double expected =
          6 * std::pow(std::abs(a), first) * std::sqrt(geometric(square, rows) * geometric(square, columns));
      const auto sigma = hankel_singular_values(h, first);
      CHECK(std::abs(static_cast<double>(sigma(0)) - expected) < 50 * epsilon_of<T> * expected);
      CHECK(sigma.size() == rows);
      for (std::size_t i = 1; i < rows; ++i) CHECK(sigma(i) < 10 * epsilon_of<T> * expected);
      CHECK(hankel_rank(h, 100 * epsilon_of<T>, first) == 1);
    }
}

TEST_CASE("an infinite response: σ = |c b a| / (1 - a²)") {
  const auto h = response<double, real_diagonal<1>>({{0.5}, {1}, {3}}, 200);
  CHECK(hankel_singular_values(h, 1)(0) == doctest::Approx(3 * 0.5 / 0.75).epsilon(1e-14));
  CHECK(hankel_singular_values(h)(0) == doctest::Approx(3 / 0.75).epsilon(1e-14));
}

TEST_CASE("two modes: the eigenvalues of a 2 x 2 matrix") {
  // H = V diag(w) Vᵀ with columns (1, a_j, a_j², ...): σ are the magnitudes of the eigenvalues of diag(w) VᵀV.
  const double a = 0.8, b = -0.3, wa = 2, wb = -0.5;
  const auto h = response<double, real_diagonal<2>>({{a, b}, {wa, wb}, {1, 1}}, 9);  // 5 x 5 for first = 0
  const double aa = geometric(a * a, 5), ab = geometric(a * b, 5), bb = geometric(b * b, 5);
  const double trace = wa * aa + wb * bb, det = wa * wb * (aa * bb - ab * ab),
               root = std::sqrt(trace * trace / 4 - det);
  const auto sigma = hankel_singular_values(h, 0);
  CHECK(sigma(0) == doctest::Approx(std::abs(trace / 2 + root)).epsilon(1e-13));
  CHECK(sigma(1) == doctest::Approx(std::abs(trace / 2 - root)).epsilon(1e-13));
  CHECK(sigma(2) < 1e-14);
}

TEST_CASE("the state dimension, whatever the system that produced the response") {
  reference::numbers draw(71);
  for (const integer d : {1, 2, 3, 4}) {
    // d distinct modes, well apart, and as many again that repeat them, as a larger system would.
    auto s = real_diagonal<>{2 * d}.make<double>();
    for (std::size_t j = 0; j < s.a.size(); ++j) {
      s.a[j] = 0.9 - 0.45 * static_cast<double>(j % static_cast<std::size_t>(d));
      s.b[j] = 2 + draw.draw();
      s.c[j] = 2 + draw.draw();
    }
    CHECK(hankel_rank(response<double, real_diagonal<>>(s, 20)) == d);
  }
  const auto teacher = theorem1_teacher<10>{}.bind<double>();
  CHECK(hankel_rank(teacher.impulse_response(7)) == 2);
  CHECK(hankel_rank(teacher.impulse_response(7), 1e-10, 1) == 1);
  CHECK(hankel_rank(tensor<double, 1>{0, 0, 0, 0}) == 0);
}

TEST_CASE("one default of first for the matrix, its singular values and their number") {
  const auto h = theorem1_teacher<10>{}.bind<double>().impulse_response(9);
  CHECK((hankel_matrix(h) == hankel_matrix(h, 0)));
  CHECK((hankel_singular_values(h) == hankel_singular_values(h, 0)));
  CHECK(hankel_rank(h) == hankel_rank(h, {}, 0));
  const auto sigma = hankel_singular_values(h);
  CHECK(hankel_rank(h) == std::count_if(sigma.begin(), sigma.end(), [](double s) { return s > 1e-10; }));
  CHECK(hankel_rank(h, {}, 1) == 1);
}

TEST_CASE_TEMPLATE("by default the rank counts what rounding of the response's own scalar leaves", T, float,
                   double) {
  const auto two = response<T, real_diagonal<2>>({{T(0.9), T(0.5)}, {T(1), T(1)}, {T(1), T(1)}}, 20);
  CHECK(hankel_rank(two) == 2);
  // Responses whose singular values are far from rounding, and systems of all sizes beside them.
  reference::numbers draw(73);
  for (const integer d : {1, 2, 3})
    for (const integer kappa : {7, 20, 64, 128})
      for (const double size : {1e-15, 1.0, 1e15}) {
        auto s = real_diagonal<>{2 * d}.make<T>();
        for (std::size_t j = 0; j < s.a.size(); ++j) {
          s.a[j] = T(0.95 - 0.6 * static_cast<double>(j % static_cast<std::size_t>(d)));
          s.b[j] = T(size) * (T(2) + draw.draw<T>());
          s.c[j] = T(2) + draw.draw<T>();
        }
        CAPTURE(d);
        CAPTURE(kappa);
        CAPTURE(size);
        CHECK(hankel_rank(response<T, real_diagonal<>>(s, kappa)) == d);
      }
  // A direction that is small, but no rounding: 100 ε of the other.
  const auto small =
      response<T, real_diagonal<2>>({{T(0.9), T(-0.8)}, {T(1), T(300 * epsilon_of<T>)}, {T(1), T(1)}}, 7);
  CHECK(hankel_rank(small) == 2);
  CHECK(hankel_rank(small, 1e-3) == 1);
}

TEST_CASE("several channels share a state") {
  reference::numbers draw(72);
  auto s = real_diagonal<3, 2, 2>{}.make<double>();
  s.a = {0.9, 0.1, -0.7};
  for (double& x : s.b) x = draw.draw();
  for (double& x : s.c) x = draw.draw();
  CHECK(hankel_rank(response<double, real_diagonal<3, 2, 2>>(s, 12)) == 3);
}

TEST_CASE("effective rank of Hankel singular values: 1 for a response of one mode") {
  const auto sigma = hankel_singular_values(response<double, real_diagonal<1>>({{0.9}, {1}, {1}}, 15));
  CHECK(effective_rank<double>(view<double>(sigma)) == doctest::Approx(1).epsilon(1e-12));
}

TEST_CASE("what is refused") {
  CHECK_THROWS_WITH_AS(
      hankel_matrix(tensor<double, 1>{1, 2}, 2),
      "hankel_matrix: first must be at least 0 and below the length of the response, 2, given 2",
      bad_argument);
  CHECK_THROWS_AS(hankel_matrix(tensor<double, 1>{1, 2}, -1), bad_argument);
  CHECK_THROWS_AS(hankel_singular_values(tensor<double, 2>{{1, 2}}), bad_argument);
  CHECK_THROWS_AS(hankel_rank(tensor<double, 1>{1, 2}, 1.0), bad_argument);
  CHECK_THROWS_WITH_AS(hankel_rank(tensor<double, 1>{1, 2}, -1),
                       "hankel_rank: threshold must be at least 0 and below 1, given -1", bad_argument);
  CHECK_THROWS_AS(hankel_matrix(tensor<double, 1>{1, 2}, integer{1} << 62), bad_argument);
  CHECK_THROWS_AS(hankel_singular_values(tensor<double, 1>{1, std::nan(""), 2}), bad_argument);
}
