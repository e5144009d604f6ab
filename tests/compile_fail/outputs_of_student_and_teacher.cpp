// expect: objective: labels are single numbers, so the model must have one output (docs/objective.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/lssm.hpp>
using namespace lssm;

using two = real_diagonal<10, 1, 2>;
teacher_student<ssm<two>, given<two>, training_set<7, unit<at<0>>>> study;
