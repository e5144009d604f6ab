// expect: full_matrix_norm: the structure lacks full_gradient_norm2(parameters, g, work), as with several inputs or outputs; use diagonal_norm (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<3, 2, 1>>, given<real_diagonal<1, 2, 1>>,
                              training_set<7, gaussian<everywhere>, 2>, squared_error,
                              descent<adaptive_rate<>>, near_zero>;
auto end = run<double>(study{}, 242);
