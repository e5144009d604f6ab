// expect: discretized: the structure must be diagonal, as methods are of modes (docs/discretization.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/ssm.hpp>
using namespace lssm;

discretized<dense_state<3>> model;
