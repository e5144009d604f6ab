// expect: annulus_start: it is a start of complex_diagonal, and this structure is another (docs/init.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<3>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, gradient_flow<>, annulus_start>;
auto end = run<double>(study{}, 1);
