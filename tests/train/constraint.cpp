// SPDX-License-Identifier: BSD-3-Clause
// What a step may do beyond its rule: constraints before and behind the stop test, in coordinates too, and rates per matrix
// and per entry; schedules and clipping as a running descent applies them.
#include "../tools/standing.hpp"
#include "small_descent.hpp"

using namespace lssm;
using small_descent::history;
using small_descent::make;

namespace {

using limits = first_of<target_loss, step_limit>;
constexpr limits ten_steps{{{.value = 0}, {.steps = 10}}};

/// θ after each step.
template <class Learn = learn_all, class Training>
history<double> followed(const Training& training) {
  history<double> seen;
  run<double>(make<Learn>(training), 5, seen);
  return seen;
}

/// The same by the general path, which factors of the rate and clipping take.
template <class Training>
history<double> followed_as_lanes(const Training& training) {
  history<double> seen;
  small_descent::run_as_lanes<double>(make(training), 5, seen);
  return seen;
}

/// A user's: C is no smaller than a bound. It has no ==, which single runs do not ask for.
struct output_at_least {
  double least = 0;
  template <class T>
  T operator()(output_matrix, const T& x) const {
    return max_of(x, T(least));
  }
  template <class T>
  T operator()(auto, const T& x) const {
    return x;
  }
};
/// A user's that sets everything to zero behind the stop test.
struct all_zero {
  static constexpr bool after_stop_test = true;
  template <class T>
  T operator()(auto, const T&) const {
    return T(0);
  }
};

/// A user's rates: A alone moves.
struct state_only {
  template <class System>
  void write(auto, const System& system, std::span<double> out) const {
    std::fill(out.begin(), out.end(), 0.0);
    std::fill_n(out.begin(), system.a.size(), 1.0);
  }
};

/// A user's clipping: every gradient is halved.
struct halved {
  void operator()(auto u) const {
    for (auto& x : u) x = x / 2;
  }
};

using exp_a = through<state_matrix, exp_of_minus_exp>;
using exp_b = through<input_matrix, exponential>;

}  // namespace

TEST_CASE("a bound on A holds after every step and moves nothing else") {
  const auto free = followed(descent<>{.rate = 0.05, .stop = ten_steps});
  const auto bounded = followed(descent<gradient_descent, bounded_state_matrix>{
      .rate = 0.05, .constraint = {.bound = 0.42}, .stop = ten_steps});
  const auto wide = followed(descent<gradient_descent, bounded_state_matrix>{
      .rate = 0.05, .constraint = {.bound = 10}, .stop = ten_steps});
  // To rounding: without a constraint the student takes the steps of kernel/gram/step.hpp.
  const auto near = [](const auto& x, const auto& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                      [](double u, double v) { return std::abs(u - v) < 100 * epsilon_of<double>; });
  };
  for (std::size_t s = 0; s < free.thetas.size(); ++s) CHECK(near(wide.thetas[s], free.thetas[s]));
  std::size_t t = 0;
  while (free.thetas[t][2] <= 0.42) ++t;  // the first step that the bound changes
  CHECK(t > 0);
  for (std::size_t s = 0; s < t; ++s) CHECK(bounded.thetas[s] == wide.thetas[s]);
  auto expected = wide.thetas[t];
  expected[2] = 0.42;
  CHECK(bounded.thetas[t] == expected);
  for (std::size_t s = t; s <= 10; ++s)
    for (std::size_t j = 0; j < 3; ++j) CHECK(std::abs(bounded.thetas[s][j]) <= 0.42);
}

TEST_CASE("negative entries meet the bound from below") {
  auto s = make(descent<gradient_descent, bounded_state_matrix>{
      .rate = 1e-9, .constraint = {.bound = 0.25}, .stop = {{{.value = 0}, {.steps = 1}}}});
  s.start.a = {-0.9, 0.9, 0.1};
  const auto end = run<double>(s, 5);
  CHECK(end.student.system.a[0] == -0.25);
  CHECK(end.student.system.a[1] == 0.25);
  CHECK(end.student.system.a[2] == doctest::Approx(0.1));
}

TEST_CASE("B = C = 1 is set behind the stop test: it sees the updated matrices, observers those set back") {
  using training = descent<gradient_descent, fixed_input_output>;
  auto bound = bind<double>(make(training{.rate = 0.05, .stop = ten_steps}), 5);
  auto theta = bound.theta, gradient = theta;
  tests::standing at(bound.objective);
  std::vector<double> tested;
  history<double> expected;
  double loss = at.value_and_gradient(theta, std::span<double>(gradient));
  expected.losses.push_back(loss);
  expected.thetas.emplace_back(theta.begin(), theta.end());
  for (int t = 0; t < 10; ++t) {
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] = mul_add(-0.05, gradient[i], theta[i]);
    tested.push_back(at.value(theta));
    for (std::size_t i = 3; i < theta.size(); ++i) theta[i] = 1;
    expected.losses.push_back(at.value_and_gradient(theta, std::span<double>(gradient)));
    expected.thetas.emplace_back(theta.begin(), theta.end());
  }
  const auto seen = followed(training{.rate = 0.05, .stop = ten_steps});
  CHECK(seen.losses == expected.losses);
  CHECK(seen.thetas == expected.thetas);
  CHECK(seen.thetas[0][3] == 0.3);  // the first step starts from what was drawn

  // A target between the loss before the reset and the one after it.
  for (const std::size_t t : {std::size_t{0}, std::size_t{1}, std::size_t{5}}) {
    const double limit = tested[t], after = expected.losses[t + 1];
    CHECK(limit != after);
    auto aimed = training{.rate = 0.05, .stop = {{{.value = limit}, {.steps = 10}}}};
    std::size_t first = 0;
    while (tested[first] > limit) ++first;
    if (t > 0 && expected.losses[0] <= limit) continue;  // reached at the start
    const auto end = run<double>(make(aimed), 5);
    CHECK(end.at_end.target_steps == static_cast<double>(first + 1));
    CHECK(end.at_end.loss == expected.losses[first + 1]);
    CHECK(end.student.system.b[0] == 1);
  }
  // After the target nothing is tested, and the constraint goes on.
  auto longer = training{.rate = 0.05, .stop = {{{.value = 1e9}, {.steps = 10}}}, .after = 10};
  CHECK(followed(longer).thetas == expected.thetas);
}

TEST_CASE("constraints of one's own, before and behind the test") {
  const auto seen = followed(descent<gradient_descent, output_at_least>{
      .rate = 1e-9, .constraint = {.least = 0.45}, .stop = ten_steps});
  CHECK(seen.thetas[0][6] == 0.25);
  CHECK(seen.thetas[1][6] == 0.45);
  CHECK(seen.thetas[1][7] == 0.45);
  CHECK(seen.thetas[1][8] == doctest::Approx(0.5));
  const auto zero = followed(descent<gradient_descent, all_zero>{.rate = 0.05, .stop = ten_steps});
  CHECK(zero.thetas[1] == std::vector<double>(9, 0.0));
}

TEST_CASE("in other coordinates: entries below the bound keep their bits, those above land on it") {
  using learned = learn<exp_b, exp_a, output_matrix>;  // θ = (b, a, c)
  const auto free = followed<learned>(descent<>{.rate = 0.05, .stop = ten_steps});
  const auto wide = followed<learned>(descent<gradient_descent, bounded_state_matrix>{
      .rate = 0.05, .constraint = {.bound = 0.999}, .stop = ten_steps});
  CHECK(wide.thetas == free.thetas);
  const auto tight = followed<learned>(descent<gradient_descent, bounded_state_matrix>{
      .rate = 0.05, .constraint = {.bound = 0.3}, .stop = ten_steps});
  const auto bounded = exp_of_minus_exp::inverse(0.3);
  auto expected = free.thetas[1];
  expected[5] = bounded;
  CHECK(tight.thetas[1] == expected);
  for (const auto& theta : tight.thetas)
    if (&theta != &tight.thetas[0])
      CHECK(exp_of_minus_exp::value(theta[5]) <= 0.3 * (1 + 4 * epsilon_of<double>));
  const auto fixed =
      followed<learned>(descent<gradient_descent, fixed_input_output>{.rate = 0.05, .stop = ten_steps});
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(fixed.thetas[10][j] == 0);  // log 1
    CHECK(fixed.thetas[10][6 + j] == 1);
    CHECK(fixed.thetas[1][3 + j] == free.thetas[1][3 + j]);
  }
}

TEST_CASE("a fixed entry has no derivative, even where it already had the value") {
  using T = dual<double>;
  using model = ssm<real_diagonal<2>>;
  auto s = model{}.structure.make<T>();
  s.a = {T(0.5), T(0.25)};
  s.b = {T(1.0, 1.0), T(0.5, 1.0)};
  s.c = {T(1.0), T(1.0)};
  std::vector<T> theta(6);
  model::learned::from_system<T>(s, theta);
  const fixed_input_output fixed{};
  model::learned::constrain<T>(s, theta, fixed_input_output::bind<T>(std::span(&fixed, 1)));
  for (std::size_t i = 2; i < 6; ++i) {
    CHECK(theta[i].v == 1);
    CHECK(theta[i].e == 0);
  }
  CHECK(theta[0].v == 0.5);
}

TEST_CASE("rates per matrix, per entry and of one's own are factors of the rate") {
  using per_matrix = descent<heavy_ball, unconstrained, limits, constant_rate, unclipped, rate_per_matrix>;
  using per_entry = descent<heavy_ball, unconstrained, limits, constant_rate, unclipped, rate_per_entry>;
  using own = descent<heavy_ball, unconstrained, limits, constant_rate, unclipped, state_only>;
  const descent<heavy_ball> same{.rate = 0.0625, .stop = ten_steps};
  const auto usual = followed_as_lanes(same);
  CHECK(followed(per_matrix{.rate = 0.0625, .stop = ten_steps}).thetas == usual.thetas);
  // Powers of two round nothing: a quarter of the rate at every entry is a quarter of the rate.
  auto slow = same;
  slow.rate = 0.015625;
  CHECK(followed(per_matrix{.rate = 0.0625, .stop = ten_steps, .rates = {0.25, 0.25, 0.25}}).thetas ==
        followed_as_lanes(slow).thetas);
  const auto fixed =
      followed(per_matrix{.rate = 0.0625, .stop = ten_steps, .rates = {.input = 0, .output = 0}});
  CHECK(followed(own{.rate = 0.0625, .stop = ten_steps}).thetas == fixed.thetas);
  CHECK(fixed.thetas[10][3] == 0.3);
  CHECK(fixed.thetas[1][0] == usual.thetas[1][0]);
  const std::vector<double> each = {1, 1, 1, 0.5, 0.5, 0.5, 2, 2, 2};
  const auto by_matrix = followed(per_matrix{.rate = 0.0625, .stop = ten_steps, .rates = {1, 0.5, 2}});
  CHECK(followed(per_entry{.rate = 0.0625, .stop = ten_steps, .rates = {.factors = each}}).thetas ==
        by_matrix.thetas);
  // The order of θ, not of the matrices.
  const auto swapped = followed<learn<output_matrix, state_matrix>>(
      per_matrix{.rate = 0.0625, .stop = ten_steps, .rates = {.state = 0}});
  CHECK(swapped.thetas[10][3] == 0.2);
  CHECK(swapped.thetas[10][0] != 0.25);
  CHECK_THROWS_WITH_AS(followed(per_entry{.stop = ten_steps, .rates = {.factors = {1, 2}}}),
                       "rate_per_entry: factors must be 9 numbers, given 2", bad_argument);
  CHECK_THROWS_WITH_AS(followed(per_matrix{.rates = {.state = -1}}),
                       "rate_per_matrix: factors must be finite and at least 0, given -1", bad_argument);
}

TEST_CASE("the factor of a schedule and the bound of a clipping act on every step") {
  using scheduled = descent<gradient_descent, unconstrained, limits, warm_up<step_decay>, clip_entries>;
  const scheduled t{.rate = 0.25,
                    .stop = ten_steps,
                    .schedule = {.steps = 4, .then = {.every = 3, .decay = 0.5}},
                    .clipping = {.most = 0.5}};
  auto bound = bind<double>(make(t), 5);
  auto theta = bound.theta, gradient = theta;
  tests::standing at(bound.objective);
  const std::vector<double> factors = {0.25, 0.5, 0.75, 1, 1, 1, 1, 0.5, 0.5, 0.5};
  std::vector<double> rates;
  const auto watch = [&](auto& run) { rates.push_back(run.now().rate); };
  history<double> seen;
  auto both = observers(seen, watch);
  run<double>(make(t), 5, both);
  CHECK(rates[0] == 0);
  for (std::size_t step = 0; step < 10; ++step) {
    CHECK(rates[step + 1] == 0.25 * factors[step]);
    at.value_and_gradient(theta, std::span<double>(gradient));
    for (std::size_t i = 0; i < theta.size(); ++i)
      theta[i] = mul_add(-0.25 * factors[step], std::clamp(gradient[i], -0.5, 0.5), theta[i]);
    CHECK(std::equal(theta.begin(), theta.end(), seen.thetas[step + 1].begin()));
  }
}

TEST_CASE("a clipping of one's own") {
  using training = descent<heavy_ball, unconstrained, limits, constant_rate, halved>;
  CHECK(followed(training{.rate = 0.0625, .stop = ten_steps}).thetas ==
        followed_as_lanes(descent<heavy_ball>{.rate = 0.03125, .stop = ten_steps}).thetas);
}

TEST_CASE("constraints without a meaning are refused by name") {
  CHECK_THROWS_WITH_AS(
      (followed(descent<gradient_descent, bounded_state_matrix>{.constraint = {.bound = 0}})),
      "bounded_state_matrix: bound must be positive, given 0", bad_argument);
  CHECK_THROWS_WITH_AS(
      (followed(descent<gradient_descent, fixed_input_output>{.constraint = {.value = HUGE_VAL}})),
      doctest::Contains("fixed_input_output: value"), bad_argument);
}
