// expect: teacher_student: the start writes eigenvalues, and the entries of A of this structure are none
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

teacher_student<deep<ssm<real_diagonal<3>>, relu, ssm<own::complex_pairs>, last_output>, theorem1_teacher<10>,
                training_set<7, unit<at<0>>>, squared_error, descent<>, network_start<rearranged_start>,
                framework_streams>
    study;
