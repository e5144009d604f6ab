// SPDX-License-Identifier: BSD-3-Clause
// A study taken apart: `bind` gives its data, objective and parameters, to edit and to drive by one's own loop.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

using student = ssm<real_diagonal<10>, learn<state_matrix>>;
using poisoned = inject<training_set<7, unit<at<0>>>, unit<at<-2>>>;
using study = teacher_student<student, theorem1_teacher<10>, poisoned>;

/// Gradient descent by hand: all it needs is a gradient.
void descend() {
  auto bound = bind<double>(study{.start = {.scale = 0.5}}, 242);
  auto gradient = bound.theta;
  auto at = bound.objective.workspace();  // the objective is constant; all that changes is here
  for (int step = 0; step < 5000; ++step) {
    bound.objective.value_and_gradient(bound.theta, gradient, at);
    for (std::size_t j = 0; j < gradient.size(); ++j) bound.theta[j] -= 0.01 * gradient[j];
  }
  std::cout << "5000 steps of 0.01: generalization error "
            << generalization_error<double>(bound.student(), bound.teacher, 20) << '\n';
}

/// The study's own training, step by step, on data that were edited after the draw and labelled again by the teacher.
void flow_on_edited_data(double impulse) {
  auto bound = bind<double>(study{}, 242);
  bound.data.x[7 + 5] = impulse;  // (N, kappa, m): the second sequence, second to last of its seven entries
  bound.relabel();

  std::cout << "special impulse of " << impulse << '\n';
  auto training = bound.training();
  for (double time = 0.1; training.running(); training.step())
    for (; time <= training.now().time; time *= 10) {
      const auto then = training.at(time);  // within the last step
      std::cout << "  flow time " << time << ", loss " << then.loss << '\n';
    }
  std::cout << "  " << training.lane_status(0) << ", generalization error "
            << read_lane(training, bound, 0).generalization(20) << '\n';
}

int main() {
  descend();
  flow_on_edited_data(1);
  flow_on_edited_data(0.1);
}
