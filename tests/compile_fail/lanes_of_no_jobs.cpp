// expect: train_in_lanes: next() gives no std::optional of a lane_job or a bound_job (docs/study.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
#include <optional>
using namespace lssm;
using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>>;
int main() {
  train_in_lanes<double>([] { return study{}; }, [](std::size_t, const auto&) {});
}
