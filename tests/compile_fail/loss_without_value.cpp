// expect: teacher_student: the loss lacks value(prediction, label) (docs/loss.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct only_slope {
  static auto derivative(auto p, auto y) { return 2.0 * (p - y); }
};
teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>, only_slope> study;
