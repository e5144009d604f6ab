// expect: learn: a slot of your own lacks its role, the matrix with which it counts (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/lssm.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

using rule = descent<adam, unconstrained, first_of<step_limit>, constant_rate, unclipped, rate_per_matrix>;
using study =
    teacher_student<ssm<own::with_gain, learn<state_matrix, own::gain_without_role>>, theorem1_teacher<10>,
                    training_set<7, unit<at<0>>>, squared_error, rule, own::gain_start>;
auto end = run<double>(study{}, 1);
