// SPDX-License-Identifier: BSD-3-Clause
// Steps of rates that adapt to the gradient, in registers where sizes are known: the bits of run-time sizes, looked at or not,
// whatever ends them.
#include "small_descent.hpp"

using namespace lssm;

namespace {

template <class Rule>
using training_of = descent<Rule, unconstrained, first_of<target_loss, step_limit>>;

template <class Rule>
training_of<Rule> training(double rate, double steps, double target = 0) {
  training_of<Rule> t{.rate = rate};
  t.stop.template get<target_loss>().value = target;
  t.stop.template get<step_limit>().steps = steps;
  return t;
}

/// What a training comes to: θ, gradient, the rule's mean, and the counters.
template <class T>
struct end {
  std::vector<T> theta, gradient;
  T mean;
  progress<T> now;
  status how;
};

/// By take(training), on data with noisy labels.
template <class T, class Learn, integer D, integer Kappa, class Training>
end<T> end_of(const Training& description, const auto& take) {
  auto bound = bind<T>(small_descent::make<Learn, D, Kappa>(description, 0.1), 5);
  auto training = bound.training();
  take(training);
  const auto& rule = std::get<0>(std::remove_cvref_t<decltype(training)>::parts(training)).value.rule;
  const auto here = training.here();
  return {{here.theta.begin(), here.theta.end()},
          {here.gradient.begin(), here.gradient.end()},
          rule.mean,
          training.now(),
          training.lane_status(0)};
}

template <class T>
void check_same(const end<T>& x, const end<T>& y) {
  CHECK(x.theta == y.theta);
  CHECK(x.gradient == y.gradient);
  CHECK(x.mean == y.mean);
  CHECK(equal_parts(x.now, y.now));
  CHECK(x.how == y.how);
}

/// One by one, at once, and in portions between which somebody looks, with known and run-time sizes.
template <class T, class Learn, class Rule>
status check_steps(double rate, double steps, double target = 0) {
  const auto description = training<Rule>(rate, steps, target);
  const auto at_once = [](auto& t) { t.walk(1000); };
  const auto singly = [](auto& t) {
    while (t.running()) t.step();
  };
  const auto in_portions = [](auto& t) {
    for (integer n = 1; t.running(); n = n % 5 + 1) t.walk(n), t.here();
  };
  const auto reference = end_of<T, Learn, dynamic, dynamic>(description, singly);
  check_same(end_of<T, Learn, 3, 5>(description, at_once), reference);
  check_same(end_of<T, Learn, 3, 5>(description, singly), reference);
  check_same(end_of<T, Learn, 3, 5>(description, in_portions), reference);
  return reference.how;
}

template <class T, class Rule>
void check_rule() {
  CHECK(check_steps<T, learn_all, Rule>(0.02, 60) == status::step_limit);
  CHECK(check_steps<T, learn_all, Rule>(0.02, 1000, 0.3) == status::target_reached);
  const double huge = std::sqrt(static_cast<double>(std::numeric_limits<T>::max()));
  CHECK(check_steps<T, learn_all, Rule>(huge, 1000) == status::not_finite);
  CHECK(check_steps<T, learn<output_matrix, state_matrix>, Rule>(0.02, 60) == status::step_limit);
}

}  // namespace

TEST_CASE_TEMPLATE("rates that adapt: sizes known or not, watched or not, the same bits", T, float, double) {
  check_rule<T, adaptive_rate<>>();
  check_rule<T, adaptive_rate<diagonal_norm>>();
  check_rule<T, group_rmsprop<full_matrix_norm>>();
  check_rule<T, group_rmsprop<>>();
}
