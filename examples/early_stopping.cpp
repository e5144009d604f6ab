// SPDX-License-Identifier: BSD-3-Clause
// Early stopping (docs/descent.md): noisy labels are learned in the end; a test set tells where the student was best.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

using noisy = label_noise<training_set<8, gaussian<everywhere>>>;
using study = teacher_student<ssm<real_diagonal<4>>, theorem1_teacher<4>, noisy, squared_error,
                              descent<adam, unconstrained, first_of<step_limit>>, near_zero>;

int main() {
  const study ours{.data = {.set = {.sequences = {.count = 5}}, .deviation = 2},
                   .training = {.rate = 0.02, .stop = {step_limit{2000}}},
                   .start = {.state_deviation = 0.3, .io_deviation = 0.3}};
  numpy_legacy draws(99);
  test_set<double> validation(ours.teacher.bind<double>(), 50, 16, draws);

  const patience_of_looks often{.period = 10, .patience = 20};
  early_stopping best([&](auto& run) { return validation.error(run.here().objective); }, often);
  const auto end = run<double>(ours, 2, best);
  std::cout.precision(2);
  std::cout << end.status << "; least validation error " << best.value() << '\n';

  // The parameters of the best student, in a study bound anew.
  auto bound = bind<double>(ours, 2);
  std::copy(best.theta().begin(), best.theta().end(), bound.theta.begin());
  auto at = bound.objective.workspace();
  bound.objective.value(view<double>(bound.theta), at);
  std::cout << "the student there: " << validation.error(evaluated(bound.objective, at)) << '\n';
}
