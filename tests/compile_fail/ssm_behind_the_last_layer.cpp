// expect: deep: there are fewer layers, counted from 0 (docs/nn.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/nn.hpp>
using namespace lssm;

using model = deep<ssm<real_diagonal<2>>, relu, ssm<real_diagonal<2>>, last_output>;
auto first(const bound_deep<double, model>& student) { return student.ssm<4>(); }
