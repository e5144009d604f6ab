// expect: trajectory: two quantities have the same name
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

const auto teacher = theorem1_teacher<2>{}.bind<double>();
const auto seen = trajectory_of<double>({}, record::generalization{teacher, 20}, record::loss{},
                                        record::generalization{teacher, 99});
