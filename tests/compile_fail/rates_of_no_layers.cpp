// expect: rate_per_layer: this model is no deep<...>; use rate_per_matrix (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<
    ssm<real_diagonal<2>>, theorem1_teacher<2>, training_set<7, unit<at<0>>>, squared_error,
    descent<adam, unconstrained, first_of<step_limit>, constant_rate, unclipped, rate_per_layer>, near_zero>;
auto end = run<double>(study{}, 1);
