// expect: skip_connection: the layers give another number of channels than the skip (docs/layers.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/nn.hpp>
using namespace lssm;

const auto layers = deep<channels<3>, residual<dense<4>>>{}.bind();
