// expect: held_out_seeds
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/attack.hpp>
using namespace lssm;

const held_out_seeds held_out{{1, 2}};
const search_seeds seeds = held_out;
