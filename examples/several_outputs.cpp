// SPDX-License-Identifier: BSD-3-Clause
// A student of two inputs and two outputs, taught the last outputs of few sequences, and those of every step (docs/data.md).
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

using student = ssm<real_diagonal<4, 2, 2>>;
using system_of_two = given<real_diagonal<2, 2, 2>>;  // answers two numbers to a sequence: its last outputs

template <class Teacher>
void train(const char* labels, const Teacher& teacher) {
  using study = teacher_student<student, Teacher, training_set<6, gaussian<everywhere>, 2>, squared_error,
                                gradient_flow<>, near_zero>;
  const study few{.teacher = teacher,
                  .data = {.sequences = {.count = 5}},
                  .start = {.state_deviation = 0.3, .io_deviation = 0.3}};
  const auto bound = bind<double>(few, 242);
  const auto end = run<double>(few, 242);
  std::cout << labels << ": " << bound.data.answers << " labels a sequence, " << end.status
            << (end.generalization(6) < 1e-6 ? ", the teacher" : ", another system that fits") << '\n';
}

int main() {
  const system_of_two teacher{.values = {{0.8, -0.5}, {1, 0.5, -0.25, 1}, {1, 0.5, -0.5, 1}}};
  train("last outputs", teacher);
  train("every step", every_step<system_of_two>{teacher});
}
