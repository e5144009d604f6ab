// expect: teacher_student: an update rule was given for the training; write descent<adam>, for example (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>, squared_error,
                adam>
    study;
