// expect: glorot_start: it is a start of dense_state, and this structure is another (docs/init.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<4>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, gradient_flow<>, glorot_start>;
auto end = run<double>(study{}, 1);
