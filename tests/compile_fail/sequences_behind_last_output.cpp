// expect: with_network: the network acts on the last output alone; SSMs in a row are deep<...>
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/nn.hpp>
using namespace lssm;

with_network<ssm<real_diagonal<8>>, sequential<ssm<real_diagonal<8>>>> model;
