// expect: penalty: it takes every_slot, or a slot or role that the model learns (docs/objective.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<2>, learn<input_role>>, theorem1_teacher<2>,
                              training_set<7, unit<at<0>>>, squared_error, descent<adam>, near_zero,
                              keyed_streams, known_forms, unfiltered, l2_penalty<output_matrix>>;
auto end = run<double>(study{}, 1);
