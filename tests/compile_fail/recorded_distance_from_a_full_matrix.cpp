// expect: record: a dense teacher asks for a student with a dense_of (docs/analysis.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
#include <lssm/analysis/dense_measures.hpp>

#include "../ssm/own.hpp"

namespace own {
template <class T>
lssm::modal_form<double> modal_form_of(const lssm::bound_system<T, dense_matrix<>>&);
}
using namespace lssm;

using study = teacher_student<ssm<own::dense_matrix<>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, descent<>, near_zero>;
auto seen = trajectory_of<double>(sample_steps{.period = 10}, record::h2_distance{dense_system{}});
auto end = run<double>(study{}, 1, seen);
