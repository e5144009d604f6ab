// expect: bind: the data have another number of channels than the student has inputs (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>, 2>>;
auto end = run<double>(study{}, 242);
