// expect: record: distances from a teacher and orders are recorded of students whose structure is a sum of modes or has a dense_of, in analysis/dense_measures.hpp or your own (docs/analysis.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

using study = teacher_student<ssm<own::dense_matrix<>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, descent<>, near_zero>;
auto seen = trajectory_of<double>(sample_steps{.period = 10}, record::hankel_order{});
auto end = run<double>(study{}, 1, seen);
