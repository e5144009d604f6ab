// expect: sequential: a layer takes another number of inputs than the layer before it, or the data, give
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/nn.hpp>
using namespace lssm;

auto net = sequential<dense<4>, relu, ssm<real_diagonal<8, 3>>>{}.bind(extent<2>{});
