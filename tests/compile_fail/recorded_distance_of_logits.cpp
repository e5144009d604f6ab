// expect: test sets: error() is a distance of answers and labels, but this student was trained by a loss of logits
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<2>>, theorem1_teacher<2>, training_set<7, unit<at<0>>>,
                              binary_cross_entropy, descent<>>;

void watch(test_set<double>& set) {
  auto seen = trajectory_of<double>(sample_steps{}, record::test_error{&set});
  run<double>(study{}, 1, seen);
}
