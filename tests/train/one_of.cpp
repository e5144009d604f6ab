// SPDX-License-Identifier: BSD-3-Clause
// A rule that is chosen at run time has the bits of that rule alone: in single runs, in lanes of other choices, resumed.
#include <lssm/core/pack.hpp>
#include <lssm/study/checkpoint.hpp>

#include "small_descent.hpp"

using namespace lssm;

namespace {

using chosen = one_of<gradient_descent, nesterov, adam, adaptive_rate<diagonal_norm>, lion>;
template <class Rule>
using study_of =
    teacher_student<ssm<real_diagonal<3>>, theorem1_teacher<3>, training_set<5, gaussian<everywhere>>,
                    squared_error, descent<Rule, unconstrained, first_of<step_limit>>, near_zero>;

template <class Rule>
study_of<Rule> make(const Rule& rule) {
  return {.data = {.sequences = {.count = 4}},
          .training = {.rate = 0.01, .rule = rule, .stop = {step_limit{30}}},
          .start = {.state_deviation = 0.3, .io_deviation = 0.3}};
}
chosen of(integer choice) {
  return {.choice = choice, .rules = {{}, {.momentum = 0.7}, {.beta1 = 0.8}, {.decay = 0.5}, {}}};
}

/// What the rule at that place gives alone, by the general path.
auto alone(integer choice, std::uint32_t seed) {
  const auto end = [&](const auto& rule) {
    return small_descent::run_as_lanes<double>(make(rule), seed).student.system;
  };
  const auto rules = of(0).rules;
  return choice == 0   ? end(std::get<0>(rules))
         : choice == 1 ? end(std::get<1>(rules))
         : choice == 2 ? end(std::get<2>(rules))
         : choice == 3 ? end(std::get<3>(rules))
                       : end(std::get<4>(rules));
}

}  // namespace

TEST_CASE("the chosen rule's bits, alone and in lanes of other choices: those of the general path") {
  std::vector<study_of<chosen>> studies;
  std::vector<std::uint32_t> seeds;
  for (std::uint32_t i = 0; i < lanes_of<pack<double>>; ++i) {
    studies.push_back(make(of(i % 5)));
    seeds.push_back(10 + i);
  }
  const auto together =
      run<pack<double>>(std::span<const study_of<chosen>>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t i = 0; i < together.size(); ++i) {
    CAPTURE(i);
    const auto expected = alone(static_cast<integer>(i % 5), seeds[i]);
    const auto single = run<double>(studies[i], seeds[i]).student.system;
    CHECK(equal_parts(together[i].student.system, single));
    CHECK(equal_parts(single, expected));
  }
}

TEST_CASE("a rule may stand in the list several times, with other numbers") {
  using twice = one_of<adam, heavy_ball, adam>;
  const adam other{.beta1 = 0.3};
  const auto expected = small_descent::run_as_lanes<double>(make(other), 5).student.system;
  const twice second{.choice = 2, .rules = {{.beta1 = 0.9}, {.momentum = 0.5}, other}};
  CHECK(equal_parts(run<double>(make(second), 5).student.system, expected));
}

TEST_CASE("a resumed run goes on with the rule that it was saved with") {
  const auto study = make(of(2));
  auto whole = bind<double>(study, 3);
  auto training = whole.training();
  for (int i = 0; i < 11; ++i) training.step();
  npz_writer out;
  const std::string saved = add_run(out, "run", whole, training).bytes();
  while (training.running()) training.step();
  auto again = bind<double>(make(of(1)), 3);
  auto resumed = again.training();
  load_run(npz_file(saved, "saved"), "run", again, resumed);
  while (resumed.running()) resumed.step();
  CHECK(resumed.now().loss == training.now().loss);
}

TEST_CASE("a choice that is none is refused") {
  CHECK_THROWS_WITH_AS(bind<double>(make(of(5)), 1), "one_of: choice must be given, from 0 to 4, given 5",
                       bad_argument);
  CHECK_THROWS_WITH_AS(bind<double>(make(chosen{}), 1), "one_of: choice must be given, from 0 to 4, given -1",
                       bad_argument);
  auto bad = of(1);
  std::get<1>(bad.rules).momentum = 1;
  CHECK_THROWS_AS(bind<double>(make(bad), 1), bad_argument);
  bad.choice = 2;
  CHECK_NOTHROW(bind<double>(make(bad), 1));
}
