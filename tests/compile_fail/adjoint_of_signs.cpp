// expect: adjoint_of_training: this update rule has no rule_adjoint (docs/influence.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/attack.hpp>
#include <lssm/train/sign_descent.hpp>
using namespace lssm;

using study =
    teacher_student<ssm<real_diagonal<3>>, theorem1_teacher<3>, training_set<5, gaussian<everywhere>>,
                    squared_error, descent<decayed<state_role, sign_descent>>, near_zero>;
auto d = adjoint_of_training(bind<double>(study{}, 242), largest_error{});
