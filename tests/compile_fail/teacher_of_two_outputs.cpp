// expect: teacher_student: the teacher has another number of outputs than the student (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

teacher_student<ssm<real_diagonal<10>>, given<real_diagonal<10, 1, 2>>, training_set<7, unit<at<0>>>> study;
