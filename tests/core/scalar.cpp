// SPDX-License-Identifier: BSD-3-Clause
// Laws that every scalar obeys: selection, order, the fused product, functions, finiteness.
#include "laws.hpp"

#include <doctest/doctest.h>
#include <random>

#include <array>
#include <lssm/core.hpp>
#include <lssm/core/pack.hpp>
#include <string>
#include <vector>

using namespace lssm;
using laws::close;
using laws::every;
using laws::infinity;
using laws::not_a_number;
using laws::number;

// ---------------------------------------------------------------- what is a scalar and what is not
static_assert(Scalar<float> && Scalar<double> && Scalar<long double>);
static_assert(Scalar<dual<double>> && Scalar<dual<dual<float>>> && Scalar<pack<float>> &&
              Scalar<dual<pack<double>>> && Scalar<pack<double>>);
static_assert(!Scalar<int> && !Scalar<bool> && !Scalar<std::string> && !Scalar<std::vector<double>> &&
              !Scalar<void*>);
static_assert(!Scalar<const double&>);
static_assert(SingleScalar<double> && SingleScalar<dual<long double>> && !SingleScalar<int>);
static_assert(SingleScalar<pack<double>> == (lanes_of<pack<double>> == 1));
static_assert(epsilon_of<float> == 0x1p-23 && epsilon_of<double> == 0x1p-52 &&
              epsilon_of<dual<float>> == 0x1p-23);
#if defined(__SIZEOF_FLOAT128__)
static_assert(Scalar<quad> && SingleScalar<quad> && Scalar<dual<quad>> && epsilon_of<quad> == 0x1p-112);
#endif
static_assert(RandomStream<numpy_legacy> && !RandomStream<double> && !RandomStream<std::mt19937>);

// Arithmetic by way of the customization points works while compiling.
static_assert(mul_add(2.0, 3, 4) == 10 && max_of(1.0, 2) == 2 && min_of(1.0F, 2) == 1 && abs_of(-3.0) == 3);
static_assert(where(true, 1.0, 2) == 1 && power(-2.0, 3) == -8 && power(2.0, 0) == 1 && is_finite(1.0));
static_assert(per_lane(2.0, [](double x) { return x + 1; }) == 3 && value_of(1.5F) == 1.5);
static_assert(mul_add(dual<double>{2, 1}, 3, 4).e == 3);

#if defined(__SIZEOF_FLOAT128__)
#define LSSM_TEST_QUADS , quad, dual<quad>
#else
#define LSSM_TEST_QUADS
#endif
TYPE_TO_STRING(pack<float>);
TYPE_TO_STRING(pack<double>);

TEST_CASE_TEMPLATE("selection takes x where the mask holds and y elsewhere", T, float, double, long double,
                   dual<double>, pack<float>, pack<double>, dual<pack<float>>,
                   dual<pack<double>> LSSM_TEST_QUADS) {
  const T x = laws::lanes<T>({1, -2, 3, -4, 5}), y = laws::lanes<T>({2, -3, 3, 4});
  for (std::size_t i = 0; i < lanes_of<T>; ++i) {
    using traits = scalar_traits<T>;
    const auto a = traits::get(x, i), b = traits::get(y, i);
    CHECK((traits::get(where(x < y, x, y), i) == (a < b ? a : b)));
    CHECK((traits::get(max_of(x, y), i) == (a > b ? a : b)));
    CHECK((traits::get(min_of(x, y), i) == (a < b ? a : b)));
    CHECK((traits::get(abs_of(x), i) == (a < 0 ? -a : a)));
    CHECK((traits::get(per_lane(x, [](auto v) { return v + v; }), i) == a + a));
    CHECK(traits::get_mask(x < y, i) == (a < b));
  }
}

TEST_CASE_TEMPLATE("a mask of chosen lanes holds in these", T, float, double, long double, dual<double>,
                   pack<float>, pack<double>) {
  for (std::size_t chosen = 0; chosen <= lanes_of<T>; ++chosen) {  // the last chooses none
    const auto holds = [&](std::size_t lane) { return lane == chosen || lane + 2 == chosen; };
    const mask_of<T> mask = lanes_where<T>(holds);
    std::size_t visited = 0, next = 0;
    each_lane_of<T>(mask, [&](std::size_t lane) {
      CHECK(holds(lane));
      CHECK(lane >= next);
      next = lane + 1;
      ++visited;
    });
    std::size_t expected = 0;
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      CHECK(scalar_traits<T>::get_mask(mask, lane) == holds(lane));
      expected += holds(lane) ? 1 : 0;
    }
    CHECK(visited == expected);
  }
}

TEST_CASE_TEMPLATE("any_lane finds a single lane", T, float, double, long double, dual<double>, pack<float>,
                   pack<double> LSSM_TEST_QUADS) {
  const T zero = number<T>(0);
  CHECK_FALSE(any_lane<T>(zero < zero));
  CHECK(any_lane<T>(zero <= zero));
  for (std::size_t i = 0; i < lanes_of<T>; ++i) {
    T x = zero;
    scalar_traits<T>::set(x, i, lane_of<T>(1));
    CHECK(any_lane<T>(x > zero));
    auto mask = zero > zero;
    scalar_traits<T>::set_mask(mask, i, true);
    CHECK(any_lane<T>(mask));
    CHECK(scalar_traits<T>::get_mask(mask, i));
    scalar_traits<T>::set_mask(mask, i, false);
    CHECK_FALSE(any_lane<T>(mask));
  }
}

TEST_CASE_TEMPLATE("is_finite refuses infinities and NaN, lane by lane", T, float, double, long double,
                   dual<double>, pack<float>, pack<double>, dual<pack<float>>,
                   dual<pack<double>> LSSM_TEST_QUADS) {
  CHECK(every<T>(is_finite(number<T>(0))));
  CHECK(every<T>(is_finite(number<T>(1e30))));
  for (const double bad : {infinity, -infinity, not_a_number}) {
    CHECK_FALSE(any_lane<T>(is_finite(number<T>(bad))));
    T x = number<T>(1);
    scalar_traits<T>::set(x, 0, static_cast<lane_of<T>>(bad));
    for (std::size_t i = 0; i < lanes_of<T>; ++i)
      CHECK(scalar_traits<T>::get_mask(is_finite(x), i) == (i > 0));
  }
}

TEST_CASE_TEMPLATE("selects swallow NaN in their second argument; that is why is_finite exists", T, float,
                   double, long double, pack<float>, pack<double> LSSM_TEST_QUADS) {
  const T nan = number<T>(not_a_number), one = number<T>(1);
  CHECK(every<T>(max_of(one, nan) == one));
  CHECK(every<T>(min_of(one, nan) == one));
  CHECK_FALSE(any_lane<T>(is_finite(max_of(nan, one))));
  CHECK_FALSE(any_lane<T>(is_finite(abs_of(nan))));
  CHECK(every<T>(abs_of(number<T>(-infinity)) == number<T>(infinity)));
}

TEST_CASE_TEMPLATE("multiply-add agrees with product and sum", T, float, double, long double, dual<double>,
                   pack<float>, pack<double> LSSM_TEST_QUADS) {
  const T x = laws::lanes<T>({1.5, -2.25, 3}), y = laws::lanes<T>({0.5, 4, -8, 2}),
          z = laws::lanes<T>({1, -1});
  CHECK(every<T>(mul_add(x, y, z) == x * y + z));  // exact numbers
  CHECK_FALSE(any_lane<T>(is_finite(mul_add(x, number<T>(not_a_number), z))));
  const T third = number<T>(1) / number<T>(3);
  CHECK(every<T>(abs_of(mul_add(third, third, third) - (third * third + third)) <= number<T>(epsilon_of<T>)));
}

TEST_CASE("multiply-add rounds once where hardware can") {
  const double x = 1 + 0x1p-30;
  CHECK(mul_add(x, x, -(1 + 0x1p-29)) == (detail::hardware_fma ? 0x1p-60 : 0.0));
  const float y = 1 + 0x1p-15F;
  CHECK(mul_add(y, y, -(1 + 0x1p-14F)) == (detail::hardware_fma ? 0x1p-30F : 0.0F));
}

TEST_CASE_TEMPLATE("roots, exponentials and logarithms", T, float, double, long double, dual<double>,
                   pack<float>, pack<double> LSSM_TEST_QUADS) {
  for (const double s : {0.0625, 0.25, 1.0, 4.0, 9.0, 1024.0 * 1024.0})
    CHECK(every<T>(sqrt_of(number<T>(s)) == number<T>(std::sqrt(s))));
  CHECK(every<T>(sqrt_of(number<T>(0)) == number<T>(0)));
  CHECK(every<T>(sqrt_of(number<T>(infinity)) == number<T>(infinity)));
  CHECK_FALSE(any_lane<T>(is_finite(sqrt_of(number<T>(-1)))));
  CHECK_FALSE(any_lane<T>(is_finite(sqrt_of(number<T>(not_a_number)))));
  CHECK(every<T>(exp_of(number<T>(0)) == number<T>(1)));
  CHECK(every<T>(log_of(number<T>(1)) == number<T>(0)));
  CHECK(every<T>(exp_of(number<T>(-infinity)) == number<T>(0)));
  CHECK_FALSE(any_lane<T>(is_finite(log_of(number<T>(0)))));
  CHECK_FALSE(any_lane<T>(is_finite(log_of(number<T>(-1)))));
  for (const double x : {0.125, 0.7, 1.0, 2.5, 20.0}) {
    CHECK(close<T>(sqrt_of(number<T>(x) * number<T>(x)), number<T>(x), 2));
    CHECK(close<T>(log_of(exp_of(number<T>(x))), number<T>(x), 4 * (1 + 1 / x)));
    CHECK(close<T>(exp_of(number<T>(x)) * exp_of(number<T>(-x)), number<T>(1), 4));
  }
}

TEST_CASE_TEMPLATE("hyperbolic tangent, logarithm of 1 + x, and the normal distribution's erfc", T, float,
                   double, long double, dual<double>, pack<float>, pack<double>, dual<pack<float>>,
                   dual<pack<double>> LSSM_TEST_QUADS) {
  CHECK(every<T>(tanh_of(number<T>(0)) == number<T>(0)));
  CHECK(every<T>(tanh_of(number<T>(infinity)) == number<T>(1)));
  CHECK(every<T>(erfc_of(number<T>(0)) == number<T>(1)));
  CHECK(every<T>(log1p_of(number<T>(0)) == number<T>(0)));
  CHECK_FALSE(any_lane<T>(is_finite(log1p_of(number<T>(-1)))));
  for (const double x : {0.125, 0.7, 1.0, 2.5}) {
    const T e = exp_of(number<T>(2 * x)), tanh = (e - number<T>(1)) / (e + number<T>(1));
    CHECK(close<T>(tanh_of(number<T>(x)), tanh, 16));
    CHECK(close<T>(tanh_of(number<T>(-x)), number<T>(0) - tanh, 16));
    CHECK(close<T>(exp_of(log1p_of(number<T>(x))), number<T>(1 + x), 8));
    // erf by its series at 0: 2/√π Σ_n (-1)^n x^(2n+1) / (n! (2n+1))
    T term = number<T>(x), erf = term;
    for (int n = 1; n < 90; ++n) {
      term = number<T>(0) - term * number<T>(x) * number<T>(x) / number<T>(n);
      erf = erf + term / number<T>(2 * n + 1);
    }
    erf = number<T>(2) * detail::inverse_sqrt_pi<T>() * erf;
    CHECK(close<T>(number<T>(1) - erfc_of(number<T>(x)), erf, 400));
    CHECK(close<T>(erfc_of(number<T>(-x)), number<T>(1) + erf, 400));
  }
  const T small = number<T>(0x1p-80);
  CHECK(every<T>(log1p_of(small) > number<T>(0)));  // where log(1 + x) is 0
  // The constants, against what they are the square roots of.
  CHECK(close<T>(detail::sqrt_half<T>() * detail::sqrt_half<T>(), number<T>(0.5), 2));
  CHECK(close<T>(detail::sqrt_half<T>(), sqrt_of(number<T>(0.5)), 1));
}

TEST_CASE_TEMPLATE("powers need no logarithm", T, float, double, long double, dual<double>, pack<float>,
                   pack<double> LSSM_TEST_QUADS) {
  T product = number<T>(1);
  for (long n = 0; n < 20; ++n, product = product * number<T>(-2))
    CHECK(every<T>(power(number<T>(-2), n) == product));
  CHECK(close<T>(power(number<T>(0.9), 99), exp_of(number<T>(99) * log_of(number<T>(0.9))), 400));
}

TEST_CASE("the nearest double of a number") {
  CHECK(value_of(0.5F) == 0.5);
  CHECK(value_of(1.0L / 3) == 1.0 / 3);
  CHECK(value_of(dual<double>{2, 7}) == 2);
#if defined(__SIZEOF_FLOAT128__)
  CHECK(value_of(quad(1) / 3) == 1.0 / 3);
#endif
}

/// Where the compiler knows no number and may take all four together.
[[gnu::noinline]] void round_four(double* x) {
  x[0] = rounded_to_float(x[0]);
  x[1] = rounded_to_float(x[1]);
  x[2] = rounded_to_float(x[2]);
  x[3] = rounded_to_float(x[3]);
}

TEST_CASE("rounded as single precision stores it, neighbours, too") {
  const volatile double given[] = {0.1, 1.0 / 3, -1e-30, 16'777'217};
  std::array<double, 4> x{given[0], given[1], given[2], given[3]};
  round_four(x.data());
  CHECK(x == std::array<double, 4>{0x1.99999ap-4, 0x1.555556p-2, -0x1.4484cp-100, 16'777'216});
}
