// expect: record: no layer of the student is an SSM, whose gamma there would be (docs/study.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study =
    teacher_student<deep<channels<1>, dense<1>, last_output>, theorem1_teacher<10>,
                    training_set<7, unit<at<0>>>, squared_error, descent<>, network_start<near_zero>>;
auto seen = trajectory_of<double>(sample_steps{}, record::gamma{});
auto end = run<double>(study{}, 1, seen);
