// expect: adjoint_of_training: only descents are swept backwards; a flow has forward_sensitivities() (docs/influence.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/attack.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<3>, learn<state_matrix>>, theorem1_teacher<3>,
                              training_set<5, unit<at<0>>>>;
auto d = adjoint_of_training(bind<double>(study{}, 242), largest_error{});
