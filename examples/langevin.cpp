// SPDX-License-Identifier: BSD-3-Clause
// Langevin dynamics (docs/descent.md): in thermal equilibrium the loss of n parameters lies n T / 2 above its minimum.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

using heated = descent<langevin<>, unconstrained, first_of<step_limit>>;
using study = teacher_student<ssm<real_diagonal<1>, learn<state_matrix>>, given<real_diagonal<1>>,
                              training_set<8, gaussian<everywhere>>, squared_error, heated, given_start>;

int main() {
  std::cout.precision(2);
  for (const double temperature : {1e-3, 1e-4, 1e-5}) {
    const study ours{.teacher = {.values = {{0.5}, {1}, {1}}},
                     .data = {.sequences = {.count = 20}},
                     .training = {.rate = 0.01,
                                  .rule = {.temperature = temperature, .key = 7},
                                  .stop = {step_limit{50000}}},
                     .start = {.a = {0.4}, .b = {1}, .c = {1}}};
    double sum = 0, steps = 0;
    run<double>(ours, 1, [&](auto& run) {
      if (run.now().steps >= 1000) sum += run.now().loss, ++steps;
    });
    std::cout << "temperature " << temperature << ": mean loss " << sum / steps
              << ", n T / 2 = " << temperature / 2 << '\n';
  }
}
