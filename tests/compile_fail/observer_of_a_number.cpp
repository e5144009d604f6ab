// expect: drive: the observer is no callable on the training, a lambda of (auto& run) for example (docs/train.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<2>>, theorem1_teacher<2>, training_set<7, unit<at<0>>>,
                              squared_error, descent<adam>, near_zero>;
auto end = run<double>(study{}, 1, [](double) {});
