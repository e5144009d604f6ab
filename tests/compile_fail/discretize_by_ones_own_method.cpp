// expect: discretize: a method of one's own is one of modes; a full matrix takes those of the library
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/ssm.hpp>
using namespace lssm;

struct mine : zero_order_hold {};
auto steps = discretize<mine>(bound_system<double, dense_state<1>>{}, 0.5);
