// expect: eigenvalues
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

using study = teacher_student<ssm<own::dense_matrix<>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, descent<>, near_zero>;
auto found = run<double>(study{}, 1).eigenvalues();
