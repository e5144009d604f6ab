// expect: test sets: error() is a distance of answers and labels, but this student was trained by a loss of logits
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using model = deep<ssm<real_diagonal<2, 1, 3>>, last_output>;
using study = teacher_student<model, given_deep<model>, training_set<4, gaussian<everywhere>>,
                              softmax_cross_entropy, descent<>, network_start<near_zero>>;

double error(sequence_test_set<double>& set) { return set.error(run<double>(study{}, 1).student); }
