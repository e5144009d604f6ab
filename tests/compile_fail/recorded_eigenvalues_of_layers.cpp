// expect: record: the structure of the student does not tell its eigenvalues; they are no quantity of it (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study =
    teacher_student<deep<ssm<real_diagonal<3>>, relu, last_output>, theorem1_teacher<10>,
                    training_set<7, unit<at<0>>>, squared_error, descent<>, network_start<near_zero>>;
auto seen = trajectory_of<double>({}, record::eigenvalues{});
auto end = run<double>(study{}, 1, seen);
