// SPDX-License-Identifier: BSD-3-Clause
// Several trainings of one bound study, and what else may happen to its objective between two steps: each training has the
// bits of one that is by itself.
#include <doctest/doctest.h>

#include <functional>
#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>

#include "../tools/standing.hpp"

using namespace lssm;

namespace {

/// e² + e⁴: a loss of the raw form, with curvature.
struct steep_error {
  template <class T>
  static T value(const T& p, const T& y) {
    const T e = p - y;
    return e * e * (T(1) + e * e);
  }
  template <class T>
  static T derivative(const T& p, const T& y) {
    const T e = p - y;
    return e * (T(2) + T(4) * e * e);
  }
  template <class T>
  static T second_derivative(const T& p, const T& y) {
    const T e = p - y;
    return T(2) + T(12) * e * e;
  }
};

using few = training_set<6, gaussian<everywhere>>;
template <class Training, class Learn = learn_all, class L = squared_error, class Data = few>
using study_of =
    teacher_student<ssm<real_diagonal<5>, Learn>, theorem1_teacher<5>, Data, L, Training, near_zero>;

template <class Study>
Study make(double deviation = 0.3) {
  Study s;
  s.data.sequences.count = 4;
  s.start = {.state_deviation = deviation, .io_deviation = 0.6};
  return s;
}

/// Everything that a person sees of a training: progress, status, system and cotangent, in numbers.
template <class State>
std::vector<double> seen(State& training) {
  std::vector<double> out;
  const auto point = training.here();
  for_each_leaf(point.system, [&](const std::string&, auto leaf) {
    for (const auto& x : leaf)
      for (std::size_t i = 0; i < lanes_of<typename State::T>; ++i)
        out.push_back(value_of(scalar_traits<typename State::T>::get(x, i)));
  });
  for (const auto& x : point.cotangent)
    for (std::size_t i = 0; i < lanes_of<typename State::T>; ++i)
      out.push_back(value_of(scalar_traits<typename State::T>::get(x, i)));
  for (std::size_t i = 0; i < lanes_of<typename State::T>; ++i) {
    progress<lane_of<typename State::T>> mine;
    get_lane(training.now(), i, mine);
    for (const auto& x : {mine.loss, mine.time, mine.steps, mine.rejected, mine.rate, mine.best_loss})
      out.push_back(value_of(x));
    out.push_back(static_cast<double>(training.lane_status(i)));
  }
  return out;
}

template <class State>
std::vector<double> after(State& training, int steps) {
  for (int i = 0; i < steps && training.running(); ++i) training.step();
  return seen(training);
}

/// Two trainings of one bound study, the second from another θ, step by step in turn: each as if alone.
template <class Bound>
void never_disturb_each_other(Bound bind_anew, int steps = 40) {
  auto alone = bind_anew(), other = bind_anew(), shared = bind_anew();
  const auto move = [](auto& b) {
    for (auto& x : b.theta) x = x * typename std::remove_cvref_t<decltype(b.theta)>::value_type(0.75);
  };
  auto first_alone = alone.training();
  const auto first = after(first_alone, steps);
  move(other);
  auto second_alone = other.training();
  const auto second = after(second_alone, steps);

  auto one = shared.training();
  move(shared);
  auto two = shared.training();
  for (int i = 0; i < steps; ++i) {
    if (one.running()) one.step();
    if (two.running()) two.step();
    if (i % 5 == 0) seen(one);
  }
  CHECK(seen(one) == first);
  CHECK(seen(two) == second);
  CHECK(seen(one) == first);
  CHECK(first != second);
}

template <class Rule, class Constraint = unconstrained>
void descents() {
  using study = study_of<descent<Rule, Constraint, first_of<target_loss, step_limit>>>;
  never_disturb_each_other([] { return bind<double>(make<study>(), 3); });
}

}  // namespace

TEST_CASE("the row of the report: a training is read off after another one has run") {
  using study = study_of<descent<gradient_descent, unconstrained, first_of<step_limit>>>;
  auto bound = bind<double>(make<study>(), 3), alone = bind<double>(make<study>(), 3);
  auto one = bound.training();
  one.advance(10);
  auto two = bound.training();
  two.advance(2000);
  const auto read = read_lane(one, bound, 0);
  auto undisturbed = alone.training();
  undisturbed.advance(10);
  const auto expected = read_lane(undisturbed, alone, 0);
  CHECK(equal_parts(read.student.system, expected.student.system));
  CHECK(read.cotangent == expected.cotangent);
  CHECK(read.at_end.steps == 10);
  CHECK(read.at_end.loss == expected.at_end.loss);
}

TEST_CASE("descents by turns: every rule") {
  descents<gradient_descent>();
  descents<heavy_ball>();
  descents<nesterov>();
  descents<rmsprop>();
  descents<adam>();
  descents<adamw>();
  descents<keras_adam>();
  descents<adaptive_rate<>>();
  descents<adaptive_rate<diagonal_norm>>();
  descents<group_rmsprop<>>();
  descents<adaptive_rate<>, fixed_input_output>();
  descents<gradient_descent, bounded_state_matrix>();
}

TEST_CASE("flows by turns: every method and chart, every form of the objective") {
  using stop = first_of<convergence, time_horizon, step_limit>;
  using fixed = learn<state_matrix>;
  never_disturb_each_other([] {
    return bind<double>(make<study_of<gradient_flow<rosenbrock, gap_to_leader, stop>, fixed>>(), 3);
  });
  never_disturb_each_other(
      [] { return bind<double>(make<study_of<gradient_flow<rosenbrock, plain, stop>, fixed>>(), 3); });
  never_disturb_each_other(
      [] { return bind<double>(make<study_of<gradient_flow<rosenbrock, automatic, stop>>>(), 3); });
  never_disturb_each_other(
      [] { return bind<double>(make<study_of<gradient_flow<dormand_prince, plain, stop>>>(), 3); });
  never_disturb_each_other([] {
    return bind<double>(make<study_of<gradient_flow<dormand_prince, gap_to_leader, stop>, fixed>>(), 3);
  });
  never_disturb_each_other([] {
    return bind<double>(make<study_of<gradient_flow<rosenbrock, plain, stop>, learn_all, steep_error>>(), 3);
  });
  never_disturb_each_other([] {
    return bind<double>(make<study_of<gradient_flow<rosenbrock, gap_to_leader, stop>, fixed, steep_error>>(),
                        3);
  });
}

TEST_CASE("networks and layers by turns") {
  using net = with_network<ssm<real_diagonal<4>>, sequential<dense<5>, tanh_layer, dense<1>>>;
  using layers = deep<ssm<real_diagonal<3, 1, 2>>, gelu, ssm<real_diagonal<3, 2, 1>>, last_output>;
  using rule = descent<adaptive_rate<diagonal_norm>, unconstrained, first_of<target_loss, step_limit>>;
  using flow = gradient_flow<dormand_prince, plain, first_of<time_horizon, step_limit>>;
  using start = network_start<near_zero>;
  const auto bound = []<class Study>(Study s) {
    s.data.sequences.count = 4;
    s.start = {{.state_deviation = 0.3, .io_deviation = 0.6}, {.deviation = 0.4}};
    return bind<double>(s, 3);
  };
  never_disturb_each_other(
      [&] { return bound(teacher_student<net, theorem1_teacher<4>, few, squared_error, rule, start>()); });
  never_disturb_each_other(
      [&] { return bound(teacher_student<net, theorem1_teacher<4>, few, squared_error, flow, start>()); });
  never_disturb_each_other(
      [&] { return bound(teacher_student<layers, theorem1_teacher<4>, few, squared_error, rule, start>()); });
  never_disturb_each_other(
      [&] { return bound(teacher_student<layers, theorem1_teacher<4>, few, squared_error, flow, start>()); });
}

TEST_CASE("a flow and a descent of one objective") {
  using study = study_of<gradient_flow<>, learn<state_matrix>>;
  using rule = descent<adaptive_rate<>>;
  auto alone = bind<double>(make<study>(), 3), beside = bind<double>(make<study>(), 3),
       shared = bind<double>(make<study>(), 3);
  const rule steps{.rate = 0.01};
  const std::span<const rule> one(&steps, 1);
  auto flow_alone = alone.training();
  const auto flow_end = after(flow_alone, 30);
  auto descent_alone = rule::start(one, beside.objective);
  const auto descent_end = after(descent_alone, 30);

  auto flow = shared.training();
  auto descent = rule::start(one, shared.objective);
  for (int i = 0; i < 30; ++i) {
    flow.step();
    descent.step();
    flow.at(flow.now().time - flow.last_step() / 2);
  }
  CHECK(seen(descent) == descent_end);
  CHECK(seen(flow) == flow_end);
}

TEST_CASE("flows in different charts of one objective") {
  const auto check = []<class L>(L) {
    using in_gaps = gradient_flow<rosenbrock, gap_to_leader>;
    using in_theta = gradient_flow<rosenbrock, plain>;
    using study = study_of<in_gaps, learn<state_matrix>, L>;
    auto alone = bind<double>(make<study>(), 3), shared = bind<double>(make<study>(), 3);
    auto undisturbed = alone.training();
    const auto end = after(undisturbed, 30);
    auto flow = shared.training();
    const in_theta other{};
    auto beside = in_theta::start(std::span<const in_theta>(&other, 1), shared.objective);
    for (int i = 0; i < 30; ++i) {
      flow.step();
      beside.step();
    }
    CHECK(seen(flow) == end);
  };
  check(squared_error{});
  check(steep_error{});
}

TEST_CASE("a copy of a training goes its own way") {
  using study = study_of<gradient_flow<rosenbrock, plain>>;
  auto bound = bind<double>(make<study>(), 3);
  auto training = bound.training();
  after(training, 10);
  auto fork = training;
  const auto end = after(training, 20);
  CHECK(after(fork, 7) != end);
  CHECK(after(fork, 13) == end);
  CHECK(seen(training) == end);
}

TEST_CASE("the objective may be asked and looked at between steps") {
  const auto check = [](auto study, auto disturb) {
    auto alone = bind<double>(study, 3), shared = bind<double>(study, 3);
    auto undisturbed = alone.training();
    auto training = shared.training();
    for (int i = 0; i < 25; ++i) {
      undisturbed.step();
      disturb(shared);
      training.step();
    }
    CHECK(training.now().loss == undisturbed.now().loss);
    disturb(shared);
    CHECK(seen(training) == seen(undisturbed));
  };
  const auto all = [&](auto study) {
    check(study, [](auto& b) {
      auto g = b.theta;
      tests::standing(b.objective).value_and_gradient(b.theta, g);
    });
    check(study, [](auto& b) { b.rebuild(); });
    check(study, [](auto& b) {
      tests::standing at(b.objective);
      for (double& h : at.response()) h = 0;
      at.evaluate_response();
    });
  };
  all(make<study_of<descent<adaptive_rate<>>>>());
  all(make<study_of<gradient_flow<rosenbrock, plain>>>());
  all(make<study_of<gradient_flow<>, learn<state_matrix>>>());
}

TEST_CASE("many steps at once, in turn with others") {
  using study = study_of<descent<gradient_descent, unconstrained, first_of<step_limit>>>;
  auto alone = bind<double>(make<study>(), 3), shared = bind<double>(make<study>(), 3);
  auto undisturbed = alone.training(), one = shared.training(), two = shared.training();
  for (int i = 0; i < 10; ++i) {
    undisturbed.advance(50);
    one.advance(50);
    two.advance(7);
  }
  CHECK(seen(one) == seen(undisturbed));
}

TEST_CASE("a changed objective counts from the next step") {
  const auto check = [](auto study) {
    auto edited = bind<double>(study, 3), from_there = bind<double>(study, 3);
    auto training = edited.training();
    after(training, 10);
    // The same θ, in a study that had these data from the start.
    const auto point = training.here();
    using learned = typename decltype(study.student)::learned;
    for (double& x : edited.data.x) x = 0.5 * x;
    auto halfway = edited.theta;
    learned::from_system(point.system, std::span<double>(halfway));
    edited.relabel();
    from_there.data = edited.data;
    from_there.theta = halfway;
    from_there.rebuild();
    auto fresh = from_there.training();
    const double loss = fresh.now().loss;
    CHECK(training.here().loss == doctest::Approx(loss).epsilon(1e-12));
    training.step();
    fresh.step();
    if constexpr (requires { training.theta(); }) {
      CHECK(seen(training)[0] == seen(fresh)[0]);
    }
    CHECK(training.now().loss < loss);
  };
  check(make<study_of<descent<gradient_descent>>>());
  check(make<study_of<gradient_flow<rosenbrock, plain>>>());
  check(make<study_of<gradient_flow<rosenbrock, gap_to_leader>, learn<state_matrix>>>());

  // Steps of which nothing is seen prepare constants of the data.
  using plain_study = study_of<descent<gradient_descent, unconstrained, first_of<step_limit>>>;
  auto bound = bind<double>(make<plain_study>(), 3);
  auto many = bound.training(), single = bound.training();
  many.advance(10);
  for (int i = 0; i < 10; ++i) single.step();
  for (double& x : bound.data.x) x = 0.5 * x;
  bound.relabel();
  many.advance(10);
  for (int i = 0; i < 10; ++i) single.step();
  for (std::size_t i = 0; i < many.theta().size(); ++i)
    CHECK(many.theta()[i] == doctest::Approx(single.theta()[i]).epsilon(1e-12));
}

TEST_CASE("an objective of another size is refused") {
  using open = teacher_student<ssm<real_diagonal<>>, theorem1_teacher<>, training_set<dynamic, unit<at<0>>>,
                               squared_error, descent<adaptive_rate<>>, near_zero>;
  const open s{.student = {.structure = {.states = 3}}, .teacher = {3}, .data = {.length = 6}};
  auto bound = bind<double>(s, 3);
  auto training = bound.training();
  bound.data.kappa = 12;
  bound.data.x.resize(12, 1.0);
  bound.relabel();
  std::string said;
  try {
    training.step();
  } catch (const bad_argument& e) {
    said = e.what();
  }
  CHECK(said == "training: the objective must be of length 6, as at the start, given 12");
}

TEST_CASE("lanes: a second training begins where the first began, and neither disturbs the other") {
  using study = study_of<descent<adaptive_rate<>>>;
  using flow = study_of<gradient_flow<>, learn<state_matrix>>;
  const auto check = []<class Study>(const Study& s) {
    using T = pack<double>;
    const std::vector<Study> studies{s};
    const std::vector<std::uint32_t> seeds{3, 4, 5, 6};
    const auto lanes = [&] { return bind_lanes<T, Study>(studies, seeds); };
    auto alone = lanes(), shared = lanes();
    auto undisturbed = alone.training();
    const auto first = seen(undisturbed);
    const auto end = after(undisturbed, 20);
    auto one = shared.training();
    after(one, 10);
    auto two = shared.training();
    CHECK(seen(two) == first);
    for (int i = 0; i < 10; ++i) one.step(), two.step();
    CHECK(seen(one) == end);
    CHECK(after(two, 10) == end);
  };
  check(make<study>());
  check(make<flow>());
}
