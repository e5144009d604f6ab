// expect: teacher_student: the loss lacks derivative(prediction, label) (docs/loss.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct distance {
  static auto value(auto p, auto y) { return abs_of(p - y); }
};
teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>, distance> study;
