// SPDX-License-Identifier: BSD-3-Clause
// How trainings end: every stop rule, their order, the finish, what goes wrong, and what is refused before it starts.
#include <doctest/doctest.h>

#include <algorithm>
#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>
#include <string>

#include "../tools/standing.hpp"
#include "theorem1.hpp"

using namespace lssm;

namespace {

/// Theorem 1's experiment at seed 242, for the training under test.
template <class Training, integer D = 10, integer Kappa = 7>
using baseline = teacher_student<ssm<real_diagonal<D>, learn<state_matrix>>, theorem1_teacher<D>,
                                 training_set<Kappa, unit<at<0>>>, squared_error, Training>;
template <class Training>
using special_study =
    teacher_student<ssm<real_diagonal<10>, learn<state_matrix>>, theorem1_teacher<10>,
                    inject<training_set<7, unit<at<0>>>, unit<at<-2>>>, squared_error, Training>;

/// A small flow that is over at once, from a given start; labels of h = (1, 0.5, 0.25, ...).
template <class Loss, class Training>
using quick = teacher_student<ssm<real_diagonal<2>, learn_all>, given<real_diagonal<1>>,
                              training_set<4, gaussian<everywhere>>, Loss, Training, given_start>;
template <class Loss, class Training>
quick<Loss, Training> quick_study(const Training& training) {
  return {.teacher = {.values = {{0.5}, {1}, {1}}},
          .data = {.sequences = {.count = 12}},
          .training = training,
          .start = {.a = {0.2, -0.1}, .b = {0.3, 0.2}, .c = {0.25, 0.4}}};
}

template <class V>
bool all_finite(const V& x) {
  return std::all_of(x.begin(), x.end(), [](const auto& v) { return is_finite(v); });
}
template <class Outcome>
bool finite_system(const Outcome& end) {
  const auto& s = end.student.system;
  return all_finite(s.a) && all_finite(s.b) && all_finite(s.c);
}

template <class Study>
std::string refusal(const Study& study) {
  try {
    run<double>(study, 1);
  } catch (const bad_argument& e) {
    return e.what();
  }
  return "";
}
bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

/// Own losses for what squares never do: (p - y)² up to p = edge, `Beyond` after it.
enum class beyond { nan, jump };
template <beyond Beyond>
struct cliff {
  double edge = 0.5;
  template <class T>
  T value(const T& p, const T& y) const {
    const T beyond = Beyond == beyond::nan ? (p - p) / T(0) : T(1e6);
    return p < T(edge) ? (p - y) * (p - y) : beyond;
  }
  template <class T>
  T derivative(const T& p, const T& y) const {
    return T(2) * (p - y);
  }
  template <class T>
  T second_derivative(const T&, const T&) const {
    return T(2);
  }
};
template <class Loss, class Method>
using cliff_study = teacher_student<ssm<real_diagonal<1>, learn<output_matrix>>, given<real_diagonal<1>>,
                                    training_set<2, unit<at<-1>>>, Loss, gradient_flow<Method>, given_start>;
/// One number c, from 0 towards the label 1: the cliff stands in its way.
template <class Loss, class Method>
cliff_study<Loss, Method> to_the_cliff() {
  return {.teacher = {.values = {{0}, {1}, {1}}}, .start = {.a = {0}, .b = {1}, .c = {0}}};
}

struct every_tenth {  // an own rule: steps are a multiple of ten
  static constexpr status reason = status::target_reached;
  template <class T>
  mask_of<T> fires(const progress<T>& p) const {
    return p.steps >= T(10);
  }
};

struct old_enough {  // an own rule whose number happens to be called time
  int time = 3;
  static constexpr status reason = status::target_reached;
  template <class T>
  mask_of<T> fires(const progress<T>& p) const {
    return p.time >= T(time);
  }
};

}  // namespace

TEST_CASE("convergence: the finish takes the place of the tail") {
  const reference::wide truth = theorem1::from_decimal("0.049185990528351113580");
  using stop_at_loss = gradient_flow<rosenbrock, automatic, first_of<target_loss>>;
  // The loss at which `convergence` fires at this tolerance: 1e-5 · rtol · (1/N) Σ y².
  const auto bare = run<double>(
      special_study<stop_at_loss>{.training = {.rtol = 1e-12, .stop = {{{.value = 1e-17}}}}}, 242);
  const auto finished = run<double>(special_study<gradient_flow<>>{.training = {.rtol = 1e-12}}, 242);
  CHECK(bare.status == status::target_reached);
  CHECK(finished.status == status::converged);
  CHECK(finished.at_end.resolution == doctest::Approx(1e-12));
  CHECK(finished.at_end.steps == bare.at_end.steps);
  CHECK(finished.at_end.loss < 1e-28);
  CHECK(bare.at_end.loss > 1e-20);
  CHECK(theorem1::relative(finished.generalization(20), truth) < 2e-12);
  CHECK(theorem1::relative(bare.generalization(20), truth) > 1e-10);
}

TEST_CASE("convergence: a plateau is no end, however small the gradient") {
  auto bound = bind<double>(baseline<gradient_flow<>>{}, 242);
  auto gradient = bound.theta;
  const double loss = tests::standing(bound.objective)
                          .value_and_gradient(view<double>(bound.theta), std::span<double>(gradient));
  CHECK(loss == doctest::Approx(1.0).epsilon(1e-12));
  double norm = 0;
  for (const double g : gradient) norm = std::max(norm, std::abs(g));
  CHECK(norm < 1e-14);
  auto training = bound.training();
  CHECK(training.running());
  drive(training, silent{});
  CHECK(training.lane_status(0) == status::converged);
  CHECK(training.now().loss < 1e-25);
  CHECK(training.now().time > 1e10);
}

TEST_CASE("target_loss: stops after the step that reaches it") {
  using training = gradient_flow<rosenbrock, automatic, first_of<target_loss, step_limit>>;
  for (const double value : {0.5, 1e-2, 1e-8}) {
    double before = 2;
    const auto watch = [&](auto& flow) {
      CHECK(before > value);
      before = flow.now().loss;
    };
    const auto end =
        run<double>(baseline<training>{.training = {.stop = {{{.value = value}, {}}}}}, 242, watch);
    CHECK(end.status == status::target_reached);
    CHECK(end.at_end.loss <= value);
    CHECK(end.at_end.loss > value / 10);
  }
}

TEST_CASE_TEMPLATE("time_horizon: the last step lands on it", Method, rosenbrock, dormand_prince) {
  using training = gradient_flow<Method, automatic, first_of<time_horizon>>;
  reference::numbers draw(7);
  for (int i = 0; i < 100; ++i) {
    const double time = std::pow(10.0, 2 * draw.draw() - 1);  // 1e-3 .. 10
    auto study = quick_study<squared_error>(training{.rtol = 1e-4, .stop = {{{.time = time}}}});
    const auto end = run<double>(study, 5);
    CHECK(end.status == status::horizon);
    CHECK(end.at_end.time == time);
  }
}

TEST_CASE("time_horizon: a shorter flow is a part of a longer one") {
  using training = gradient_flow<rosenbrock, automatic, first_of<time_horizon>>;
  const auto at_time = [](double time) {
    return run<double>(special_study<training>{.training = {.rtol = 1e-12, .stop = {{{.time = time}}}}}, 242);
  };
  // The published horizon, where the loss is 1e-58 if there is no rounding: as good as the end of the flow.
  const auto end = at_time(1e4);
  CHECK(end.at_end.time == 1e4);
  CHECK(theorem1::relative(end.generalization(20), theorem1::from_decimal("0.049185990528351113580")) <
        1e-11);
  CHECK(at_time(10).at_end.loss > at_time(100).at_end.loss);
}

TEST_CASE("step_limit: accepted and rejected steps count, none is possible") {
  using training = gradient_flow<rosenbrock, automatic, first_of<step_limit>>;
  for (const double steps : {0.0, 1.0, 17.0, 300.0}) {
    const auto end =
        run<double>(baseline<training>{.training = {.rtol = 1e-5, .stop = {{{.steps = steps}}}}}, 242);
    CHECK(end.status == status::step_limit);
    CHECK(end.at_end.steps + end.at_end.rejected == steps);
    if (steps == 0) {
      auto bound = bind<double>(baseline<training>{}, 242);
      for (std::size_t j = 0; j < bound.theta.size(); ++j)  // leader plus gap
        CHECK(std::abs(end.student.system.a[j] - bound.theta[j]) <= epsilon_of<double> * bound.theta[0]);
      CHECK(end.at_end.time == 0);
    }
  }
}

TEST_CASE("first_of: of rules that fire together the first gives the reason") {
  const auto reason = [](auto stop) {
    using stop_type = decltype(stop);
    return run<double>(quick_study<squared_error>(
                           gradient_flow<rosenbrock_along<flow_time>, automatic, stop_type>{.stop = stop}),
                       5)
        .status;
  };
  CHECK(reason(first_of<target_loss, step_limit>{{{.value = 1e9}, {.steps = 0}}}) == status::target_reached);
  CHECK(reason(first_of<step_limit, target_loss>{{{.steps = 0}, {.value = 1e9}}}) == status::step_limit);
  CHECK(reason(first_of<every_tenth, step_limit>{{{}, {.steps = 10}}}) == status::target_reached);
  CHECK(reason(first_of<step_limit, every_tenth>{{{.steps = 10}, {}}}) == status::step_limit);
  CHECK(reason(first_of<step_limit, every_tenth>{{{.steps = 12}, {}}}) == status::target_reached);
  first_of<target_loss, step_limit> rules;
  rules.get<step_limit>().steps = 3;
  CHECK(rules != first_of<target_loss, step_limit>{});
  CHECK(reason(rules) == status::step_limit);
}

TEST_CASE("an own rule may have a time of its own without steps being cut to it") {
  using flow = gradient_flow<rosenbrock, automatic, first_of<old_enough, step_limit>>;
  const auto end = run<double>(quick_study<squared_error>(flow{}), 5);
  CHECK(end.status == status::target_reached);
  CHECK(end.at_end.time > 3);
}

TEST_CASE("noisy labels: no zero of the loss, an end all the same") {
  const auto end_of = [](auto training) {
    using training_type = decltype(training);
    using data = label_noise<training_set<4, gaussian<everywhere>>>;
    using study = teacher_student<ssm<real_diagonal<2>, learn_all>, given<real_diagonal<1>>, data,
                                  squared_error, training_type, given_start>;
    return run<double>(study{.teacher = {.values = {{0.5}, {1}, {1}}},
                             .data = {.set = {.sequences = {.count = 12}}, .deviation = 0.2},
                             .training = training,
                             .start = {.a = {0.2, -0.1}, .b = {0.3, 0.2}, .c = {0.25, 0.4}}},
                       5);
  };
  const auto at_horizon = end_of(gradient_flow<>{.stop = {{{}, {.time = 1e4}, {}}}});
  CHECK(at_horizon.status == status::horizon);
  CHECK(at_horizon.at_end.time == 1e4);
  CHECK(at_horizon.at_end.loss > 1e-4);
  CHECK(finite_system(at_horizon));
  const auto at_limit = end_of(gradient_flow<dormand_prince>{.stop = {{{}, {}, {.steps = 300}}}});
  CHECK(at_limit.status == status::step_limit);
  CHECK(finite_system(at_limit));
  CHECK(at_limit.at_end.loss >= at_horizon.at_end.loss * (1 - 1e-9));
  // Without a horizon steps are used up at the minimum.
  const auto unbounded = end_of(gradient_flow<>{.stop = {{{}, {}, {.steps = 5000}}}});
  CHECK((unbounded.status == status::horizon || unbounded.status == status::step_limit));
  CHECK(finite_system(unbounded));
  CHECK(unbounded.at_end.loss == doctest::Approx(at_horizon.at_end.loss).epsilon(1e-6));
}

TEST_CASE_TEMPLATE("not finite: an overflow at the start leaves the start", Method, rosenbrock,
                   dormand_prince) {
  auto study = quick_study<squared_error>(gradient_flow<Method>{});
  study.start.a = {1e200, 1};
  const auto end = run<double>(study, 5);
  CHECK(end.status == status::not_finite);
  CHECK(end.at_end.steps == 0);
  CHECK(end.student.system.a[0] == 1e200);
  CHECK(end.student.system.c[1] == 0.4);
}

namespace {

/// 100/(1 + p²), which is finite, and zero, where the output p is infinite.
struct vanishing {
  static auto value(const auto& p, const auto&) {
    using U = std::decay_t<decltype(p)>;
    return U(100) / (U(1) + p * p);
  }
  static auto derivative(const auto& p, const auto&) {
    using U = std::decay_t<decltype(p)>;
    const U v = U(1) / (U(1) + p * p);
    return U(-200) * p * v * v;
  }
};
/// All inputs and parameters are positive: an infinite one has an infinite output, which no other cancels.
template <class Training>
auto vanishing_study(const Training& training) {
  teacher_student<ssm<real_diagonal<2>>, given<real_diagonal<1>>, training_set<2, listed<everywhere>>,
                  vanishing, Training, given_start>
      s{};
  s.teacher = {.values = {{0.5}, {1}, {1}}};
  s.data = {.sequences = {.count = 2, .values = {1, 0.5, 0.7, 1}}};
  s.training = training;
  s.start = {.a = {0.2, 0.1}, .b = {0.3, 0.2}, .c = {0.25, 0.4}};
  return s;
}
using vanishing_descent =
    descent<gradient_descent, unconstrained, first_of<target_loss, step_limit>, constant_rate>;
vanishing_descent down(double rate, double target) {
  return {.rate = rate, .stop = {{{.value = target}, {.steps = 50}}}};
}

}  // namespace

TEST_CASE_TEMPLATE("not finite: a parameter is infinite though the loss is not", T, float, double,
                   long double, dual<double>) {
  const auto study = vanishing_study(down(1e-3, 1e-3));
  for (const T& bad : {T(HUGE_VAL), T(-HUGE_VAL)})
    for (std::size_t i = 0; i < 6; ++i) {
      auto bound = bind<T>(study, 5);
      bound.theta[i] = bad;
      const auto training = bound.training();
      CHECK(training.lane_status(0) == status::not_finite);
      CHECK(training.now().steps == T(0));
    }
  auto bound = bind<T>(study, 5);
  CHECK(bound.training().running());
}

TEST_CASE_TEMPLATE("not finite: a step to infinite parameters goes back, though the loss there is zero", T,
                   float, double) {
  const double most = static_cast<double>(std::numeric_limits<T>::max());
  std::vector<decltype(vanishing_study(down(1, 1)))> studies;
  for (const double rate : {1e-3, most, most / 2, 1e-2})
    studies.push_back(vanishing_study(down(rate, 1e-30)));
  const std::vector<std::uint32_t> seeds(studies.size(), 5);
  const auto in_lanes = run<pack<T>>(std::span(std::as_const(studies)), std::span(seeds));
  for (std::size_t i = 0; i < studies.size(); ++i) {
    const auto alone = run<T>(studies[i], 5);
    CHECK(alone.status == (studies[i].training.rate < 1 ? status::step_limit : status::not_finite));
    CHECK(finite_system(alone));
    CHECK(is_finite(alone.at_end.loss));
    CHECK(in_lanes[i].status == alone.status);
    CHECK(in_lanes[i].at_end.steps == alone.at_end.steps);
    CHECK(in_lanes[i].student.system.c[0] == alone.student.system.c[0]);
  }
}

TEST_CASE("not finite: flows ask for the parameters too") {
  auto bound = bind<double>(vanishing_study(gradient_flow<dormand_prince>{}), 5);
  bound.theta[5] = HUGE_VAL;
  CHECK(bound.training().lane_status(0) == status::not_finite);
}

TEST_CASE_TEMPLATE("huge starts end with a status and finite numbers", Method, rosenbrock, dormand_prince) {
  for (const double size : {1e3, 1e10, 1e25, 1e40, 1e50}) {
    CAPTURE(size);
    using training = gradient_flow<Method, automatic, first_of<convergence, step_limit>>;
    auto study = quick_study<squared_error>(training{.stop = {{{}, {.steps = 3000}}}});
    study.start.a = {size, -size / 3};
    const auto end = run<double>(study, 5);
    CHECK(end.status != status::running);
    CHECK(finite_system(end));
  }
}

TEST_CASE_TEMPLATE("not finite: the last finite state is kept", Method, rosenbrock, dormand_prince) {
  const auto end = run<double>(to_the_cliff<cliff<beyond::nan>, Method>(), 1);
  CHECK(end.status == status::not_finite);
  CHECK(end.student.system.c[0] == doctest::Approx(0.5).epsilon(1e-12));
  CHECK(end.student.system.c[0] < 0.5);
  CHECK(end.at_end.loss == doctest::Approx(0.25));
}

TEST_CASE_TEMPLATE("stalled: no step is short enough for a loss that jumps", Method, rosenbrock,
                   dormand_prince) {
  const auto end = run<double>(to_the_cliff<cliff<beyond::jump>, Method>(), 1);
  CHECK(end.status == status::stalled);
  CHECK(end.student.system.c[0] == doctest::Approx(0.5).epsilon(1e-12));
  CHECK(end.at_end.loss == doctest::Approx(0.25));
  CHECK(end.at_end.steps < 1000);
}

TEST_CASE("cancelled: an observer may end a training, at the start and later") {
  for (const int after : {0, 1, 5}) {
    int seen = 0;
    const auto watch = [&](auto&) { return seen++ < after; };
    const auto end = run<double>(baseline<gradient_flow<>>{}, 242, watch);
    CHECK(end.status == status::cancelled);
    CHECK(end.at_end.steps == after);
    CHECK(seen == after + 1);
    CHECK(end.at_end.loss > 0.99);
  }
}

TEST_CASE("an ended training keeps its status") {
  auto bound = bind<double>(baseline<gradient_flow<>>{}, 242);
  auto training = bound.training();
  drive(training, silent{});
  const double time = training.now().time;
  training.cancel();
  training.step();
  CHECK(training.lane_status(0) == status::converged);
  CHECK(training.now().time == time);
}

TEST_CASE("refused before any work: what lies out of range") {
  const auto with_rtol = [](double rtol) {
    return refusal(baseline<gradient_flow<>>{.training = {.rtol = rtol}});
  };
  for (const double rtol : {0.0, -1e-10, 1e-16, 0.011, 1.0, HUGE_VAL, std::nan("")}) {
    CAPTURE(rtol);
    CHECK(has(with_rtol(rtol), "gradient_flow: rtol must be between 1.7763568394002505e-15 and 0.01, given"));
  }
  CHECK(with_rtol(0.01).empty());
  CHECK(with_rtol(1e-14).empty());
  using rules = first_of<convergence, target_loss, time_horizon, step_limit>;
  const auto with = [](const rules& stop) {
    return refusal(baseline<gradient_flow<rosenbrock, automatic, rules>>{.training = {.stop = stop}});
  };
  CHECK(has(with({{{.loss = 0}, {}, {}, {}}}), "convergence: loss must be finite and positive, given 0"));
  CHECK(has(with({{{.loss = std::nan("")}, {}, {}, {}}}), "convergence: loss"));
  CHECK(
      has(with({{{}, {.value = -1}, {}, {}}}), "target_loss: value must be finite and at least 0, given -1"));
  CHECK(has(with({{{}, {.value = HUGE_VAL}, {}, {}}}), "target_loss: value"));
  CHECK(has(with({{{}, {}, {.time = 0}, {}}}), "time_horizon: time must be positive, given 0"));
  CHECK(has(with({{{}, {}, {.time = std::nan("")}, {}}}), "time_horizon: time"));
  CHECK(has(with({{{}, {}, {}, {.steps = -1}}}), "step_limit: steps must be at least 0, given -1"));
  CHECK(has(with({{{}, {}, {}, {.steps = std::nan("")}}}), "step_limit: steps"));
  CHECK(with({{{}, {.value = 0}, {.time = HUGE_VAL}, {.steps = HUGE_VAL}}}).empty());
}

TEST_CASE("float: its own tolerance, and results to a few of them") {
  using study = baseline<gradient_flow<>, 5, 6>;
  const study ours{.training = {.rtol = 1e-5}, .start = {.scale = 0.5, .gap_factor = 3}};
  CHECK_THROWS_WITH_AS(run<float>(study{}, 1), doctest::Contains("gradient_flow: rtol"), bad_argument);
  const auto single = run<float>(ours, 8);
  const auto twice = run<double>(study{.start = ours.start}, 8);
  CHECK(single.status == status::converged);
  CHECK(double{single.generalization(20)} == doctest::Approx(twice.generalization(20)).epsilon(2e-4));
}
