// SPDX-License-Identifier: BSD-3-Clause
// Influence against training again, and derivatives through a flow against differences.
#include <doctest/doctest.h>

#include <lssm/attack/influence.hpp>
#include <lssm/attack/sensitivity.hpp>
#include <lssm/core/pack.hpp>
#include <lssm/core/tensor.hpp>
#include <lssm/lssm.hpp>

using namespace lssm;

namespace {

using student = ssm<real_diagonal<6>, learn_all>;
using data = inject<training_set<6, gaussian<leading<4>>>, gaussian<at<4>>>;
template <class Training>
using study_of = teacher_student<student, theorem1_teacher<6>, data, squared_error, Training, near_zero>;
using by_descent = study_of<descent<adaptive_rate<>, unconstrained, step_limit>>;

by_descent described() {
  by_descent s;
  s.data.set.sequences.count = 8;
  s.data.special.count = 3;
  s.training = {.rate = 0.01, .stop = {.steps = 200}};
  s.start = {.state_deviation = 0.1, .io_deviation = 0.3};
  return s;
}

}  // namespace

TEST_CASE("rank correlation: order, ties, and none") {
  CHECK(rank_correlation<double>({1, 2, 3}, {10, 20, 90}) == doctest::Approx(1));
  CHECK(rank_correlation<double>({1, 2, 3}, {5, 4, -1}) == doctest::Approx(-1));
  CHECK(rank_correlation<double>({1, 1, 2, 3}, {1, 2, 3, 4}) == doctest::Approx(4.5 / std::sqrt(4.5 * 5)));
  CHECK(std::isnan(rank_correlation<double>({1, 1}, {1, 2})));
  CHECK_THROWS_AS(rank_correlation<double>({1}, {1}), bad_argument);
  CHECK_THROWS_AS(rank_correlation<double>({1, NAN}, {1, 2}), bad_argument);
}

TEST_CASE("random subsets have their size, rise, and come from all sequences") {
  keyed_stream stream(3u);
  std::vector<int> seen(7, 0);
  for (const auto& subset : random_subsets(200, 3, 7, stream)) {
    CHECK(subset.size() == 3);
    CHECK(std::is_sorted(subset.begin(), subset.end()));
    CHECK(std::adjacent_find(subset.begin(), subset.end()) == subset.end());
    for (const integer n : subset) ++seen.at(static_cast<std::size_t>(n));
  }
  for (const int times : seen) CHECK(times > 50);
  CHECK(random_subsets(1, 7, 7, stream).front().size() == 7);
  CHECK_THROWS_AS(random_subsets(1, 8, 7, stream), bad_argument);
}

TEST_CASE("influence predicts small changes of weight, of every pair of sequences") {
  const auto bound = bind<double>(described(), 11);
  const largest_error measure{.horizon = 20};
  const auto d = adjoint_of_training(bound, measure);
  std::vector<std::vector<integer>> pairs;
  for (integer i = 0; i < 11; ++i)
    for (integer j = i + 1; j < 11; ++j) pairs.push_back({i, j});
  const auto truth = retrained_changes<pack<double>>(bound, pairs, 0.99, measure);
  std::vector<double> predicted;
  for (const auto& pair : pairs) predicted.push_back(predicted_change(d, pair, 0.99));
  CHECK(rank_correlation(predicted, truth) >= 0.95);
  // The error of first order falls with the square of the change.
  const auto nearer = retrained_changes<pack<double>>(bound, pairs, 0.999, measure);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double far = std::abs(truth[i] - predicted[i]),
                 near = std::abs(nearer[i] - predicted_change(d, pairs[i], 0.999));
    CHECK(near <= 0.02 * far + 1e-9 * d.value);
  }
}

TEST_CASE("lanes change nothing in what training again says") {
  const auto bound = bind<double>(described(), 4);
  const response_distance measure{.horizon = 15};
  const std::vector<std::vector<integer>> subsets{{0}, {3, 9}, {}, {10}, {1, 2, 3, 4}};
  const auto in_lanes = retrained_changes<pack<double>>(bound, subsets, 0, measure);
  const auto alone = retrained_changes<double>(bound, subsets, 0, measure);
  CHECK(in_lanes[2] == 0);
  for (std::size_t i = 0; i < subsets.size(); ++i)
    CHECK(in_lanes[i] == doctest::Approx(alone[i]).epsilon(1e-9));
  CHECK_THROWS_AS(retrained_changes<double>(bound, {{11}}, 0, measure), bad_argument);
  CHECK_THROWS_AS(retrained_changes<double>(bound, {{2, 2}}, 0, measure), bad_argument);
  CHECK_THROWS_AS(retrained_changes<double>(bound, {{2}}, -1, measure), bad_argument);
}

TEST_CASE("forward sensitivities of a descent are those of the sweep backwards") {
  const auto bound = bind<double>(described(), 4);
  const largest_error measure{.horizon = 20};
  const auto d = adjoint_of_training(bound, measure);
  const integer count = length(d.theta);
  const auto s = forward_sensitivities<pack<double>>(
      described(), 4, measure, count, [](auto& b, integer i) { b.theta[static_cast<std::size_t>(i)].e = 1; });
  CHECK(length(s.along) == count);
  for (std::size_t i = 0; i < d.theta.size(); ++i) {
    CHECK(s.along[i] == doctest::Approx(d.theta[i]).epsilon(1e-9));
    CHECK(s.statuses[i] == status::step_limit);
  }
}

TEST_CASE("through a flow and its finish") {
  using flow = teacher_student<ssm<real_diagonal<6>, learn<state_matrix>>, theorem1_teacher<6>,
                               inject<training_set<6, unit<at<0>>>, unit<at<4>>>>;
  flow study;
  study.training.rtol = 1e-12;
  const largest_error measure{.horizon = 15};
  const auto value = [&](std::size_t i, double by) {
    auto bound = bind<double>(study, 5);
    bound.data.x[i] += by;
    bound.relabel();
    auto training = bound.training();
    drive(training, silent{});
    return read_lane(training, bound, 0).generalization(15);
  };
  const auto s = forward_sensitivities<pack<double>>(study, 5, measure, 12, [](auto& b, integer i) {
    b.data.x[static_cast<std::size_t>(i)].e = 1;
    b.relabel();
  });
  for (const std::size_t i : {std::size_t(0), std::size_t(10)}) {
    const double step = 1e-3;
    const double slope =
        (8 * (value(i, step) - value(i, -step)) - (value(i, 2 * step) - value(i, -2 * step))) / (12 * step);
    CHECK(s.statuses[i] == status::converged);
    CHECK(s.along[i] == doctest::Approx(slope).epsilon(1e-6));
  }
}

TEST_CASE("another weight is another weight in the mean") {
  const auto bound = bind<double>(described(), 4);
  const auto same = reweighted(bound, {0, 5}, 1), without = reweighted(bound, {0, 5}, 0);
  CHECK(same.data.x == bound.data.x);
  const auto g = gram_matrix(bound.data), rest = gram_matrix(without.data);
  const auto lighter = gram_matrix(reweighted(bound, {0, 5}, 0.25).data);
  for (std::size_t i = 0; i < g.size(); ++i)
    CHECK(lighter.flat(i) == doctest::Approx(rest.flat(i) + 0.25 * (g.flat(i) - rest.flat(i))));
  auto bent = bound;
  bent.data.x.pop_back();
  CHECK_THROWS_WITH_AS(reweighted(bent, {0}, 0.5), doctest::Contains("reweighted: data.x"), bad_argument);
}
