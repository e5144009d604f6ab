// expect: gradient_flow: a layer draws anew in each step, and a flow has none; train by descent (docs/layers.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
#include <lssm/nn.hpp>
using namespace lssm;

using study = teacher_student<deep<ssm<real_diagonal<2>>, dropout, last_output>, theorem1_teacher<2>,
                              training_set<7, unit<at<0>>>, squared_error, gradient_flow<dormand_prince>,
                              network_start<near_zero>>;
auto end = run<double>(study{}, 1);
