// expect: deleted
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>>;
auto training(std::span<const study> studies, std::span<const std::uint32_t> seeds) {
  return bind_lanes<pack<double>, study>(studies, seeds).training();
}
