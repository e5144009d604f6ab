// expect: checkpoint: the training lacks parts or refresh(), as flows do (docs/study.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;
using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>>;
int main() {
  auto bound = bind<double>(study{}, 1);
  const auto training = bound.training();
  save_checkpoint("run.npz", "a flow", bound, training);
}
