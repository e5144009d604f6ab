// expect: full_matrix_norm: a penalty adds to the gradient of the stored entries of A alone; use diagonal_norm
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<3>>, theorem1_teacher<3>,
                              training_set<5, gaussian<everywhere>>, squared_error,
                              descent<adaptive_rate<full_matrix_norm>, unconstrained, first_of<step_limit>>,
                              near_zero, keyed_streams, known_forms, unfiltered, l2_penalty<>>;

int main() { return run<double>(study{}, 1).at_end.steps > 0; }
