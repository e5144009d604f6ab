// expect: bind: the training lacks start<Objective>(per_lane, objective, theta); the axes of a study are student, teacher, data, loss, training, start (docs/study.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<2>>, theorem1_teacher<2>, training_set<7, unit<at<0>>>,
                              squared_error, theorem1_start>;
auto end = run<double>(study{}, 1);
