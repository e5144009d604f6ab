// expect: objective: a loss of rows needs a model that answers rows, deep<...>
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              softmax_cross_entropy>;
auto bound = bind<double>(study{}, 242);
