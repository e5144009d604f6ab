// SPDX-License-Identifier: BSD-3-Clause
// Measured sequences with labels of their own, and no teacher (docs/data.md): from memory, from a CSV text, from a file.
#include <iostream>
#include <lssm/files.hpp>
#include <lssm/lssm.hpp>
using namespace lssm;

template <class Teacher, class Data>
using study =
    teacher_student<ssm<real_diagonal<3>>, Teacher, Data, squared_error, gradient_flow<>, near_zero>;
const near_zero small{.state_deviation = 0.3, .io_deviation = 0.3};

int main() {
  // Three sequences of four entries, a label for each: in memory, or as rows of a table.
  const training_set<dynamic, listed<everywhere>> inputs{
      .length = 4, .sequences = {.count = 3, .values = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1}}};
  const given_set<> measured{.set = inputs, .labels = {0.1, 0.3, 1.5}};
  const auto table = csv_table::parse("t0,t1,t2,t3,y\n1,0,0,0,0.1\n0,1,0,0,0.3\n0,0,1,1,1.5\n", "table");
  std::cout << "the same set: " << (set_of_rows<>(table) == measured ? "yes" : "no") << '\n';

  const auto alone = run<double>(study<no_teacher, given_set<>>{.data = measured, .start = small}, 7);
  std::cout << "no teacher: " << alone.status << '\n';

  // A teacher beside measured labels is what students are compared with, and labels what is injected.
  using poisoned = inject<given_set<>, unit<at<-1>>>;
  const study<theorem1_teacher<3>, poisoned> more{.data = {.set = measured}, .start = small};
  const auto bound = bind<double>(more, 7);
  std::cout << "labels:";
  for (const double y : bound.data.y) std::cout << ' ' << y;
  std::cout << '\n';

  save_npz("measured.npz", measured);
  std::cout << "read alike: " << (load_npz<given_set<>>("measured.npz") == measured ? "yes" : "no") << '\n';
}
