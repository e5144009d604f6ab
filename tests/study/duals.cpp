// SPDX-License-Identifier: BSD-3-Clause
// Derivatives of what training leads to: dual numbers through labels, objective and every step.
#include "published.hpp"

using namespace published;

namespace {

/// The generalization error after a whole flow, as a function of the special sequence's impulse.
template <class T>
T harm(const T& impulse) {
  auto bound = bind<T>(make(runs()[1], 1e-12), 242);
  bound.data.x[7 + 5] = impulse;
  bound.relabel();
  auto training = bound.training();
  drive(training, silent{});
  CHECK(training.lane_status(0) == status::converged);
  training.here();
  return generalization_error<T>(bound.student(), bound.teacher, integer(20));
}

/// The loss after steps of gradient descent by hand, as a function of their size and of the first sequence's impulse.
template <class T>
T by_hand(const T& rate, const T& impulse) {
  auto bound = bind<T>(make({5, 6, 0.8, 20, 3, 1, 0}), 3);
  bound.data.x[0] = impulse;
  bound.relabel();
  auto gradient = bound.theta;
  for (int step = 0; step < 100; ++step) {
    bound.objective.value_and_gradient(std::span<const T>(bound.theta), std::span<T>(gradient));
    for (std::size_t j = 0; j < gradient.size(); ++j) bound.theta[j] = bound.theta[j] - rate * gradient[j];
  }
  return bound.objective.value(std::span<const T>(bound.theta));
}

}  // namespace

TEST_CASE("through a whole gradient flow: how the harm depends on the special impulse") {
  for (const double x : {1.0, 0.3}) {
    const dual<double> d = harm(dual<double>(x, 1.0));
    CHECK(d.v == doctest::Approx(harm(x)).epsilon(1e-10));
    const double h = 1e-3 * x;
    const double slope = (8 * (harm(x + h) - harm(x - h)) - (harm(x + 2 * h) - harm(x - 2 * h))) / (12 * h);
    CHECK(d.e == doctest::Approx(slope).epsilon(1e-6));
  }
}

TEST_CASE("through gradient descent by hand") {
  const double rate = 0.003, x = 0.9, h = 1e-3;
  const double along_rate = by_hand(dual<double>(rate, 1.0), dual<double>(x)).e,
               along_x = by_hand(dual<double>(rate), dual<double>(x, 1.0)).e;
  const double hr = h * rate;
  CHECK(along_rate ==
        doctest::Approx((by_hand(rate + hr, x) - by_hand(rate - hr, x)) / (2 * hr)).epsilon(1e-5));
  CHECK(along_x == doctest::Approx((by_hand(rate, x + h) - by_hand(rate, x - h)) / (2 * h)).epsilon(1e-5));
}
