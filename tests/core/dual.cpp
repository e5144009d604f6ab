// SPDX-License-Identifier: BSD-3-Clause
// Dual numbers: derivatives of every operation against the analytic ones, through loops and nested.
#include "laws.hpp"

using namespace lssm;

namespace {

/// The derivative of f at x.
template <class T, class F>
T derivative(F f, T x) {
  return f(dual<T>{x, T(1)}).e;
}

template <class T>
bool near_to(T x, T y) {
  return laws::close<T>(x, y, 16);
}

}  // namespace

TEST_CASE_TEMPLATE("derivatives of the operations", T, float, double, long double) {
  const dual<T> c{T(3), T(0)};
  for (const T x : {T(0.25), T(0.75), T(1.5), T(4)}) {
    CHECK(near_to(derivative([&](auto v) { return v + c; }, x), T(1)));
    CHECK(near_to(derivative([&](auto v) { return c - v; }, x), T(-1)));
    CHECK(near_to(derivative([&](auto v) { return -v; }, x), T(-1)));
    CHECK(near_to(derivative([&](auto v) { return v * v; }, x), 2 * x));
    CHECK(near_to(derivative([&](auto v) { return c / v; }, x), -3 / (x * x)));
    CHECK(near_to(derivative([&](auto v) { return v / (v + c); }, x), 3 / ((x + 3) * (x + 3))));
    CHECK(near_to(derivative([&](auto v) { return mul_add(v, v, v); }, x), 2 * x + 1));
    CHECK(near_to(derivative([&](auto v) { return sqrt_of(v); }, x), 1 / (2 * std::sqrt(x))));
    CHECK(near_to(derivative([&](auto v) { return exp_of(v); }, x), std::exp(x)));
    CHECK(near_to(derivative([&](auto v) { return log_of(v); }, x), 1 / x));
    CHECK(near_to(derivative([&](auto v) { return log1p_of(v); }, x), 1 / (1 + x)));
    const T cosh = std::cosh(x);
    CHECK(near_to(derivative([&](auto v) { return tanh_of(v); }, x), 1 / (cosh * cosh)));
    const T slope = -2 / std::sqrt(std::acos(T(-1))) * std::exp(-x * x);
    CHECK(near_to(derivative([&](auto v) { return erfc_of(v); }, x), slope));
    CHECK(near_to(derivative([&](auto v) { return power(v, 7); }, x), 7 * power(x, 6)));
    CHECK(near_to(derivative([&](auto v) { return abs_of(c * v - c * c); }, x), x < 3 ? T(-3) : T(3)));
    CHECK(near_to(derivative([&](auto v) { return max_of(v, c); }, x), x > 3 ? T(1) : T(0)));
    CHECK(near_to(derivative([&](auto v) { return min_of(v, c); }, x), x < 3 ? T(1) : T(0)));
  }
}

TEST_CASE("compound assignments return what they changed") {
  dual<double> x{2, 1};
  (x += dual<double>{1, 1}) *= 10;
  CHECK(x.v == 30);
  CHECK(x.e == 20);
  (x -= 10.0) /= dual<double>{4, 0};
  CHECK(x.v == 5);
  CHECK(x.e == 5);
}

TEST_CASE("a derivative through a loop: Newton's iteration for a root") {
  // y = sqrt(x) by iteration; dy/dx = 1 / (2 y)
  dual<double> x{2, 1}, y{1.5, 0};
  for (int i = 0; i < 6; ++i) y = (y + x / y) / dual<double>(2);
  CHECK(y.v == doctest::Approx(std::sqrt(2)).epsilon(1e-15));
  CHECK(y.e == doctest::Approx(0.5 / std::sqrt(2)).epsilon(1e-14));
}

TEST_CASE("duals of duals give second derivatives") {
  using second = dual<dual<double>>;
  const second x{{0.5, 1}, {1, 0}};
  CHECK(exp_of(x).e.e == doctest::Approx(std::exp(0.5)));
  CHECK((x * x * x).e.e == doctest::Approx(3.0));
  CHECK(log_of(x).e.e == doctest::Approx(-4.0));
  CHECK(sqrt_of(x).e.e == doctest::Approx(-0.25 * std::pow(0.5, -1.5)));
}

TEST_CASE("comparisons look at values, finiteness and being zero at both") {
  CHECK((dual<double>{1, 5} == dual<double>{1, 6}));
  CHECK((dual<double>{1, 5} < dual<double>{2, -6}));
  CHECK((dual<double>{1, 5} >= dual<double>{1, 7}));
  CHECK(is_finite(dual<double>{1, 5}));
  CHECK_FALSE(is_finite(dual<double>{laws::infinity, 0}));
  CHECK_FALSE(is_finite(dual<double>{1, laws::infinity}));
  CHECK_FALSE(is_finite(dual<double>{1, laws::not_a_number}));
  CHECK_FALSE(is_finite(sqrt_of(dual<double>{0, 1})));
  CHECK(is_finite(sqrt_of(dual<double>{0, 0})));
  CHECK(is_zero(dual<double>{0, 0}));
  CHECK_FALSE(is_zero(dual<double>{0, 1}));
  CHECK_FALSE(is_zero(dual<double>{1, 0}));
}
