// expect: adjoint_of_training: the objective is no squared loss of one SSM without penalty and batches (docs/influence.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/attack.hpp>
using namespace lssm;

using study =
    teacher_student<ssm<real_diagonal<3>>, theorem1_teacher<3>, training_set<5, gaussian<everywhere>>,
                    absolute_error, descent<adam>, near_zero>;
auto d = adjoint_of_training(bind<double>(study{}, 242), largest_error{});
