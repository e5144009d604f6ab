// SPDX-License-Identifier: BSD-3-Clause
// advance(n): n steps with nothing to see in between, step() to the bit, also where losses are skipped: it says the same about
// where and how a training ends. The general path agrees with them to rounding.
#include <lssm/core/pack.hpp>

#include "small_descent.hpp"

using namespace lssm;
using small_descent::make;

namespace {

using counted = descent<gradient_descent, unconstrained, first_of<step_limit>>;

counted at_most(double steps, double rate = 0.02) {
  counted t{.rate = rate};
  t.stop.get<step_limit>().steps = steps;
  return t;
}

template <class T>
T difference(std::span<const T> x, std::span<const T> y) {
  T most(0);
  for (std::size_t i = 0; i < x.size(); ++i) most = std::max(most, std::abs(x[i] - y[i]));
  return most;
}

/// The same study by step(), by advance(n) and by the general path, 40 steps.
template <class T, class Study>
void check_agreement(const Study& study) {
  auto bound = bind<T>(study, 5), other = bound;
  auto slow = bound.training();
  auto fast = other.training();
  for (int t = 0; t < 40; ++t) slow.step();
  fast.advance(1);
  fast.advance(39);
  fast.advance(0);
  const T tolerance = T(50 * epsilon_of<T>);
  CHECK(difference<T>(slow.theta(), fast.theta()) == T(0));
  CHECK(difference<T>(slow.theta(), view<T>(bound.theta)) > T(1e-3));
  CHECK(slow.now().loss == fast.now().loss);
  auto third = bound;
  auto general = third.training();
  for (int t = 0; t < 40; ++t) general.step_as_lanes();
  CHECK(difference<T>(slow.theta(), general.theta()) < tolerance);
  CHECK(std::abs(slow.now().loss - general.now().loss) < tolerance);
  CHECK(fast.now().steps == 40);
  CHECK(std::abs(fast.now().time - slow.now().time) < tolerance);
  CHECK(fast.now().rate == slow.now().rate);
  CHECK(fast.now().best_loss == fast.now().loss);
  CHECK(fast.now().best_steps == 40);
  CHECK(fast.running());
  CHECK(fast.here().loss == fast.now().loss);
  slow.step();
  fast.step();
  CHECK(difference<T>(slow.theta(), fast.theta()) == T(0));
}

template <class T, class Study>
std::vector<T> after_twenty(const Study& study) {
  auto bound = bind<T>(study, 5);
  auto training = bound.training();
  training.advance(20);
  return {training.theta().begin(), training.theta().end()};
}

template <class T, integer D, integer Kappa>
std::vector<T> after_twenty(std::size_t long_kappa = 5) {
  auto study = make<learn_all, D, Kappa>(at_most(1000), 0.1);
  study.data.set.length = Kappa == dynamic ? static_cast<integer>(long_kappa) : Kappa;
  return after_twenty<T>(study);
}

}  // namespace

TEST_CASE_TEMPLATE("losses that are not asked for: the steps one by one", T, float, double) {
  check_agreement<T>(make(at_most(1000)));
  check_agreement<T>(make(at_most(1000), 0.1));
  check_agreement<T>(make<learn_all, dynamic, dynamic>(at_most(1000), 0.1));
  check_agreement<T>(make<learn<state_matrix>>(at_most(1000), 0.1));
  check_agreement<T>(make<learn<output_matrix, state_matrix>, dynamic, dynamic>(at_most(1000)));
  check_agreement<T>(make(descent<gradient_descent, unconstrained, first_of<>>{.rate = 0.02}));
  auto wide = make<learn_all, dynamic, dynamic>(at_most(1000));
  wide.data.set.length = 30;
  check_agreement<T>(wide);
}

TEST_CASE_TEMPLATE("sizes known or not, the same bits", T, float, double) {
  CHECK(after_twenty<T, 3, 5>() == after_twenty<T, dynamic, dynamic>());
  CHECK(after_twenty<T, 3, dynamic>(20) == after_twenty<T, dynamic, dynamic>(20));
}

TEST_CASE_TEMPLATE("any number of limits, the same bits", T, float, double) {
  const auto limited = make(at_most(1000, 0.1));
  const auto twice = [] {
    descent<gradient_descent, unconstrained, first_of<step_limit, step_limit>> t{.rate = 0.1};
    std::get<0>(t.stop.rules).steps = 1000;
    std::get<1>(t.stop.rules).steps = 20;
    return t;
  };
  CHECK(after_twenty<T>(make(descent<gradient_descent, unconstrained, first_of<>>{.rate = 0.1})) ==
        after_twenty<T>(limited));
  CHECK(after_twenty<T>(make(twice())) == after_twenty<T>(limited));

  // The general path rounds differently, or the equalities would say nothing.
  auto bound = bind<T>(limited, 5);
  auto slow = bound.training();
  for (int t = 0; t < 20; ++t) slow.step_as_lanes();
  CHECK(std::vector<T>(slow.theta().begin(), slow.theta().end()) != after_twenty<T>(limited));
}

TEST_CASE("all that is not plain gradient descent is step by step, to the bit") {
  const auto check = [](const auto& study) {
    const auto bound = bind<double>(study, 5);
    auto slow = bound.training();
    auto fast = bound.training();
    for (int t = 0; t < 17; ++t) slow.step();
    fast.advance(17);
    CHECK(std::equal(slow.theta().begin(), slow.theta().end(), fast.theta().begin()));
    CHECK(equal_parts(slow.now(), fast.now()));
  };
  check(make(descent<adam>{.rate = 0.01}));
  check(make(descent<>{.rate = 0.01}));
  check(make(descent<gradient_descent, bounded_state_matrix, first_of<step_limit>>{.rate = 0.01}));
  check(make(descent<gradient_descent, unconstrained, first_of<step_limit>, cosine>{
      .rate = 0.01, .schedule = {.steps = 1e4}}));
  check(make(
      descent<gradient_descent, unconstrained, first_of<step_limit>, constant_rate, clip_norm>{.rate = 0.1}));
  check(make<learn<through<state_matrix, exp_of_minus_exp>>>(at_most(1000)));
}

TEST_CASE("a limit ends it") {
  auto bound = bind<double>(make(at_most(30.5)), 5);
  auto training = bound.training();
  training.advance(12);
  CHECK(training.running());
  training.advance(1000);
  CHECK(training.now().steps == 31);
  CHECK(training.lane_status(0) == status::step_limit);
  const std::vector<double> end(training.theta().begin(), training.theta().end());
  training.advance(5);
  CHECK(training.now().steps == 31);
  CHECK(std::equal(end.begin(), end.end(), training.theta().begin()));
}

TEST_CASE("what is not finite ends it where steps one by one do") {
  const auto bound = bind<double>(make(at_most(1000, 40)), 5);
  auto slow = bound.training();
  auto fast = bound.training();
  drive(slow, silent{});
  fast.advance(1000);
  CHECK(slow.lane_status(0) == status::not_finite);
  CHECK(fast.lane_status(0) == status::not_finite);
  CHECK(fast.now().steps == slow.now().steps);
  CHECK(std::equal(slow.theta().begin(), slow.theta().end(), fast.theta().begin()));
  CHECK(small_descent::all_finite(fast.theta()));
}

TEST_CASE("after a change of the labels, refresh() is enough") {
  auto bound = bind<double>(make(at_most(1000)), 5), other = bound;
  auto slow = bound.training();
  auto fast = other.training();
  fast.advance(3);
  for (int t = 0; t < 3; ++t) slow.step();
  for (auto* b : {&bound, &other}) {
    for (double& y : b->data.y) y = 2 * y;
    b->rebuild();
  }
  slow.refresh();
  fast.refresh();
  fast.advance(10);
  for (int t = 0; t < 10; ++t) slow.step();
  CHECK(difference<double>(slow.theta(), fast.theta()) < 1e-13);
}

TEST_CASE("in lanes, advance is step by step") {
  using study = small_descent::study<counted>;
  const std::vector<study> studies(8, make(at_most(9), 0.1));
  const std::vector<std::uint32_t> seeds = {1, 2, 3, 4, 5, 6, 7, 8};
  auto lanes =
      bind_lanes<pack<double>>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  auto training = lanes.training();
  training.advance(100);
  CHECK(!training.running());
  for (std::size_t lane = 0; lane < lanes_of<pack<double>>; ++lane) {
    const auto single = run<double>(studies[lane], seeds[lane]);
    CHECK(std::abs(scalar_traits<pack<double>>::get(training.now().loss, lane) - single.at_end.loss) <
          20 * epsilon_of<double>);
  }
}
