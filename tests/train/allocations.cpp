// SPDX-License-Identifier: BSD-3-Clause
// A hundred thousand steps of a descent ask for no memory, whatever the form of the objective, the penalty and the rule.
#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>

#include "../tools/counted.hpp"

using namespace lssm;

namespace {

/// `steps()` in lanes of T, once its rule has begun.
template <class T, class M, class Teacher, class Loss, class Rule, class Penalty, class Start>
void takes_no_memory(const Teacher& teacher, const Rule& rule, const Penalty& penalty, const Start& start) {
  using study =
      teacher_student<M, Teacher, training_set<5, gaussian<everywhere>, M::inputs>, Loss,
                      descent<Rule, unconstrained, first_of<target_loss, patience, step_limit>, cosine>,
                      Start, keyed_streams, known_forms, unfiltered, Penalty>;
  const study s{.teacher = teacher,
                .data = {.sequences = {.count = 9}},
                .training = {.rate = 1e-4,
                             .rule = rule,
                             .stop = {{{.value = 0}, {.steps = 1e6}, {.steps = 1e6}}},
                             .schedule = {.steps = 1e6}},
                .start = start,
                .penalty = penalty};
  const std::vector<std::uint32_t> seeds{1, 2};
  const auto bound = bind_lanes<T, study>(std::span<const study>(&s, 1), seeds);
  auto training = bound.training();
  for (int t = 0; t < 100; ++t) training.step();
  const std::size_t before = counted::allocations();
  CHECK(before > 0);
  for (int t = 0; t < 100'000; ++t) training.step();
  CHECK(counted::allocations() == before);
  CHECK(training.running());
}
using one = given<real_diagonal<1>>;
using two = given<real_diagonal<1, 2, 2>>;
const near_zero large{.state_deviation = 0.4, .io_deviation = 0.4};
const one of_one{.values = {{0.7}, {0.8}, {1.2}}};
const two of_two{.values = {{0.7}, {0.8, 0.4}, {1.2, -1}}};

}  // namespace

TEST_CASE_TEMPLATE("a hundred thousand steps ask for no memory", T, double, pack<float>) {
  using two_outputs = ssm<real_diagonal<3, 2, 2>>;
  takes_no_memory<T, two_outputs, every_step<two>, squared_error>(every_step<two>{of_two}, adam{},
                                                                  unpenalized{}, large);
  takes_no_memory<T, two_outputs, two, absolute_error>(of_two, lion{}, l2_penalty<>{.weight = 1e-3}, large);
  using networked = with_network<ssm<real_diagonal<4>>, sequential<dense<3>, tanh_layer, dense<1>>>;
  takes_no_memory<T, networked, one, squared_error>(
      of_one, one_of<gradient_descent, rmsprop>{.choice = 1, .rules = {}}, unpenalized{},
      network_start<near_zero>{.ssm = large});
}
