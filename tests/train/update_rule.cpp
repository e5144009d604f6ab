// SPDX-License-Identifier: BSD-3-Clause
// Every update rule against several steps written out in wide numbers, and the defaults by name. In dual numbers the
// derivative runs through the whole training, along a direction of start, inputs and labels.
#include <lssm/init.hpp>
#include <lssm/train.hpp>

#include "written_out.hpp"

using namespace lssm;

namespace {

constexpr long steps = 8;
constexpr double rate = 0.05;

/// How far θ is from the truth after eight steps, in epsilons. Entries are about 1.
template <class T, class Rule>
double error_of(const Rule& rule, const written_out::rule<reference::wide_of<T>>& expected) {
  using model = ssm<real_diagonal<2>>;
  reference::numbers draw(71);
  const auto data = problems::random_data<T>(draw, 8, 4, 1, problems::labels::noisy);
  const auto start = problems::positive_system<T>(real_diagonal<2>{}, draw);
  gram_objective<T, model, 4> objective(model{}, start, data);
  const auto theta = objective.theta();
  const descent<Rule> description{.rate = rate, .rule = rule, .stop = {{{.value = 0}, {}}}};
  auto training = descent<Rule>::start(std::span(&description, 1), objective);
  for (long t = 0; t < steps; ++t) training.step();
  CHECK(training.running());
  const auto truth = written_out::train<reference::wide_of<T>>(
      {reference::widen_all(data.x, 0), reference::widen_all(data.y, 0), 4}, reference::widen_all(theta, 0),
      steps, expected);
  reference::largest worst, moved;
  for (std::size_t i = 0; i < theta.size(); ++i) {
    worst.see(reference::epsilons(training.theta()[i], truth[i], 1));
    moved.see(reference::magnitude(truth[i] - reference::widen(theta[i], 0)));
  }
  CHECK(moved > 0.05);
  return worst;
}

/// A number of a description in wide ones, as T rounds it.
template <class T>
auto in(double number) {
  return reference::widen(T(static_cast<lane_of<T>>(number)), 0);
}

/// A rule that tells the descent of its directions only.
template <class Rule>
struct in_two_passes {
  Rule rule{};
  friend bool operator==(const in_two_passes&, const in_two_passes&) = default;
  template <class Objective>
  struct state {
    using T = typename Objective::scalar;
    typename Rule::template state<Objective> rule;
    state(std::span<const in_two_passes> per_lane, const Objective& f)
        : rule(each_of(per_lane, &in_two_passes::rule), f) {}
    static constexpr auto parts(auto& s) { return std::tuple(part("rule", s.rule)); }
    T direction(const evaluated<Objective>& f, std::span<const T> theta, std::span<T> u, const T& step) {
      return rule.direction(f, theta, u, step);
    }
  };
};

/// θ after eight steps, with a constraint that acts.
template <class T, integer D, class Rule, class Rates = same_rate>
std::vector<T> walked(const Rule& rule) {
  using model = ssm<real_diagonal<D>>;
  using walk = descent<Rule, bounded_state_matrix, first_of<>, constant_rate, clip_norm, Rates>;
  reference::numbers draw(72);
  const auto data = problems::random_data<lane_of<T>>(draw, 8, 4, 1, problems::labels::noisy);
  const real_diagonal<D> structure{{5}};
  gram_objective<lane_of<T>, model, 4> single(model{structure},
                                              problems::positive_system<lane_of<T>>(structure, draw), data);
  walk description;
  description.rate = rate;
  description.rule = rule;
  description.constraint = {.bound = 0.6};
  description.clipping = {.most = 0.5};
  auto training = walk::start(std::span<const walk>(&description, 1), single);
  for (long t = 0; t < steps; ++t) training.step();
  CHECK(training.running());
  return {training.theta().begin(), training.theta().end()};
}
template <class T>
void check_one_pass(const auto& rule) {
  const auto once = walked<T, 5>(rule);
  CHECK(once == walked<T, 5>(in_two_passes<std::remove_cvref_t<decltype(rule)>>{rule}));
  CHECK(once == walked<T, dynamic>(rule));
  CHECK(once == walked<T, 5, std::remove_cvref_t<decltype(rule)>, rate_per_matrix>(rule));
}

}  // namespace

TEST_CASE_TEMPLATE("directions and steps in one pass have the bits of two", T, float, double) {
  check_one_pass<T>(adam{});
  check_one_pass<T>(keras_adam{.beta1 = 0.5, .epsilon = 0.125});
  check_one_pass<T>(adamw{.weight_decay = 0.1});
}

TEST_CASE("rules follow their published formulas, values and derivatives") {
  using T = dual<double>;
  const auto r = in<T>(rate);
  using namespace written_out;
  CHECK(error_of<T>(lssm::gradient_descent{}, written_out::gradient_descent(r)) < 20);
  CHECK(error_of<T>(heavy_ball{}, sgd_with_momentum(r, in<T>(0.9), false)) < 20);
  CHECK(error_of<T>(nesterov{.momentum = 0.7}, sgd_with_momentum(r, in<T>(0.7), true)) < 20);
  CHECK(error_of<T>(lssm::sign_descent{}, by_signs(r, in<T>(0), in<T>(0), in<T>(0))) < 20);
  CHECK(error_of<T>(lssm::signum{.momentum = 0.8}, by_signs(r, in<T>(0.8), in<T>(0.8), in<T>(0))) < 20);
  CHECK(error_of<T>(lssm::lion{.weight_decay = 0.1}, by_signs(r, in<T>(0.9), in<T>(0.99), in<T>(0.1))) < 20);
  CHECK(error_of<T>(lssm::normalized_descent{}, normalized(r)) < 200);
  CHECK(error_of<T>(lssm::rmsprop{}, written_out::rmsprop(r, in<T>(0.99), in<T>(1e-8))) < 200);
  CHECK(error_of<T>(lssm::adam{}, written_out::adamw(r, in<T>(0.9), in<T>(0.999), in<T>(1e-8), in<T>(0))) <
        200);
  CHECK(error_of<T>(lssm::adamw{.weight_decay = 0.1},
                    written_out::adamw(r, in<T>(0.9), in<T>(0.999), in<T>(1e-8), in<T>(0.1))) < 200);
  // An ε that is seen: under the corrected root it would be another rule.
  CHECK(error_of<T>(lssm::keras_adam{}, written_out::keras_adam(r, in<T>(0.9), in<T>(0.999), in<T>(1e-7))) <
        200);
  CHECK(error_of<T>(lssm::keras_adam{.beta1 = 0.5, .beta2 = 0.75, .epsilon = 0.125},
                    written_out::keras_adam(r, in<T>(0.5), in<T>(0.75), in<T>(0.125))) < 200);
  CHECK(error_of<T>(adaptive_rate<>{}, one_rate(r, in<T>(0.8), in<T>(1e-6), true, false)) < 20);
  CHECK(error_of<T>(adaptive_rate<diagonal_norm>{.decay = 0.5, .epsilon = 0.25},
                    one_rate(r, in<T>(0.5), in<T>(0.25), false, false)) < 20);
  CHECK(error_of<T>(group_rmsprop<>{}, one_rate(r, in<T>(0.99), in<T>(1e-6), false, true)) < 20);
  CHECK(error_of<T>(group_rmsprop<full_matrix_norm>{.decay = 0},
                    one_rate(r, in<T>(0), in<T>(1e-6), true, true)) < 20);
}

TEST_CASE_TEMPLATE("in other scalars", T, float, reference::wide) {
  const auto r = in<T>(rate);
  CHECK(error_of<T>(adam{}, written_out::adamw(r, in<T>(0.9), in<T>(0.999), in<T>(1e-8), in<T>(0))) < 200);
  CHECK(error_of<T>(keras_adam{}, written_out::keras_adam(r, in<T>(0.9), in<T>(0.999), in<T>(1e-7))) < 200);
  CHECK(error_of<T>(adaptive_rate<>{}, written_out::one_rate(r, in<T>(0.8), in<T>(1e-6), true, false)) < 20);
}

TEST_CASE("defaults are PyTorch's and the papers'") {
  CHECK(heavy_ball{}.momentum == 0.9);
  CHECK(nesterov{}.momentum == 0.9);
  CHECK(signum{}.momentum == 0.9);
  CHECK(lion{}.beta1 == 0.9);
  CHECK(lion{}.beta2 == 0.99);
  CHECK(lion{}.weight_decay == 0);
  CHECK(rmsprop{}.smoothing == 0.99);
  CHECK(rmsprop{}.epsilon == 1e-8);
  CHECK(adam{}.beta1 == 0.9);
  CHECK(adam{}.beta2 == 0.999);
  CHECK(adam{}.epsilon == 1e-8);
  CHECK(keras_adam{}.beta1 == 0.9);
  CHECK(keras_adam{}.beta2 == 0.999);
  CHECK(keras_adam{}.epsilon == 1e-7);
  CHECK(adamw{}.beta1 == 0.9);
  CHECK(adamw{}.beta2 == 0.999);
  CHECK(adamw{}.epsilon == 1e-8);
  CHECK(adamw{}.weight_decay == 0.01);
  CHECK(adaptive_rate<>{}.decay == 0.8);
  CHECK(adaptive_rate<>{}.epsilon == 1e-6);
  CHECK(group_rmsprop<>{}.decay == 0.99);
  CHECK(group_rmsprop<>{}.epsilon == 1e-6);
  CHECK(std::is_same_v<adaptive_rate<>::norm_type, full_matrix_norm>);
  CHECK(std::is_same_v<group_rmsprop<>::norm_type, diagonal_norm>);
  CHECK(descent<>{}.rate == 0.01);
  CHECK(descent<>{}.after == 0);
  CHECK(descent<>{}.stop.get<target_loss>().value == 0.01);
  CHECK(descent<>{}.stop.get<step_limit>().steps == 1e6);
}

TEST_CASE("what no rule can run with is refused by name") {
  const auto refused = [](const auto& rule) {
    try {
      descent<std::remove_cvref_t<decltype(rule)>>{.rule = rule}.template validate<double>();
    } catch (const bad_argument& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refused(heavy_ball{.momentum = 1}) == "heavy_ball: momentum must be at least 0 and below 1, given 1");
  CHECK(refused(nesterov{.momentum = -0.1}).starts_with("nesterov: momentum"));
  CHECK(refused(signum{.momentum = 1}).starts_with("signum: momentum"));
  CHECK(refused(lion{.beta1 = 1}).starts_with("lion: beta1"));
  CHECK(refused(lion{.beta2 = nan}).starts_with("lion: beta2"));
  CHECK(refused(lion{.weight_decay = -1}).starts_with("lion: weight_decay"));
  CHECK(refused(rmsprop{.smoothing = nan}).starts_with("rmsprop: smoothing"));
  CHECK(refused(rmsprop{.epsilon = -1}).starts_with("rmsprop: epsilon"));
  CHECK(refused(adam{.beta1 = 1}).starts_with("adam: beta1"));
  CHECK(refused(adam{.beta2 = nan}).starts_with("adam: beta2"));
  CHECK(refused(adam{.epsilon = nan}).starts_with("adam: epsilon"));
  CHECK(refused(keras_adam{.beta1 = -1}).starts_with("keras_adam: beta1"));
  CHECK(refused(keras_adam{.epsilon = -1}).starts_with("keras_adam: epsilon"));
  CHECK(refused(adamw{.beta2 = 1}).starts_with("adamw: beta2"));
  CHECK(refused(adamw{.weight_decay = -1}).starts_with("adamw: weight_decay"));
  CHECK(refused(adaptive_rate<>{.decay = 1}).starts_with("adaptive_rate: decay"));
  CHECK(refused(adaptive_rate<>{.epsilon = -1}).starts_with("adaptive_rate: epsilon"));
  CHECK(refused(group_rmsprop<>{.decay = -1}).starts_with("group_rmsprop: decay"));
  // an infinite one divides every direction down to zero
  CHECK(refused(rmsprop{.epsilon = HUGE_VAL}) == "rmsprop: epsilon must be finite and at least 0, given inf");
  CHECK(refused(adam{.epsilon = HUGE_VAL}).starts_with("adam: epsilon"));
  CHECK(refused(adamw{.weight_decay = HUGE_VAL}).starts_with("adamw: weight_decay"));
  CHECK(refused(lion{.weight_decay = HUGE_VAL}).starts_with("lion: weight_decay"));
  CHECK(refused(adaptive_rate<>{.epsilon = HUGE_VAL}).starts_with("adaptive_rate: epsilon"));
  CHECK(refused(adam{}).empty());

  const auto of = [](const descent<>& d) {
    try {
      d.validate<float>();
    } catch (const bad_argument& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(of({.rate = 0}) == "descent: rate must be finite and positive, given 0");
  CHECK(of({.rate = HUGE_VAL}).starts_with("descent: rate"));
  CHECK(of({.after = -1}) == "descent: after must be at least 0, given -1");
  CHECK(of({.after = 1 << 24})
            .starts_with("descent: the steps permitted, and those after must be below 16777216"));
  CHECK(of({.after = 5000}).empty());
}
