// SPDX-License-Identifier: BSD-3-Clause
// Derivatives of what training leads to: dual numbers through labels, objective and every step.
#include <lssm/core/pack.hpp>

#include "../tools/standing.hpp"
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
  return read_lane(training, bound, 0).generalization(20);
}

/// The loss after steps of gradient descent by hand, as a function of their size and of the first sequence's impulse.
template <class T>
T by_hand(const T& rate, const T& impulse) {
  auto bound = bind<T>(make({5, 6, 0.8, 20, 3, 1, 0}), 3);
  bound.data.x[0] = impulse;
  bound.relabel();
  auto gradient = bound.theta;
  tests::standing at(bound.objective);
  for (int step = 0; step < 100; ++step) {
    at.value_and_gradient(std::span<const T>(bound.theta), std::span<T>(gradient));
    for (std::size_t j = 0; j < gradient.size(); ++j) bound.theta[j] = bound.theta[j] - rate * gradient[j];
  }
  return at.value(std::span<const T>(bound.theta));
}

/// The loss after so many steps of a plain descent of known sizes, as a function of the first sequence's impulse.
using plain_steps = descent<gradient_descent, unconstrained, first_of<step_limit>>;
template <class L>
using plain_study = teacher_student<ssm<real_diagonal<4>>, theorem1_teacher<4>, training_set<6, unit<at<0>>>,
                                    L, plain_steps, near_zero>;
template <class T>
auto plain_bound(const T& impulse) {
  auto bound = bind<T>(plain_study<squared_error>{.training = {.rate = 0.003, .stop = {{{.steps = 60}}}},
                                                  .start = {.state_deviation = 0.4, .io_deviation = 0.5}},
                       3);
  bound.data.x[0] = impulse;
  bound.relabel();
  return bound;
}
template <class T>
T descended(const T& impulse) {
  auto bound = plain_bound<T>(impulse);
  auto training = bound.training();
  drive(training, silent{});
  CHECK(training.lane_status(0) == status::step_limit);
  return training.now().loss;
}
/// The same by the ways that nobody watches: advance(n), and lanes.
template <class T>
T advanced(const T& impulse) {
  auto bound = plain_bound<T>(impulse);
  auto training = bound.training();
  training.advance(1000);
  return training.now().loss;
}
template <class T>
T in_a_lane(const T& impulse) {
  using job = bound_job<T, plain_study<squared_error>>;
  std::optional<job> one{{0, plain_bound<T>(impulse)}};
  T loss(0);
  train_in_lanes<T>([&] { return std::exchange(one, std::nullopt); },
                    [&](std::size_t, const auto& end) { loss = end.at_end.loss; });
  return loss;
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

TEST_CASE("through a plain descent of known sizes, in every scalar") {
  const double x = 0.9, h = 1e-3;
  const double slope = (descended(x + h) - descended(x - h)) / (2 * h);
  for (const dual<double> d :
       {descended(dual<double>(x, 1.0)), advanced(dual<double>(x, 1.0)), in_a_lane(dual<double>(x, 1.0))}) {
    CHECK(d.v == doctest::Approx(descended(x)).epsilon(1e-13));
    CHECK(d.e == doctest::Approx(slope).epsilon(1e-5));
  }
  CHECK(descended(dual<float>(0.9f, 1.0f)).e == doctest::Approx(slope).epsilon(1e-3));
  CHECK(in_a_lane(dual<float>(0.9f, 1.0f)).e == doctest::Approx(slope).epsilon(1e-3));
  const auto wide = descended(dual<quad>(quad(x), quad(1)));
  CHECK(static_cast<double>(wide.e) == doctest::Approx(slope).epsilon(1e-5));
  const auto agrees = [&]<class T>(T, double tolerance) {
    for (const T loss : {descended(T(x)), advanced(T(x)), in_a_lane(T(x))})
      CHECK(value_of(loss) == doctest::Approx(value_of(wide.v)).epsilon(tolerance));
  };
  agrees(float{}, 1e-5);
  agrees(double{}, 1e-13);
  agrees((long double){}, 1e-15);
  agrees(quad{}, 1e-15);
}

TEST_CASE_TEMPLATE("one dual number per lane: many derivatives at once, each as alone", T, float, double) {
  using lanes = dual<pack<T>>;
  using job = bound_job<dual<T>, plain_study<squared_error>>;
  const auto impulse = [](std::size_t i) { return dual<T>(T(0.3 + 0.1 * static_cast<double>(i)), T(1)); };
  constexpr std::size_t runs = 2 * lanes_of<lanes> + 3;
  std::size_t next = 0;
  std::vector<dual<T>> losses(runs);
  const auto give = [&]() -> std::optional<job> {
    if (next == runs) return std::nullopt;
    const std::size_t i = next++;
    return job{i, plain_bound<dual<T>>(impulse(i))};
  };
  train_in_lanes<lanes>(give, [&](std::size_t i, const auto& end) { losses[i] = end.at_end.loss; });
  const double tolerance = 1e4 * epsilon_of<T>;
  for (std::size_t i = 0; i < runs; ++i) {
    const auto alone = descended(impulse(i));
    CHECK(value_of(losses[i].v) == doctest::Approx(value_of(alone.v)).epsilon(tolerance));
    CHECK(value_of(losses[i].e) == doctest::Approx(value_of(alone.e)).epsilon(tolerance));
    const auto in_one = in_a_lane(impulse(i));
    CHECK(losses[i].v == in_one.v);
    CHECK(losses[i].e == in_one.e);
  }
}
