// SPDX-License-Identifier: BSD-3-Clause
// Steps in portions are steps one by one, to the bit, looked at or not. advance(n) shows nothing in between: where losses are
// skipped it takes the same steps, and says the same about where and how a training ends.
#include <lssm/core/pack.hpp>

#include "small_descent.hpp"

using namespace lssm;
using small_descent::make;

static_assert(std::is_same_v<decltype(every(3, silent{})), periodic<silent>>);

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

/// The same study by step() and by advance(n), 40 steps.
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
  CHECK(difference<T>(slow.theta(), fast.theta()) < tolerance);
  CHECK(difference<T>(slow.theta(), view<T>(bound.theta)) > T(1e-3));
  CHECK(std::abs(slow.now().loss - fast.now().loss) < tolerance);
  CHECK(fast.now().steps == 40);
  CHECK(std::abs(fast.now().time - slow.now().time) < tolerance);
  CHECK(fast.now().rate == slow.now().rate);
  CHECK(fast.now().best_loss == fast.now().loss);
  CHECK(fast.now().best_steps == 40);
  CHECK(fast.running());
  CHECK(fast.here().loss == fast.now().loss);
  slow.step();
  fast.step();
  CHECK(difference<T>(slow.theta(), fast.theta()) < tolerance);
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

TEST_CASE_TEMPLATE("losses that are not asked for: to rounding the steps one by one", T, float, double) {
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
}

TEST_CASE_TEMPLATE("steps one by one, in any portions, resumed or run: the same bits, and the same target", T,
                   float, double) {
  const auto check = [](const auto& study) {
    auto bound = bind<T>(study, 5);
    auto slow = bound.training();
    std::vector<T> losses{slow.now().loss};
    while (slow.running()) {
      slow.step();
      losses.push_back(slow.now().loss);
    }
    CHECK(slow.lane_status(0) == status::target_reached);
    CHECK(slow.now().steps > T(20));
    for (const integer portion : {1, 3, 7, 1000}) {
      CAPTURE(portion);
      auto other = bind<T>(study, 5);
      auto fast = other.training();
      while (fast.running()) {
        fast.walk(portion);
        CHECK(fast.now().loss == losses[static_cast<std::size_t>(fast.now().steps)]);
        // The gradient is that of the point, and looking at it changes nothing.
        const T seen = fast.here().loss;
        CHECK(seen == fast.now().loss);
        if (portion == 3) fast.refresh();  // as after a file has been read
      }
      CHECK(std::equal(slow.theta().begin(), slow.theta().end(), fast.theta().begin()));
      CHECK(equal_parts(slow.now(), fast.now()));
    }
    integer looks = 0;
    auto see = every(10, [&](auto& run) {
      CHECK(run.now().loss == losses[static_cast<std::size_t>(run.now().steps)]);
      ++looks;
    });
    const auto ran = run<T>(study, 5), watched = run<T>(study, 5, see);
    CHECK(equal_parts(ran.at_end, slow.now()));
    CHECK(equal_parts(watched.at_end, slow.now()));
    CHECK(looks == static_cast<integer>(std::ceil(static_cast<double>(slow.now().steps) / 10)));
    // The losses are those of the data, computed sequence by sequence, to rounding.
    auto there = bound.objective.workspace();
    const T plain = bound.objective.value(slow.theta(), there);
    CHECK(std::abs(plain - losses.back()) <= 50 * epsilon_of<T> * losses.front());
  };
  descent<> to_target{.rate = 0.01};
  to_target.stop.template get<target_loss>().value = 0.1;
  check(make(to_target));
  check(make<learn_all, dynamic, dynamic>(to_target));
  to_target.after = 15;
  check(make(to_target));
  auto longer = make<learn_all, dynamic, dynamic>(to_target);
  longer.data.set.length = 30;
  check(longer);
}

TEST_CASE("all that is not plain gradient descent is step by step, to the bit") {
  const auto check = [](const auto& study) {
    auto bound = bind<double>(study, 5), other = bound;
    auto slow = bound.training();
    auto fast = other.training();
    for (int t = 0; t < 17; ++t) slow.step();
    fast.advance(17);
    CHECK(std::equal(slow.theta().begin(), slow.theta().end(), fast.theta().begin()));
    CHECK(equal_parts(slow.now(), fast.now()));
  };
  check(make(descent<adam>{.rate = 0.01}));
  check(make(descent<>{.rate = 0.01}));
  check(make(descent<gradient_descent, bounded_state_matrix, first_of<step_limit>>{.rate = 0.01}));
  check(make(descent<gradient_descent, unconstrained, first_of<step_limit>, cosine>{.rate = 0.01}));
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
  auto bound = bind<double>(make(at_most(1000, 40)), 5), other = bound;
  auto slow = bound.training();
  auto fast = other.training();
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
    // A student alone adds up in another order.
    CHECK(std::abs(scalar_traits<pack<double>>::get(training.now().loss, lane) - single.at_end.loss) <
          50 * epsilon_of<double>);
  }
}
