// expect: rearranged_start: the stream lacks restart() or skip(n); use framework_streams (docs/init.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, gradient_flow<>, rearranged_start>;
auto end = run<double>(study{}, 242);
