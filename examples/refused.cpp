// SPDX-License-Identifier: BSD-3-Clause
// What the library says of input it cannot work with (docs/errors.md): every message names function, argument, what was
// expected and what was given. Nothing has been done when it is thrown.
#include <iostream>
#include <lssm/io.hpp>
#include <lssm/lssm.hpp>
using namespace lssm;

using student = ssm<real_diagonal<>, learn<state_matrix>>;
using clean = training_set<dynamic, unit<at<>>>;
using study = teacher_student<student, theorem1_teacher<>, inject<clean, gaussian<leading<>>>>;

/// A study without a fault, for the faults below.
study sound() {
  return {.student = {.structure = {.states = 10}},
          .teacher = {.states = 10},
          .data = {.set = {.length = 7, .sequences = {.support = {0}}}, .special = {.support = {2}}}};
}

template <class F>
void provoke(F change) {
  study faulty = sound();
  try {
    change(faulty);
    bind<double>(faulty, 242);
    std::cout << "not refused\n";
  } catch (const failure& e) {
    std::cout << e.what() << '\n';
  }
}

int main() {
  provoke([](study& s) { s.student.structure.states = 0; });
  provoke([](study& s) { s.teacher.states = 1; });
  provoke([](study& s) { s.data.set.length = 1; });
  provoke([](study& s) { s.data.set.sequences.count = 0; });
  provoke([](study& s) { s.data.set.sequences.support = {7}; });
  provoke([](study& s) { s.data.set.sequences.amplitude = 1e300 * 1e300; });
  provoke([](study& s) { s.data.special.deviation = -1; });
  provoke([](study& s) { s.training.rtol = 1e-17; });
  provoke([](study& s) { s.training.stop.get<step_limit>().steps = -1; });
  provoke([](study& s) { s.start.scale = 0; });
  provoke([](study& s) { s.start.gap_factor = -5; });
  provoke([](study&) { [[maybe_unused]] const real_diagonal<10> nine{9}; });
  provoke([](study& s) {
    s.data.special.count = 0;
    run<double>(s, 242).generalization(0);
  });
  provoke([](study&) { csv_table::parse("time,loss\n0,1\n1\n", "run.csv"); });
  provoke([](study&) { json_document(R"({"a": [1, 2,]})", "teacher.json"); });
  provoke([](study&) { read_file("no/such/file"); });
}
