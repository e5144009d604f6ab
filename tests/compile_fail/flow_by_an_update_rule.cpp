// expect: gradient_flow: the method lacks stepper<Field>; update rules belong to descent (docs/train.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, gradient_flow<adam>>;
auto end = run<double>(study{}, 1);
