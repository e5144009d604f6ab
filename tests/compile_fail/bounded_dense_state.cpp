// expect: descent: the constraint is one of eigenvalues, and this structure has no modes to act on (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/lssm.hpp>
using namespace lssm;

using study = teacher_student<ssm<dense_state<3>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, descent<gradient_descent, bounded_state_matrix>, near_zero>;
auto end = run<double>(study{}, 1);
