// expect: teacher_student: the start writes eigenvalues, and the entries of A of this structure are none
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

teacher_student<ssm<own::dense_matrix<>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>, squared_error,
                gradient_flow<>, theorem1_start>
    study;
