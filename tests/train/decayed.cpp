// Weight decay of some slots: every slot is AdamW, bit for bit; one slot shrinks alone; lanes and refusals.
#include <lssm/core/pack.hpp>

#include "small_descent.hpp"

using namespace lssm;

namespace {

template <class Rule>
using study_of =
    teacher_student<ssm<real_diagonal<3>>, theorem1_teacher<3>, training_set<5, gaussian<everywhere>>,
                    squared_error, descent<Rule, unconstrained, first_of<step_limit>>, near_zero>;
template <class Rule>
auto make(Rule rule) {
  study_of<Rule> s{.data = {.sequences = {.count = 8}},
                   .training = {.rate = 0.01, .rule = rule, .stop = step_limit{100}}};
  s.start = {.state_deviation = 0.3, .io_deviation = 0.4};
  return s;
}

}  // namespace

TEST_CASE_TEMPLATE("decay of every slot beside Adam is AdamW, bit for bit on the general path", T, float,
                   double, long double) {
  const auto a = small_descent::run_as_lanes<T>(make(adamw{.weight_decay = 0.1}), 4);
  const auto b = run<T>(make(decayed<every_slot, adam>{.weight_decay = 0.1}), 4);
  CHECK(equal_parts(a.student.system, b.student.system));
}

TEST_CASE_TEMPLATE("one step shrinks the named slot alone", Where, state_role, input_matrix, output_role) {
  const double lambda = 0.25;
  auto with = bind<double>(make(decayed<Where>{.weight_decay = lambda}), 4);
  auto without = bind<double>(make(gradient_descent{}), 4);
  auto a = with.training();
  auto b = without.training();
  a.step(), b.step();
  constexpr std::size_t first = std::is_same_v<Where, state_role>     ? 0
                                : std::is_same_v<Where, input_matrix> ? 3
                                                                      : 6;
  for (std::size_t i = 0; i < 9; ++i) {
    const double shrunk = i >= first && i < first + 3 ? 0.01 * lambda * with.theta[i] : 0;
    CHECK(a.theta()[i] == doctest::Approx(b.theta()[i] - shrunk).epsilon(1e-14));
  }
}

TEST_CASE("lanes differ in decay, with the bits of one lane") {
  using T = pack<float>;
  using study = study_of<decayed<input_role, adam>>;
  std::vector<study> studies;
  for (std::size_t i = 0; i < lanes_of<T>; ++i)
    studies.push_back(make(decayed<input_role, adam>{.weight_decay = 0.1 * static_cast<double>(i)}));
  const std::uint32_t seeds[] = {3};
  const auto together = run<T>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t i = 0; i < lanes_of<T>; ++i)
    CHECK(equal_parts(together[i].student.system, run<float>(studies[i], 3).student.system));
}

TEST_CASE("a decay that was not given is refused by name") {
  std::string message;
  try {
    run<double>(make(decayed<state_role>{}), 1);
  } catch (const bad_argument& e) {
    message = e.what();
  }
  CHECK(message == "decayed: weight_decay must be given, finite and at least 0, given -1");
}
