// expect: learn: a slot of your own lacks its role, the matrix with which it counts (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/lssm.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

using study = teacher_student<ssm<own::with_gain, learn<state_matrix, own::gain_without_role>>,
                              theorem1_teacher<10>, training_set<7, unit<at<0>>>, squared_error,
                              descent<gradient_descent, fixed_input_output>, own::gain_start>;
auto end = run<double>(study{}, 1);
