// expect: spectral_penalty: the model does not learn A (docs/objective.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<2>, learn<input_role>>, theorem1_teacher<2>,
                              training_set<7, unit<at<0>>>, squared_error, descent<adam>, near_zero,
                              keyed_streams, known_forms, unfiltered, spectral_penalty>;
auto end = run<double>(study{}, 1);
