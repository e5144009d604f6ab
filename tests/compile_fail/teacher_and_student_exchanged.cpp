// expect: teacher_student: the student is no Model, for example ssm<real_diagonal<10>> (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

teacher_student<theorem1_teacher<10>, ssm<real_diagonal<10>>, training_set<7, unit<at<0>>>> study;
