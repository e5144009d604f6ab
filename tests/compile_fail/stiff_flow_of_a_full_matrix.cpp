// expect: gradient_flow: the implicit method needs curvature
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

using study = teacher_student<ssm<own::dense_matrix<>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, gradient_flow<rosenbrock>, near_zero>;
auto end = run<double>(study{}, 1);
