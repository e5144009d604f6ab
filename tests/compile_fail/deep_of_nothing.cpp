// expect: deep: name at least one layer
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/nn.hpp>
using namespace lssm;

deep<> model;
