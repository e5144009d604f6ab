// expect: teacher_student: without a teacher the data bring labels, as given_set<> does (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

teacher_student<ssm<real_diagonal<3>>, no_teacher, training_set<4, unit<at<0>>>> study;
