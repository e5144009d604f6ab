// expect: gated: the number of inputs must be even, channels and then their gates (docs/layers.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/nn.hpp>
using namespace lssm;

const auto layers = deep<channels<3>, glu>{}.bind();
