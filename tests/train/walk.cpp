// SPDX-License-Identifier: BSD-3-Clause
// Steps in portions are steps one by one, to the bit, by every rule that moves registers: in one loop, looked at or not, resumed,
// with sizes known or not, with losses or without. The general path, which lanes take, agrees with them to rounding.
#include <lssm/core/pack.hpp>
#include <lssm/study/checkpoint.hpp>
#include <lssm/study/lane_pool.hpp>

#include "small_descent.hpp"

using namespace lssm;
using small_descent::check_same_bits, small_descent::make;

namespace {

template <class T, class Outcome>
std::vector<T> theta_of_outcome(const Outcome& o) {
  std::vector<T> theta(o.student.system.a.begin(), o.student.system.a.end());
  theta.insert(theta.end(), o.student.system.b.begin(), o.student.system.b.end());
  theta.insert(theta.end(), o.student.system.c.begin(), o.student.system.c.end());
  return theta;
}

/// Losses, θ and time of every step, one by one.
template <class T>
struct diary {
  std::vector<T> losses, times;
  std::vector<std::vector<T>> thetas;
  void operator()(auto& run) {
    losses.push_back(run.now().loss), times.push_back(run.now().time);
    thetas.emplace_back(run.theta().begin(), run.theta().end());
  }
};

template <class T, class State>
void check_stands_at(State& state, const diary<T>& by_steps) {
  const std::size_t step = static_cast<std::size_t>(state.now().steps);
  REQUIRE(step < by_steps.losses.size());
  CHECK(state.now().loss == by_steps.losses[step]);
  CHECK(state.now().time == by_steps.times[step]);
  CHECK(std::equal(state.theta().begin(), state.theta().end(), by_steps.thetas[step].begin()));
  // Gradient and cotangent of the point are those of an evaluation there, the loss is to rounding.
  const auto here = state.here();
  const auto& objective = here.objective.objective();
  auto at = objective.workspace();
  std::vector<T> gradient(state.theta().size(), T(0));
  const T loss = objective.value_and_gradient(state.theta(), std::span<T>(gradient), at);
  CHECK(std::abs(loss - here.loss) <= 20 * epsilon_of<T> * (1 + loss));
  CHECK(std::equal(gradient.begin(), gradient.end(), here.gradient.begin()));
  CHECK(std::equal(here.cotangent.begin(), here.cotangent.end(), at.cotangent().begin()));
}

template <class T, class Study>
void check_portions(const Study& study, status how) {
  diary<T> by_steps;
  const auto alone = run<T>(study, 5, by_steps);
  CHECK(alone.status == how);
  for (const integer portion : {1, 3, 7, 1000}) {
    CAPTURE(portion);
    auto bound = bind<T>(study, 5);
    auto training = bound.training();
    while (training.running()) {
      training.walk(portion);
      check_stands_at(training, by_steps);
      if (portion == 3) training.refresh();  // as after a file has been read
    }
    check_same_bits(read_lane(training, std::move(bound), 0), alone);
  }
  check_same_bits(run<T>(study, 5), alone);
  integer looks = 0;
  auto see = every(10, [&](auto& run) {
    ++looks;
    check_stands_at(run, by_steps);
  });
  check_same_bits(run<T>(study, 5, see), alone);
  CHECK(looks == static_cast<integer>(std::ceil(static_cast<double>(alone.at_end.steps) / 10)));
}

template <class Rule = gradient_descent>
descent<Rule> to_target(double target, integer after = 0) {
  descent<Rule> t{.rate = 0.02, .after = after};
  t.stop.template get<target_loss>().value = target;
  t.stop.template get<step_limit>().steps = 333;
  return t;
}

/// Another kind of training, with the same steps.
template <class Training, class Rule>
Training like(const descent<Rule>& t) {
  Training other;
  other.rate = t.rate, other.rule = t.rule, other.stop = t.stop, other.after = t.after;
  return other;
}

/// Says when it wants to look next, and cancels at its fourth look.
struct looking_ahead {
  std::vector<double> at;
  double next;
  bool operator()(auto& run) {
    at.push_back(run.now().steps);
    return at.size() < 4;
  }
  double until_next(const auto&) const { return next; }
};

}  // namespace

TEST_CASE_TEMPLATE("steps in any portions, seen or not: the same bits, and the same end", T, float, double) {
  check_portions<T>(make(to_target(0.1)), status::target_reached);
  check_portions<T>(make(to_target(0.1, 15), 0.1), status::target_reached);
  check_portions<T>(make(to_target(0)), status::step_limit);
  check_portions<T>(make<learn<state_matrix>>(to_target(0)), status::step_limit);
  check_portions<T>(make<learn<output_matrix, state_matrix>>(to_target(0.2)), status::target_reached);
  auto wild = to_target(0);
  wild.rate = 40;
  check_portions<T>(make(wild), status::not_finite);
}

TEST_CASE_TEMPLATE("steps in any portions by every rule that moves registers", Rule, heavy_ball, nesterov,
                   adam, adamw) {
  check_portions<float>(make(to_target<Rule>(0.1, 3)), status::target_reached);
  check_portions<double>(make(to_target<Rule>(0.1, 15), 0.1), status::target_reached);
  check_portions<double>(make<learn<output_matrix, state_matrix>>(to_target<Rule>(0)), status::step_limit);
  // The general path takes the step to a loss that is not finite, from the numbers that the rule had before.
  auto wild = to_target<Rule>(0);
  wild.rate = 1e30;
  check_portions<float>(make(wild), status::not_finite);
}

TEST_CASE("an Adam that divides by the root alone stays on the general path") {
  auto t = to_target<adam>(0.1);
  t.rule.epsilon = 0;
  const auto study = make(t);
  small_descent::check_same_bits(run<double>(study, 5), small_descent::run_as_lanes<double>(study, 5));
}

namespace {

/// A rule of one's own, half of another one's direction, whose state inherits from that one's.
template <class Rule>
struct halved {
  Rule rule{};
  friend bool operator==(const halved&, const halved&) = default;
  template <class Objective>
  struct state : Rule::template state<Objective> {
    using base = typename Rule::template state<Objective>;
    using T = typename Objective::scalar;
    state(std::span<const halved> per_lane, const Objective& f) : base(each_of(per_lane, &halved::rule), f) {}
    T direction(const evaluated<Objective>& f, std::span<const T> theta, std::span<T> u, const T& by) {
      const T taken = base::direction(f, theta, u, by);
      for (T& x : u) x = T(0.5) * x;
      return taken;
    }
  };
};

}  // namespace

TEST_CASE_TEMPLATE("a state that inherits from one of a rule that moves registers has its own direction",
                   Rule, gradient_descent, heavy_ball, nesterov) {
  const auto study = make(to_target<halved<Rule>>(0.3));
  const auto one = run<double>(study, 5);
  small_descent::check_same_bits(one, small_descent::run_as_lanes<double>(study, 5));
  auto half = to_target<Rule>(0.3);
  half.rate /= 2;
  const auto same = small_descent::run_as_lanes<double>(make(half), 5);
  CHECK(same.student.system.a == one.student.system.a);
  CHECK(same.at_end.steps == one.at_end.steps);
}

TEST_CASE_TEMPLATE("a run resumed at any step has the bits of the whole one", Rule, heavy_ball, adam, adamw) {
  const auto study = make(to_target<Rule>(0.3), 0.1);
  const auto whole = run<double>(study, 5);
  for (const integer at : {1, 7, 20}) {
    auto first = bind<double>(study, 5), second = bind<double>(study, 5);
    auto training = first.training();
    training.walk(at);
    npz_writer out;
    const std::string saved = add_run(out, "run", first, training).bytes();
    auto resumed = second.training();
    load_run(npz_file(saved, "saved"), "run", second, resumed);
    resumed.walk(3);
    drive(resumed, silent{});
    small_descent::check_same_bits(read_lane(resumed, std::move(second), 0), whole);
  }
}

namespace {

/// The loop against sizes at run time, steps without losses, the general path and lanes.
template <class T, class Rule>
void check_paths() {
  for (const double noise : {0.0, 0.1}) {
    const auto t = to_target<Rule>(0.1, 4);
    const auto fast = run<T>(make(t, noise), 5);
    CHECK(fast.at_end.steps > T(5));
    check_same_bits(run<T>(make<learn_all, dynamic, dynamic>(t, noise), 5), fast);
    using null_rate = descent<Rule, unconstrained, first_of<target_loss, step_limit>, constant_rate,
                              unclipped, rate_per_matrix>;
    const auto general = run<T>(make(like<null_rate>(t), noise), 5);
    for (std::size_t i = 0; i < 3; ++i)
      CHECK(std::abs(general.student.system.a[i] - fast.student.system.a[i]) < T(200 * epsilon_of<T>));
    descent<Rule, unconstrained, first_of<step_limit>> unwatched{.rate = t.rate};
    unwatched.stop.template get<step_limit>().steps = static_cast<double>(fast.at_end.steps);
    auto bound = bind<T>(make(unwatched, noise), 5);
    auto training = bound.training();
    training.advance(1000);
    CHECK(std::equal(training.theta().begin(), training.theta().end(), theta_of_outcome<T>(fast).begin()));
    CHECK(training.now().loss == fast.at_end.loss);
    const std::vector<decltype(make(t))> studies(lanes_of<pack<T>>, make(t, noise));
    std::vector<std::uint32_t> seeds;
    for (std::uint32_t i = 0; i < lanes_of<pack<T>>; ++i) seeds.push_back(i);
    const auto lanes =
        run<pack<T>>(std::span<const decltype(make(t))>(studies), std::span<const std::uint32_t>(seeds));
    const std::uint32_t seed = seeds[5 % lanes.size()];
    small_descent::check_near(lanes[5 % lanes.size()], run<T>(studies[0], seed));
    const auto same = run<T>(make(like<null_rate>(t), noise), seed);
    CHECK(std::equal(same.student.system.a.begin(), same.student.system.a.end(),
                     lanes[5 % lanes.size()].student.system.a.begin()));
    // A pool of one lane has the bits of wider ones.
    bool once = true;
    train_in_lanes<T>(
        [&]() -> std::optional<lane_job<decltype(make(t))>> {
          if (!std::exchange(once, false)) return std::nullopt;
          return lane_job<decltype(make(t))>{0, studies[0], seed};
        },
        [&](std::size_t, auto o) { check_same_bits(o, lanes[5 % lanes.size()]); });
  }
}

}  // namespace

TEST_CASE_TEMPLATE(
    "the loop has the bits of sizes at run time and of steps without losses; the general path has those of "
    "lanes",
    Rule, gradient_descent, nesterov, adam, adamw) {
  check_paths<float, Rule>();
  check_paths<double, Rule>();
}

TEST_CASE("observers are called when they want to be, and at the end") {
  std::vector<double> seen, rare;
  auto often = every(6, [&](auto& run) { seen.push_back(run.now().steps); });
  auto seldom = every(10, [&](auto& run) { rare.push_back(run.now().steps); });
  const auto study = make([] {
    auto t = to_target(0);
    t.stop.get<step_limit>().steps = 31;
    return t;
  }());
  run<double>(study, 5, observers(often, seldom));
  CHECK(seen == std::vector<double>{6, 12, 18, 24, 30, 31});
  CHECK(rare == std::vector<double>{10, 20, 30, 31});

  // One that cancels, and one that knows no number of steps.
  looking_ahead eager{{}, 7}, confused{{}, std::numeric_limits<double>::quiet_NaN()}, negative{{}, -3};
  CHECK(run<double>(study, 5, eager).status == status::cancelled);
  CHECK(eager.at == std::vector<double>{0, 7, 14, 21});
  run<double>(study, 5, confused);
  CHECK(confused.at == std::vector<double>{0, 31});
  run<double>(study, 5, negative);
  CHECK(negative.at == std::vector<double>{0, 1, 2, 3});
}
