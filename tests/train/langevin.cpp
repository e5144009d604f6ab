// SPDX-License-Identifier: BSD-3-Clause
// Langevin dynamics: the noise of its formula, a function of (key, seed, step, entry) alone; its stationary density.
#include <lssm/train/langevin.hpp>

#include <cmath>
#include <lssm/core/pack.hpp>
#include <lssm/core/quad.hpp>
#include <lssm/study/checkpoint.hpp>
#include <lssm/study/lane_pool.hpp>

#include "small_descent.hpp"

using namespace lssm;

namespace {

template <class Rule>
using heated = descent<langevin<Rule>, unconstrained, first_of<step_limit>>;

template <class Rule, integer D = 3, integer Kappa = 5>
auto make(double temperature, integer key, double steps, const Rule& rule = {}) {
  return small_descent::make<learn_all, D, Kappa>(
      heated<Rule>{.rate = 0.02,
                   .rule = {.temperature = temperature, .key = key, .rule = rule},
                   .stop = {step_limit{steps}}});
}

/// ½ k θ², entry by entry.
template <class T>
struct bowl {
  using scalar = T;
  std::vector<T> start = std::vector<T>(6, T(0));
  T k = T(3);

  struct evaluation {};
  static evaluation workspace() { return {}; }
  integer parameters() const { return static_cast<integer>(start.size()); }
  const std::vector<T>& theta() const { return start; }
  T value_and_gradient(std::span<const T> theta, std::span<T> d, evaluation&) const {
    T sum(0);
    for (std::size_t i = 0; i < theta.size(); ++i) {
      d[i] = k * theta[i];
      sum = sum + T(0.5) * k * theta[i] * theta[i];
    }
    return sum;
  }
};

}  // namespace

TEST_CASE_TEMPLATE("one step is the rule's and √(2 rate T) ξ", T, float, double, quad) {
  using rule = langevin<>;
  bowl<T> problem;
  typename bowl<T>::evaluation at;
  for (std::size_t i = 0; i < problem.start.size(); ++i) problem.start[i] = T(0.5 + 0.25 * double(i));
  const rule description{.temperature = 0.03, .key = 11};
  typename rule::template state<bowl<T>> state(std::span(&description, 1), problem, {});
  const keyed_stream noise(11, 0, 16);
  const double rate = 0.125;
  std::vector<T> theta = problem.start, u(theta.size(), T(0));
  std::uint64_t drawn = 0;
  for (int step = 0; step < 5; ++step) {
    problem.value_and_gradient(theta, u, at);
    const auto gradient = u;
    const T taken = state.direction({problem, at}, theta, std::span<T>(u), T(rate));
    CHECK(value_of(taken) == rate);
    for (std::size_t i = 0; i < u.size(); ++i, ++drawn) {
      const double moved = -rate * value_of(u[i]);
      const double expected =
          -rate * value_of(gradient[i]) + std::sqrt(2 * rate * 0.03) * noise.normal_at(drawn);
      CHECK(std::abs(moved - expected) <= 8 * std::max(epsilon_of<T>, epsilon_of<double>));
    }
  }
  // No step, no noise.
  problem.value_and_gradient(theta, u, at);
  const auto gradient = u;
  state.direction({problem, at}, theta, std::span<T>(u), T(0));
  for (std::size_t i = 0; i < u.size(); ++i) CHECK(value_of(u[i]) == value_of(gradient[i]));
}

TEST_CASE("without heat it is the rule alone, bit for bit where that takes the general path") {
  const auto check = []<class Rule>(const Rule& rule) {
    using alone = descent<Rule, unconstrained, first_of<step_limit>>;
    const auto plain = small_descent::make(alone{.rate = 0.02, .rule = rule, .stop = {step_limit{50}}});
    const auto cold = run<double>(make<Rule>(0, 3, 50, rule), 4);
    const auto other = run<double>(plain, 4);
    small_descent::check_near(cold, other);
    small_descent::check_same_bits(cold, small_descent::run_as_lanes<double>(plain, 4));
    if constexpr (!small_descent::has_own_sums<alone>) small_descent::check_same_bits(cold, other);
  };
  check(gradient_descent{});
  check(adam{});
  check(adaptive_rate<diagonal_norm>{});
}

TEST_CASE("its stationary density is exp(-L/T): the variance of a parabola") {
  // θ' = (1 - rate k) θ + √(2 rate T) ξ has the variance (T/k) / (1 - rate k / 2).
  using rule = langevin<>;
  bowl<double> problem;
  bowl<double>::evaluation at;
  const double rate = 0.1, k = 3, temperature = 0.5;
  const rule description{.temperature = temperature, .key = 5};
  rule::state<bowl<double>> state(std::span(&description, 1), problem, {});
  std::vector<double> theta = problem.start, u = theta;
  double squares = 0, sum = 0, count = 0;
  for (int step = 0; step < 100000; ++step) {
    problem.value_and_gradient(theta, u, at);
    const double taken = state.direction({problem, at}, theta, std::span<double>(u), rate);
    for (std::size_t i = 0; i < u.size(); ++i) {
      theta[i] -= taken * u[i];
      if (step >= 100) squares += theta[i] * theta[i], sum += theta[i], ++count;
    }
  }
  const double expected = temperature / k / (1 - rate * k / 2);
  // Neighbouring steps are correlated by 0.7, so that 600 000 numbers count as 1e5: five deviations.
  CHECK(std::abs(squares / count / expected - 1) < 0.0225);
  CHECK(std::abs(sum / count) < 5 * std::sqrt(expected / 1e5));
}

TEST_CASE_TEMPLATE("lanes of other keys and temperatures have the bits of single runs", T, float, double) {
  using study = decltype(make<adam, dynamic, dynamic>(0, 0, 1));
  std::vector<study> studies;
  std::vector<std::uint32_t> seeds;
  for (std::uint32_t i = 0; i < lanes_of<pack<T>>; ++i) {
    studies.push_back(make<adam, dynamic, dynamic>(1e-4 * i, 10 + i, 20.0 + 7 * i));
    seeds.push_back(i);
  }
  const auto together = run<pack<T>>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t i = 0; i < together.size(); ++i)
    small_descent::check_same_bits(
        together[i],
        run<T>(make<adam>(1e-4 * double(i), static_cast<integer>(10 + i), 20.0 + 7 * double(i)), seeds[i]));
}

namespace {
/// A rule of a user's around another one.
template <class Rule>
struct wrapped {
  Rule rule{};
  friend bool operator==(const wrapped&, const wrapped&) = default;
  template <class Objective>
  struct state {
    using T = typename Objective::scalar;
    typename Rule::template state<Objective> rule;
    state(std::span<const wrapped> per_lane, const Objective& f, std::span<const std::uint32_t> seeds)
        : rule(make_rule_state<Rule>(each_of(per_lane, &wrapped::rule), f, seeds)) {}
    static constexpr auto parts(auto& s) { return std::tuple(part("rule", s.rule)); }
    T direction(const evaluated<Objective>& f, std::span<const T> theta, std::span<T> u, const T& rate) {
      return rule.direction(f, theta, u, rate);
    }
  };
};

/// Data, labels and start that are those of every seed: what differs between seeds is the noise.
template <class Rule>
auto of_no_draw(const Rule& rule, double steps) {
  teacher_student<ssm<real_diagonal<2>>, given<real_diagonal<1>>, training_set<4, unit<at<0>>>, squared_error,
                  descent<Rule, unconstrained, first_of<step_limit>>, given_start>
      s{.teacher = {.values = {{0.5}, {1}, {1}}},
        .training = {.rate = 0.02, .rule = rule, .stop = {step_limit{steps}}},
        .start = {.a = {0.4, 0.1}}};
  return s;
}
}  // namespace

static_assert(HasSeededState<langevin<>, bowl<double>> && HasSeededState<wrapped<adam>, bowl<double>>);
static_assert(HasRuleState<adam, bowl<double>> && !HasSeededState<adam, bowl<double>>);

TEST_CASE("each seed of a study has its own noise, in whatever rule it stands") {
  const langevin<> heat{.temperature = 0.03, .key = 11};
  const auto check = [](const auto& rule, bool noisy = true) {
    std::vector<double> first;
    for (const std::uint32_t seed : {0U, 1U, 4294967295U}) {
      const auto bound = bind<double>(of_no_draw(rule, 3), seed);
      auto training = bound.training();
      auto at = bound.objective.workspace();
      const keyed_stream noise(11, seed, 16);
      std::vector<double> gradient(bound.theta.size());
      for (std::uint64_t drawn = 0; training.running();) {
        const std::vector<double> theta(training.theta().begin(), training.theta().end());
        bound.objective.value_and_gradient(std::span<const double>(theta), std::span(gradient), at);
        training.step();
        for (std::size_t i = 0; i < theta.size(); ++i, ++drawn) {
          const double still = theta[i] - 0.02 * gradient[i],
                       heated = noisy ? std::sqrt(2 * 0.02 * 0.03) * noise.normal_at(drawn) : 0;
          CHECK(std::abs(training.theta()[i] - still - heated) < 1e-15);
        }
      }
    }
  };
  check(heat);
  check(decayed<every_slot, langevin<>>{.weight_decay = 0, .rule = heat});
  check(one_of<adam, langevin<>>{.choice = 1, .rules = {adam{}, heat}});
  check(one_of<gradient_descent, langevin<>>{.choice = 0, .rules = {gradient_descent{}, heat}}, false);
  check(wrapped<langevin<>>{heat});
}

TEST_CASE_TEMPLATE("a seed has the same noise alone, in lanes and in lanes that take new students", T, float,
                   double) {
  using study = decltype(of_no_draw(langevin<adam>{}, 1));
  const auto make_one = [](std::uint32_t seed) {
    return of_no_draw(langevin<adam>{.temperature = 1e-3, .key = 5}, 10.0 + 7 * (seed % 4));
  };
  constexpr std::uint32_t count = 3 * lanes_of<pack<T>> + 1;
  std::vector<study> studies;
  std::vector<std::uint32_t> seeds;
  std::vector<outcome<T, study>> alone;
  for (std::uint32_t seed = 0; seed < count; ++seed) {
    studies.push_back(make_one(seed));
    seeds.push_back(seed);
    alone.push_back(run<T>(studies.back(), seed));
  }
  const auto together = run<pack<T>>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t i = 0; i < together.size(); ++i) small_descent::check_same_bits(together[i], alone[i]);
  std::uint32_t next = 0;
  std::size_t ended = 0;
  train_in_lanes<pack<T>>(
      [&]() -> std::optional<lane_job<study>> {
        if (next == count) return {};
        const std::uint32_t seed = next++;
        return lane_job<study>{seed, studies[seed], seed};
      },
      [&](std::size_t i, const auto& end) { small_descent::check_same_bits(end, alone[i]), ++ended; });
  CHECK(ended == count);
  CHECK(alone[0].at_end.loss != alone[4].at_end.loss);  // of as many steps
}

TEST_CASE_TEMPLATE("a run resumed after any step has the noise of the whole one", T, float, double) {
  const auto study = make<heavy_ball>(1e-3, 21, 30);
  auto whole = bind<T>(study, 3);
  auto training = whole.training();
  std::vector<std::string> saved;
  while (training.running()) {
    npz_writer out;
    saved.push_back(add_run(out, "run", whole, training).bytes());
    training.step();
  }
  REQUIRE(saved.size() == 30);
  for (const std::string& bytes : saved) {
    auto again = bind<T>(study, 3);
    auto resumed = again.training();
    load_run(npz_file(bytes, "saved"), "run", again, resumed);
    resumed.advance(7);  // in portions of any size
    while (resumed.running()) resumed.step();
    CHECK(std::equal(resumed.theta().begin(), resumed.theta().end(), training.theta().begin()));
  }
}

TEST_CASE("keys differ, and what was not given is refused by name") {
  CHECK(run<double>(make<gradient_descent>(1e-3, 1, 5), 3).at_end.loss !=
        run<double>(make<gradient_descent>(1e-3, 2, 5), 3).at_end.loss);
  const auto refused = [](const langevin<heavy_ball>& rule) {
    try {
      heated<heavy_ball>{.rule = rule}.template validate<float>();
    } catch (const bad_argument& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(refused({.key = 1}) == "langevin: temperature must be given, finite and at least 0, given -1");
  CHECK(refused({.temperature = 1}) == "langevin: key must be given, and at least 0, given -1");
  CHECK(refused({.temperature = HUGE_VAL, .key = 1}).starts_with("langevin: temperature"));
  CHECK(refused({.temperature = 1e-50, .key = 1})
            .ends_with("a number that the scalar of the run can tell from zero, given 1e-50"));
  CHECK(refused({.temperature = 1, .key = 1, .rule = {.momentum = 2}}).starts_with("heavy_ball: momentum"));
  CHECK(refused({.temperature = 0, .key = 0}).empty());
}
