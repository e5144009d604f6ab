// SPDX-License-Identifier: BSD-3-Clause
// A student with a full state matrix learns a damped oscillator in continuous time, seen at steps (docs/dense_state.md).
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

int main() {
  const bound_system<double, dense_state<2>> oscillator{
      {{0, 1, -9, -0.4}, {0, 1}, {3, 0}}};  // y'' = -9y - 0.4y' + 3x
  const auto steps = in_steps<zero_order_hold>(oscillator, 0.25);

  using rule = descent<adam, unconstrained, first_of<target_loss, step_limit>>;
  using study = teacher_student<ssm<dense_state<2>>, given<dense_state<>>,
                                training_set<20, gaussian<everywhere>>, squared_error, rule, near_zero>;
  const study ours{.teacher = {.structure = {.states = 2}, .values = steps.system},
                   .data = {.sequences = {.count = 60}},
                   .training = {.rate = 0.01, .stop = {{1e-14}, {20000}}},
                   .start = {.state_deviation = 0.3, .io_deviation = 0.3}};
  const auto end = run<double>(ours, 1);
  std::cout.precision(4);
  std::cout << end.status
            << (end.generalization(100) < 1e-5 ? ", as the teacher\n" : ", unlike the teacher\n");
  const auto told = [](const char* whose, const auto& spectrum) {
    std::cout << whose << " eigenvalues: " << spectrum[0].re << " +- " << spectrum[0].im << "i\n";
  };
  told("the student's", end.spectrum());
  told("the teacher's", spectrum_of<dense_state<>, double>(steps.system));
}
