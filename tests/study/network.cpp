// SPDX-License-Identifier: BSD-3-Clause
// Studies of an SSM with a network as a whole: what a run leaves, lanes, the exact symmetry of the published start,
// constraints and rates that know the network, rates that adapt to its gradient, what is recorded.
#include <doctest/doctest.h>

#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>

#include "../tools/standing.hpp"

using namespace lssm;

namespace {

using network = sequential<dense<>, relu, dense<1, without_bias>>;
using homogeneous =
    sequential<dense<15, without_bias>, relu, dense<15, without_bias>, relu, dense<1, without_bias>>;

template <class Training>
using study = teacher_student<with_network<ssm<real_diagonal<4>>, network>,
                              given_network<real_diagonal<1>, network>, training_set<5, gaussian<leading<>>>,
                              squared_error, Training, network_start<near_zero, scaled_kernels>>;

/// Four states, three hidden units with biases, six sequences.
template <class Training>
study<Training> make(const Training& training) {
  const network layers{{{.outputs = 3}, {}, {}}};
  study<Training> s{.student = {.network = layers},
                    .teacher = {.ssm = {.values = {{0.5}, {1}, {1}}},
                                .network = layers,
                                .weights = {1, -1, 0.5, 0.25, 0, -0.25, 1, 1, -1}},
                    .training = training,
                    .start = {.ssm = {.state_deviation = 0.5, .io_deviation = 0.5}}};
  s.data.sequences.count = 6;
  s.data.sequences.support.entries = 4;
  return s;
}

constexpr first_of<target_loss, step_limit> thirty_steps{{{.value = 0}, {.steps = 30}}};

/// θ = (a, b, c, network) after each step.
template <class T, class Training>
std::vector<std::vector<T>> followed(const Training& training) {
  std::vector<std::vector<T>> seen;
  run<T>(make(training), 3, [&](auto& r) { seen.emplace_back(r.theta().begin(), r.theta().end()); });
  return seen;
}

/// The published run of length 6 from seed 4541, 20 sequences.
using published =
    teacher_student<with_network<ssm<real_diagonal<10>>, homogeneous>,
                    given_network<real_diagonal<1>, homogeneous>,
                    training_set<6, in_float<gaussian<leading<>>>>, squared_error, descent<keras_adam>,
                    network_start<rearranged_start, restarted_normal>, framework_streams>;
template <class See>
void train_published(double tie_break, double steps, See see) {
  published s{.teacher = {.ssm = {.values = {{1}, {1}, {1}}}, .weights = std::vector<double>(255, 0.125)},
              .training = {.stop = {{{.value = 0}, {.steps = steps}}}},
              .start = {.ssm = {.gap_factor = 0.5, .tie_break = tie_break}, .network = {.deviation = 0.03}}};
  s.data.sequences.count = 20;
  s.data.sequences.support.entries = 2;
  const flush_denormals quick;
  run<float>(s, 4541, see);
}

template <class V>
double norm(const V& v) {
  double sum = 0;
  for (double x : v) sum += x * x;
  return std::sqrt(sum);
}

}  // namespace

TEST_CASE("a run leaves the SSM and the network's weights, in lanes as alone") {
  std::vector<study<descent<keras_adam>>> studies;
  for (int i = 0; i < 8; ++i)
    studies.push_back(
        make(descent<keras_adam>{.rate = 0.01 * (1 + i), .stop = {{{.value = 0}, {.steps = 20.0 + i}}}}));
  const std::vector<std::uint32_t> seeds{1, 2, 3, 4, 5, 6, 7, 8};
  const auto packed = run<pack<double>>(std::span<const study<descent<keras_adam>>>(studies),
                                        std::span<const std::uint32_t>(seeds));
  for (std::size_t lane = 0; lane < packed.size(); ++lane) {
    CAPTURE(lane);
    std::vector<double> theta;
    const auto alone = run<double>(studies[lane], seeds[lane],
                                   [&](auto& r) { theta.assign(r.theta().begin(), r.theta().end()); });
    CHECK(equal_parts(packed[lane].student.system, alone.student.system));
    CHECK(packed[lane].network == alone.network);
    CHECK(packed[lane].cotangent == alone.cotangent);
    CHECK(packed[lane].at_end.loss == alone.at_end.loss);
    CHECK(packed[lane].at_end.steps == alone.at_end.steps);
    REQUIRE(theta.size() == 12 + 9);
    CHECK(alone.network == std::vector<double>(theta.begin() + 12, theta.end()));
    CHECK(std::equal(theta.begin(), theta.begin() + 4, alone.student.system.a.begin()));
  }
}

// The loss does not change when b_j and c_j are exchanged; where they are equal bit for bit, so are their gradients.
TEST_CASE("equal entries of B and C stay equal for ever, unless the start breaks the tie") {
  const auto b = [](const auto& theta, std::size_t j) { return theta[10 + j]; };
  const auto c = [](const auto& theta, std::size_t j) { return theta[20 + j]; };
  train_published(0, 1000, [&](auto& r) {
    for (const std::size_t j : {5u, 7u}) CHECK(b(r.theta(), j) == c(r.theta(), j));
    CHECK(b(r.theta(), 4) != c(r.theta(), 4));
  });
  train_published(1e-6, 1000, [&](auto& r) {
    for (const std::size_t j : {5u, 7u}) CHECK(b(r.theta(), j) != c(r.theta(), j));
  });
}

TEST_CASE("weights stored in float are floats after every step, whatever computes them") {
  const auto stored =
      followed<double>(descent<keras_adam, stored_in_float>{.rate = 0.01, .stop = thirty_steps});
  const auto free = followed<double>(descent<keras_adam>{.rate = 0.01, .stop = thirty_steps});
  REQUIRE(stored.size() == 31);
  CHECK(stored[0] == free[0]);
  for (std::size_t t = 1; t < stored.size(); ++t)
    for (std::size_t i = 0; i < stored[t].size(); ++i) {
      CHECK(stored[t][i] == static_cast<double>(static_cast<float>(stored[t][i])));
      CHECK(stored[t][i] == doctest::Approx(free[t][i]).epsilon(1e-3));
    }
  for (std::size_t i = 0; i < stored[1].size(); ++i)
    CHECK(stored[1][i] == static_cast<double>(static_cast<float>(free[1][i])));
  CHECK(stored[30] != free[30]);
  // In float nothing is left to round.
  CHECK(followed<float>(descent<keras_adam, stored_in_float>{.rate = 0.01, .stop = thirty_steps}) ==
        followed<float>(descent<keras_adam>{.rate = 0.01, .stop = thirty_steps}));
  // A step of less than half a unit in the last place is lost, except by biases, which start at zero.
  const auto tiny =
      followed<double>(descent<gradient_descent, stored_in_float>{.rate = 1e-12, .stop = thirty_steps});
  for (std::size_t i = 0; i < tiny[1].size(); ++i)
    CHECK((tiny[30][i] == tiny[1][i]) == (i < 15 || i >= 18 || tiny[1][i] == 0));
}

TEST_CASE("B = C = 1 is no constraint of the network") {
  const auto fixed =
      followed<double>(descent<gradient_descent, fixed_input_output>{.rate = 0.01, .stop = thirty_steps});
  const auto free = followed<double>(descent<>{.rate = 0.01, .stop = thirty_steps});
  for (std::size_t i = 0; i < fixed[1].size(); ++i) CHECK(fixed[1][i] == (i >= 4 && i < 12 ? 1 : free[1][i]));
}

TEST_CASE("rates per matrix have one for the network") {
  const auto moved = [](const rate_per_matrix& rates) {
    const auto seen = followed<double>(
        descent<gradient_descent, unconstrained, first_of<target_loss, step_limit>, constant_rate, unclipped,
                rate_per_matrix>{.rate = 0.01, .stop = thirty_steps, .rates = rates});
    std::vector<double> step;
    for (std::size_t i = 0; i < seen[0].size(); ++i) step.push_back(seen[1][i] - seen[0][i]);
    return step;
  };
  const auto all = moved({}), some = moved({.output = 2, .network = 0}), half = moved({.network = 0.5});
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(some[i] == doctest::Approx(i < 8 ? all[i] : i < 12 ? 2 * all[i] : 0));
    CHECK(half[i] == doctest::Approx(i < 12 ? all[i] : all[i] / 2));
  }
  CHECK(norm(std::vector<double>(all.begin() + 12, all.end())) > 0);
  CHECK_THROWS_AS((rate_per_matrix{.network = -1}.validate()), bad_argument);
}

TEST_CASE("an adapting rate sees the network's gradient") {
  const auto first_rate = [](const auto& rule) {
    using training = descent<std::remove_cvref_t<decltype(rule)>>;
    auto bound = bind<double>(make(training{.rate = 0.01, .rule = rule, .stop = thirty_steps}), 3);
    auto gradient = bound.theta;
    tests::standing(bound.objective)
        .value_and_gradient(view<double>(bound.theta), std::span<double>(gradient));
    const auto part = [&](std::size_t from, std::size_t to) {
      return norm(std::vector<double>(gradient.begin() + static_cast<std::ptrdiff_t>(from),
                                      gradient.begin() + static_cast<std::ptrdiff_t>(to)));
    };
    const double parts[] = {part(0, 4), part(4, 8), part(8, 12), part(12, 21)};
    CHECK(parts[3] > 0);
    auto t = bound.training();
    t.step();
    return std::pair(t.now().rate, std::to_array(parts));
  };
  {
    const auto [rate, n] = first_rate(adaptive_rate<diagonal_norm>{});
    CHECK(rate == doctest::Approx(0.01 / (std::sqrt(n[0] + n[1] + n[2] + n[3]) + 1e-6)).epsilon(1e-12));
  }
  {
    const auto [rate, n] = first_rate(group_rmsprop<diagonal_norm>{});
    const double square = n[0] * n[0] + n[1] * n[1] + n[2] * n[2] + n[3] * n[3];
    CHECK(rate == doctest::Approx(0.01 / (std::sqrt(square) + 1e-6)).epsilon(1e-12));
  }
  {
    const auto [rate, n] = first_rate(adaptive_rate<full_matrix_norm>{});
    CHECK(rate < 0.01 / (std::sqrt(n[0] + n[1] + n[2] + n[3]) + 1e-6));  // a full matrix has a larger norm
    CHECK(rate > 0.01 / (std::sqrt(4 * n[0] + n[1] + n[2] + n[3] + 10) + 1e-6));
  }
}

TEST_CASE("the test error is recorded where the training stands") {
  auto bound = bind<double>(make(descent<keras_adam>{.rate = 0.01, .stop = thirty_steps}), 3);
  test_set<double> tests(bound.teacher, 50, 8, bound.streams->test());
  auto training = bound.training();
  std::vector<double> expected;
  auto seen = trajectory_of<double>(sample_steps{.period = 1}, record::steps{}, record::test_error{&tests});
  drive(training, [&](auto& r) {
    seen(r);
    expected.push_back(tests.error(r.here().objective));
  });
  const auto recorded = seen.values("test_error");
  REQUIRE(expected.size() == 31);
  for (std::size_t t = 0; t < expected.size(); ++t) CHECK(recorded(t, 0) == expected[t]);
  CHECK(expected[30] != expected[0]);
}

TEST_CASE("edited inputs are labelled again by the teacher with its network") {
  auto bound = bind<double>(make(descent<keras_adam>{.rate = 0.01, .stop = thirty_steps}), 3);
  for (double& x : bound.data.x) x = 2 * x;
  bound.relabel();
  for (integer n = 0; n < 6; ++n) {
    CHECK(bound.data.y[static_cast<std::size_t>(n)] == bound.teacher(bound.data.input(n)));
    CHECK(bound.objective.label(static_cast<std::size_t>(n)) == bound.data.y[static_cast<std::size_t>(n)]);
  }
  CHECK(bound.objective.theta() == bound.theta);
}
