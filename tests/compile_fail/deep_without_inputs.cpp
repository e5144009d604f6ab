// expect: deep: the first layer does not tell the number of inputs; begin with an ssm or channels<M>
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/nn.hpp>
using namespace lssm;

using model = deep<dense<4>, gelu, ssm<real_diagonal<8, 4>>>;
auto system_of_model = model{}.make<double>();
