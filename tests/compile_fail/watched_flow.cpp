// expect: train_in_lanes: the training has no theta(); descents are watched in lanes (docs/study.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>>;
void go() {
  train_in_lanes<double>([]() -> std::optional<lane_job<study>> { return std::nullopt; },
                         [](std::size_t, const auto&) {}, never_stopped{}, [](std::size_t, auto&) {});
}
