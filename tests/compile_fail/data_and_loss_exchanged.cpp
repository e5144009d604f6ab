// expect: teacher_student: the data are no TrainingSet (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, squared_error, training_set<7, unit<at<0>>>>
    study;
