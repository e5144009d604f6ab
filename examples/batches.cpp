// SPDX-License-Identifier: BSD-3-Clause
// Mini-batches (docs/descent.md): the same training with all sequences in every step, in batches, and with labels that are
// noisy anew in each step.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

using by_epochs = descent<adam, unconstrained, first_of<epoch_limit>, each_epoch<step_decay>, unclipped,
                          same_rate, batches>;
using study = teacher_student<ssm<real_diagonal<5>>, theorem1_teacher<5>,
                              training_set<6, gaussian<everywhere>>, squared_error, by_epochs, near_zero>;

int main() {
  const auto show = [](const char* name, const batches& some) {
    const study s{.data = {.sequences = {.count = 20}},
                  .training = {.rate = 0.02,
                               .stop = {epoch_limit{300}},
                               .schedule = {{.every = 100, .decay = 0.3}},
                               .batches = some}};
    const auto end = run<double>(s, 3);
    std::cout << name << ": " << static_cast<long>(end.at_end.steps) << " steps, generalization error "
              << end.generalization(20) << '\n';
  };
  std::cout.precision(2);
  show("all at once", {.size = 20});
  show("batches of five", {.size = 5});
  show("five, drawn with replacement", {.size = 5, .replace = true});
  show("noisy labels, anew in each step", {.size = 20, .label_noise = 0.1});
}
