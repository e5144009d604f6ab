// SPDX-License-Identifier: BSD-3-Clause
// What the concepts of train accept and what they refuse, and which types trainings are made of.
#include <lssm/core/pack.hpp>

#include "small_descent.hpp"
#include "toy_fields.hpp"

using namespace lssm;

namespace {

struct no_state {};
struct state_alone {
  template <class Objective>
  struct state {
    state(std::span<const state_alone>, const Objective&) {}
  };
};
struct no_parts {
  template <class Objective>
  struct state {
    state(std::span<const no_parts>, const Objective&) {}
    using T = typename Objective::scalar;
    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T>, const T& rate) { return rate; }
  };
};
struct no_reason {
  static bool fires(const auto&) { return false; }
};
struct same_for_all {
  double number = 1;
};

template <class Flow, class Learn = learn<state_matrix>>
using flow_study = teacher_student<ssm<real_diagonal<3>, Learn>, theorem1_teacher<3>,
                                   training_set<5, unit<at<0>>>, squared_error, Flow>;
template <class Study>
using objective_of = decltype(bind<double>(Study{}, 1).objective);
template <class Study>
using training_of = decltype(std::declval<decltype(bind<double>(Study{}, 1))&>().training());

using leader = objective_of<flow_study<gradient_flow<>>>;
using all = objective_of<flow_study<gradient_flow<>, learn_all>>;

// ---------------------------------------------------------------- fields and states
static_assert(GapCharted<leader> && !GapCharted<all> && !GapCharted<int>);
static_assert(StiffFlowField<gap_field<leader>> && FinishingField<gap_field<leader>>);
static_assert(StiffFlowField<plain_field<all>> && FinishingField<plain_field<all>>);
static_assert(DrivenField<gap_field<leader>> && DrivenField<plain_field<all>> && !DrivenField<leader>);
static_assert(StiffFlowField<toy::stiff_source<double>> && !DrivenField<toy::stiff_source<double>>);
static_assert(!FlowField<leader> && !StiffFlowField<leader> && !FinishingField<leader>);
static_assert(std::is_same_v<training_of<flow_study<gradient_flow<>>>, flow_state<gradient_flow<>, leader>>);
static_assert(std::is_same_v<training_of<flow_study<descent<>>>, descent_state<descent<>, leader>>);

// ---------------------------------------------------------------- rules
static_assert(UpdateRule<gradient_descent, leader> && UpdateRule<adam, leader> &&
              UpdateRule<adaptive_rate<>, leader>);
static_assert(!HasRuleState<no_state, leader> && !UpdateRule<no_state, leader>);
static_assert(HasRuleState<state_alone, leader> && !HasDirection<state_alone, leader> &&
              !UpdateRule<state_alone, leader>);
static_assert(HasDirection<no_parts, leader> && !HasRuleParts<no_parts, leader> &&
              !UpdateRule<no_parts, leader>);
static_assert(StopRule<convergence> && StopRule<patience> && !StopRule<no_reason> && !StopRule<int>);
static_assert(NumberedRule<target_loss, double> && NumberedRule<step_limit, pack<double>> &&
              !NumberedRule<no_reason, double>);
static_assert(!RatesFor<same_rate, leader> && !RatesFor<int, leader>);  // descent asks same_rate for nothing
static_assert(RatesFor<rate_per_matrix, leader> && RatesFor<rate_per_entry, leader>);
static_assert(CanConstrain<leader, bounded_state_matrix> && CanConstrain<all, unconstrained>);
static_assert(LaneBindable<clip_norm, pack<double>> && LaneBindable<bounded_state_matrix, double>);
static_assert(!LaneBindable<same_for_all, double>);
static_assert(HasFullGradientNorm<real_diagonal<3>, double>);
static_assert(!HasFullGradientNorm<real_diagonal<3, 2, 1>, double>);

// ---------------------------------------------------------------- many steps at once
static_assert(gram_form_steps<gradient_descent, leader>::available);
static_assert(gram_form_steps<adam, leader>::watched && gram_form_steps<nesterov, leader>::watched);
static_assert(!gram_form_steps<rmsprop, leader>::available &&
              !gram_form_steps<keras_adam, leader>::available);

}  // namespace

TEST_CASE("here() of a flow is a training_point, of a descent a descent_point") {
  auto flow = bind<double>(flow_study<gradient_flow<>>{}, 1);
  auto flowing = flow.training();
  static_assert(std::is_same_v<decltype(flowing.here()), training_point<leader>>);
  CHECK(flowing.here().time == 0);
  CHECK(flowing.here().cotangent.size() >= 5);

  auto steps = bind<double>(flow_study<descent<>>{}, 1);
  auto descending = steps.training();
  static_assert(std::is_same_v<decltype(descending.here()), descent_point<leader>>);
  descending.step();
  CHECK(descending.here().steps == 1);
  CHECK(descending.here().loss == descending.now().loss);
}

TEST_CASE("lane_statuses: lanes end once, and the mask holds those that run") {
  using T = pack<double>;
  lane_statuses<T> statuses;
  CHECK(statuses.all_run());
  statuses.end(0, status::cancelled);
  statuses.end(0, status::converged);  // too late
  CHECK(statuses[0] == status::cancelled);
  CHECK(!scalar_traits<T>::get_mask(statuses.mask(), 0));
  CHECK(statuses.some_run() == (lanes_of<T> > 1));
  T number(0);
  for (std::size_t i = 0; i < lanes_of<T>; ++i) scalar_traits<T>::set(number, i, static_cast<double>(i));
  statuses.end(number == T(1), status::diverged);
  if (lanes_of < T >> 1) CHECK(statuses[1] == status::diverged);
  statuses.end(status::horizon);
  CHECK(statuses[0] == status::cancelled);
  CHECK(!statuses.some_run());
}

TEST_CASE("each_of takes one member of the descriptions of all lanes") {
  const std::array<step_limit, 3> rules{{{1}, {2}, {5}}};
  CHECK(each_of(std::span<const step_limit>(rules), &step_limit::steps) == std::vector<double>{1, 2, 5});
}

TEST_CASE("bound_stop asks the rules in the order of the list") {
  using rules = first_of<target_loss, step_limit>;
  const bound_stop<double, rules> stop({rules{{{.value = 0.5}, {.steps = 10}}}});
  std::array<status, 1> end{status::running};
  progress<double> now;
  now.loss = 1;
  now.steps = 9;
  stop.ask(now, end);
  CHECK(end[0] == status::running);
  now.steps = 10;
  CHECK(stop.may_fire(now, true));
  stop.ask(now, end);
  CHECK(end[0] == status::step_limit);
  end[0] = status::running;
  now.loss = 0.5;
  stop.ask(now, end);
  CHECK(end[0] == status::target_reached);
}

TEST_CASE("same_rate is 1: a rate per matrix of ones takes the same steps, to the bit on the general path") {
  const auto after_20_steps = [](auto rates) {
    using rates_type = decltype(rates);
    using training =
        descent<gradient_descent, unconstrained, first_of<step_limit>, constant_rate, unclipped, rates_type>;
    auto bound = bind<double>(small_descent::make(training{.rate = 0.02, .rates = rates}), 4);
    auto running = bound.training();
    for (int t = 0; t < 20; ++t) running.step_as_lanes();
    return std::vector<double>(running.theta().begin(), running.theta().end());
  };
  CHECK(after_20_steps(same_rate{}) == after_20_steps(rate_per_matrix{}));
  CHECK(after_20_steps(same_rate{}) != after_20_steps(rate_per_matrix{.state = 0.5}));
}
