// SPDX-License-Identifier: BSD-3-Clause
// Test sets of models of layers refuse students that answer other steps, or take other inputs, than the teacher.
#include <doctest/doctest.h>

#include <lssm/lssm.hpp>
#include <lssm/nn.hpp>

using namespace lssm;

namespace {

using all_steps = deep<ssm<real_diagonal<2>>, ssm<real_diagonal<1>>>;
using last_step = deep<ssm<real_diagonal<2>>, ssm<real_diagonal<1>>, last_output>;
using of_two_inputs = deep<ssm<real_diagonal<1, 2, 1>>, last_output>;

template <class M>
given_deep<M> layers_of() {
  given_deep<M> g;
  auto system = g.model.template make<double>();
  each_number([&](double) { g.values.push_back(0.5 / static_cast<double>(g.values.size() + 1)); }, system);
  return g;
}

/// The error, or why there is none, of a model by itself and of its objective where it has been evaluated.
template <class Student, class Teacher>
std::pair<std::string, std::string> errors() {
  const auto attempt = [](auto f) -> std::string {
    try {
      return std::to_string(f());
    } catch (const bad_argument& e) {
      return e.what();
    }
  };
  numpy_legacy stream(3);
  sequence_test_set<double> set(layers_of<Teacher>().template bind<double>(), 3, 4, stream);
  const auto student = layers_of<Student>().template bind<double>();
  labelled<double> data;
  data.kappa = 5, data.channels = Student::inputs;
  data.x.assign(static_cast<std::size_t>(10 * Student::inputs), 1);
  data.relabel(student);
  const auto f = make_objective<double, 5>(Student{}, student.system, data, squared_error{});
  auto at = f.workspace();
  f.value(view<double>(f.theta()), at);
  return {attempt([&] { return set.error(student); }), attempt([&] { return set.error(evaluated(f, at)); })};
}

}  // namespace

TEST_CASE("students that answer what the teacher answers are measured") {
  const std::pair<std::string, std::string> none{"0.000000", "0.000000"};
  CHECK(errors<all_steps, all_steps>() == none);
  CHECK(errors<last_step, last_step>() == none);
  CHECK(errors<of_two_inputs, of_two_inputs>() == none);
}

TEST_CASE("students of other steps or inputs are refused by both ways to ask them") {
  const auto refused = [](const auto& both, const char* message) {
    CHECK(both.first == message);
    CHECK(both.second == message);
  };
  refused(errors<all_steps, last_step>(),
          "deep: y must be of 12 numbers, as many as the model answers, given 3");
  refused(errors<last_step, all_steps>(),
          "deep: y must be of 3 numbers, as many as the model answers, given 12");
  refused(errors<of_two_inputs, last_step>(), "deep: x must be of 24 numbers (N, kappa, m), given 12");
  refused(errors<last_step, of_two_inputs>(), "deep: x must be of 12 numbers (N, kappa, m), given 24");
}
