// SPDX-License-Identifier: BSD-3-Clause
// The tutorial's program (docs/tutorial.md): another teacher, another special sequence and an observer of one's own.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

using poisoned = inject<training_set<6, gaussian<leading<2>>>, unit<at<>>>;
using study = teacher_student<ssm<real_diagonal<10>>, given<real_diagonal<1>>, poisoned, squared_error,
                              gradient_flow<>, near_zero>;

struct plateau {  // an observer: until when the loss is above a hundredth of what it was at first
  double first = 0, time = 0;
  void operator()(auto& training) {
    if (first == 0) first = training.now().loss;
    if (training.now().loss > first / 100) time = training.now().time;
  }
};

void show(integer count, integer position) {
  study ours{.teacher = {.values = {{0.9}, {1}, {1}}},  // A, B and C: h_k = 0.9^k
             .data = {.set = {.sequences = {.count = 8}},
                      .special = {.support = {position}, .count = count, .amplitude = 10}},
             .start = {.state_deviation = 0.1, .io_deviation = 0.1}};
  plateau seen;
  const auto end = run<double>(ours, 1, seen);
  std::cout << count << " special at " << position << ": " << end.status << ", plateau until " << seen.time
            << ", generalization error " << end.generalization(40) << '\n';
}

int main() {
  std::cout.precision(3);
  show(0, -1);  // none
  show(1, -1);
  show(1, -2);
}
