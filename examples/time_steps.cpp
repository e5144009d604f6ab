// SPDX-License-Identifier: BSD-3-Clause
// Modes in continuous time, seen at steps of a learned length (docs/discretization.md): a student for each of two methods.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

template <class Method>
void learn_by(const char* name) {
  using structure = discretized<real_diagonal<2>, Method>;
  using moved = learn<state_role, output_role, through<time_steps, exponential>>;  // a, c and log t
  using teacher = discretized<real_diagonal<2>, zero_order_hold>;
  using rule = descent<adam, unconstrained, first_of<target_loss, step_limit>>;
  using study = teacher_student<ssm<structure, moved>, given<teacher>, training_set<12, gaussian<everywhere>>,
                                squared_error, rule, gaussian_start>;
  const study ours{.teacher = {.values = {{{-1, -8}, {1, 1}, {2, 4}}, {0.125}}},
                   .data = {.sequences = {.count = 40}},
                   .training = {.rate = 0.01, .stop = {{1e-12}, {20000}}},
                   .start = {.state = {.mean = -3, .deviation = 1},
                             .input = {.mean = 1, .deviation = 0},
                             .output = {.mean = 1, .deviation = 0.1},
                             .time = gaussian_entries{.mean = 0.1, .deviation = 0}}};
  const auto end = run<double>(ours, 1);
  std::cout << name << ": " << end.status << ", eigenvalues of a step " << end.eigenvalues()[0] << " and "
            << end.eigenvalues()[1] << ", of its length " << end.student.system.step[0]
            << (end.generalization(40) < 1e-5 ? ", as the teacher\n" : ", unlike the teacher\n");
}

int main() {
  std::cout.precision(3);
  learn_by<zero_order_hold>("zero-order hold");
  learn_by<bilinear>("bilinear");
}
