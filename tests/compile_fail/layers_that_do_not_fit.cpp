// expect: sequential: a layer takes another number of inputs than the layer before it, or the data, give
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/nn.hpp>
using namespace lssm;

using model = deep<ssm<real_diagonal<8, 1, 4>>, gelu, ssm<real_diagonal<8, 3>>, last_output>;
auto system_of_model = model{}.make<double>();
