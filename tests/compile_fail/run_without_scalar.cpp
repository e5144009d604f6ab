// expect: run: the scalar is missing; write run<double>(study, seed) (docs/study.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/lssm.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<2>, learn<state_matrix>>, theorem1_teacher<2>,
                              training_set<4, unit<at<0>>>, squared_error, gradient_flow<>, theorem1_start>;
auto trained = run(study{}, 1);
