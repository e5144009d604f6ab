// SPDX-License-Identifier: BSD-3-Clause
// Files for other programs (docs/interchange.md), beside docs/interchange.py, which reads and writes them with NumPy.
//
//   interchange             writes teacher.npz, set.npz and student.json into this folder, and reads them again
//   interchange FILE.npz    shows the impulse response of a teacher that another program wrote
#include <iostream>
#include <lssm/files.hpp>
#include <lssm/lssm.hpp>
using namespace lssm;

using teacher_type = given<real_diagonal<>>;
using student = ssm<real_diagonal<4>, learn<state_matrix>>;
using clean = training_set<6, gaussian<everywhere>>;
using study = teacher_student<student, teacher_type, inject<clean, unit<at<-2>>>>;

void write_and_read() {
  // What an experiment has: a teacher, labelled data, a trained student.
  const study experiment{.teacher = {{2}, {{0.9, -0.3}, {1, 0.5}, {0.8, 2}}},
                         .data = {.set = {.sequences = {.count = 3}}}};
  auto bound = bind<double>(experiment, 242);
  const auto end = run<double>(experiment, 242);
  save_npz("teacher.npz", experiment.teacher);
  save_npz("set.npz", bound.data);
  save_json("student.json", end.student);

  // Sizes in the type must be the file's; `real_diagonal<>` takes them from it.
  const auto teacher = load_npz<teacher_type>("teacher.npz");
  const auto trained = load_json<bound_system<double, real_diagonal<4>>>("student.json");
  std::cout << "read alike: " << (teacher == experiment.teacher && equal_parts(trained, end.student)) << '\n';

  // A study whose teacher and data come from files.
  auto again = bind<double>(study{.teacher = teacher, .data = experiment.data}, 1);
  again.data = load_npz<labelled<double>>("set.npz");
  again.rebuild();
  auto at = again.objective.workspace(), there = bound.objective.workspace();
  std::cout << "the same loss: "
            << (again.objective.value(trained.system.a, at) ==
                bound.objective.value(end.student.system.a, there))
            << '\n';

  // Another size is refused.
  try {
    load_npz<given<real_diagonal<3>>>("teacher.npz");
  } catch (const bad_file& e) {
    std::cout << e.what() << '\n';
  }
}

int main(int count, char** arguments) {
  std::cout << std::boolalpha;
  try {
    if (count < 2) {
      write_and_read();
    } else {
      const auto teacher = load_npz<teacher_type>(arguments[1]).bind<double>();
      for (const double h : teacher.impulse_response(4)) std::cout << digits(h) << '\n';
    }
  } catch (const failure& e) {
    std::cerr << e.what() << '\n';
    return 2;
  }
}
