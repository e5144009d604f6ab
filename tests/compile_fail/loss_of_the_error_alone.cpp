// expect: teacher_student: the loss lacks value(prediction, label) (docs/loss.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct of_the_error {  // a loss is asked for prediction and label, not for their difference
  static auto value(auto e) { return e * e; }
  static auto derivative(auto e) { return 2.0 * e; }
};
teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>, of_the_error>
    study;
