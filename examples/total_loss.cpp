// SPDX-License-Identifier: BSD-3-Clause
// A target for the sum of losses (docs/train.md): the loss is a mean over N sequences, so the same sum asks more of each.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

using until = first_of<total_loss, step_limit>;
using study =
    teacher_student<ssm<real_diagonal<4>>, theorem1_teacher<4>, training_set<6, gaussian<everywhere>>,
                    squared_error, descent<adam, unconstrained, until>, near_zero>;

int main() {
  std::cout.precision(3);
  for (const integer count : {5, 50, 500}) {
    const study ours{.data = {.sequences = {.count = count}},
                     .training = {.rate = 0.01, .stop = {total_loss{1}, step_limit{1e5}}},
                     .start = {.state_deviation = 0.3, .io_deviation = 0.3}};
    const auto end = run<double>(ours, 3);
    std::cout << count << " sequences: " << end.status << " after " << end.at_end.steps
              << " steps, mean loss " << end.at_end.loss << '\n';
  }
}
