// SPDX-License-Identifier: BSD-3-Clause
// Orders of accuracy, by equal steps against known solutions: what a tableau promises and what stiffness may not take.
#include <doctest/doctest.h>

#include <lssm/train/dormand_prince.hpp>
#include <lssm/train/rosenbrock.hpp>
#include <vector>

#include "toy_fields.hpp"

using namespace lssm;

namespace {

using toy::most_digits;

/// Errors of one step of length τ from the exact solution at t = 1: of its end, its estimate, its dense output.
struct step_errors {
  double end = 0, estimate = 0, dense = 0, at_ends = 0;
};

template <class Method, class Field>
step_errors one_step(Field field, double tau_as_double) {
  using T = typename Field::scalar;
  typename Method::template stepper<Field> stepper(field);
  const T tau = T(tau_as_double), t = T(1);
  const auto y = field.exact(t);
  auto f = y, next = y, f_next = y, between = y;
  field.rate(std::span<const T>(y), std::span<T>(f));
  stepper.attempt(field, y, f, tau, next);
  field.rate(std::span<const T>(next), std::span<T>(f_next));
  step_errors e;
  e.end = toy::distance(next, field.exact(t + tau));
  for (const T& v : stepper.error(tau, f_next)) e.estimate = std::max(e.estimate, std::abs(value_of(v)));
  const auto at = [&](const T& theta) {
    stepper.interpolate(theta, y, next, tau, std::span<T>(between));
    return between;
  };
  for (const double theta : {0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875})
    e.dense = std::max(e.dense, toy::distance(at(T(theta)), field.exact(t + T(theta) * tau)));
  e.at_ends = std::max(toy::distance(at(T(0)), y), toy::distance(at(T(1)), next));
  return e;
}

}  // namespace

TEST_CASE_TEMPLATE("order: the error of equal steps falls with their fifth power", Method, rosenbrock,
                   dormand_prince) {
  toy::rotated_logistic<most_digits> field;
  const most_digits end = 2;
  double coarse = toy::distance(toy::march<Method>(field, 2, 16), field.exact(end));
  for (int count = 32; count <= 512; count *= 2) {
    CAPTURE(count);
    const double fine = toy::distance(toy::march<Method>(field, 2, count), field.exact(end));
    CHECK(toy::slope(coarse, fine) == doctest::Approx(5.0).epsilon(count < 128 ? 0.1 : 0.03));
    coarse = fine;
  }
}

TEST_CASE_TEMPLATE("order: down to rounding", Method, rosenbrock, dormand_prince) {
  toy::rotated_logistic<double> field;
  const double coarse = toy::distance(toy::march<Method>(field, 2, 32), field.exact(2));
  const double fine = toy::distance(toy::march<Method>(field, 2, 2048), field.exact(2));
  CHECK(coarse > 1e-9);
  CHECK(fine < 100 * epsilon_of<double>);
}

TEST_CASE_TEMPLATE("order: within a step", Method, rosenbrock, dormand_prince) {
  const toy::rotated_logistic<most_digits> field;
  step_errors coarse = one_step<Method>(field, 0x1p-7);
  for (const double tau : {0x1p-8, 0x1p-9, 0x1p-10}) {
    CAPTURE(tau);
    const step_errors fine = one_step<Method>(field, tau);
    CHECK(toy::slope(coarse.end, fine.end) == doctest::Approx(6.0).epsilon(0.05));  // order 5
    CHECK(toy::slope(coarse.estimate, fine.estimate) ==
          doctest::Approx(5.0).epsilon(0.05));  // embedded order 4
    CHECK(toy::slope(coarse.dense, fine.dense) ==
          doctest::Approx(5.0).epsilon(0.05));  // dense output, order 4
    CHECK(fine.estimate > fine.end);
    CHECK(fine.at_ends < 10 * epsilon_of<most_digits>);
    coarse = fine;
  }
}

TEST_CASE("order: no stiffness makes rosenbrock unstable or inaccurate") {
  // Order 5 where λτ is small, order 3 where it is large (the known reduction), with an error that falls as 1/λ.
  for (const double lambda : {1.0, 1e2, 1e3, 1e4, 1e6, 1e9, 1e12, 1e15}) {
    toy::stiff_source<most_digits> field(lambda);
    CAPTURE(lambda);
    const auto error_of = [&](int count) {
      return toy::distance(toy::march<rosenbrock>(field, 2, count), field.exact(most_digits(2)));
    };
    const double coarse = error_of(16), fine = error_of(64);
    CHECK(coarse < 6e-9);
    CHECK(fine < 6e-11);
    if (lambda >= 1e4) {
      CHECK(toy::slope(coarse, fine) / 2 > 2.9);
      CHECK(coarse * lambda < 5e-6);
    }
    if (lambda == 1) CHECK(toy::slope(coarse, fine) / 2 > 4.9);
  }
}

TEST_CASE("order: dormand_prince needs steps below the fastest time") {
  toy::stiff_source<double> field(1e4);
  CHECK_FALSE(toy::distance(toy::march<dormand_prince>(field, 2, 32), field.exact(2)) < 1);
  CHECK(toy::distance(toy::march<dormand_prince>(field, 2, 10000), field.exact(2)) < 1e-10);
}

TEST_CASE("order: a stiff transient is damped at once") {
  // From a start off the solution, an infinitely stiff component is gone after one step.
  toy::stiff_source<double> field(1e12);
  rosenbrock::stepper<toy::stiff_source<double>> stepper(field);
  std::array<double, 2> y{2.0, 0.0}, f{}, next{};
  field.rate(y, f);
  stepper.attempt(field, y, f, 0.1, next);
  CHECK(toy::distance(next, field.exact(0.1)) < 1e-6);
}
