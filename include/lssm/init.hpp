// SPDX-License-Identifier: BSD-3-Clause
// init: how a study starts. A start is a callable on (system, stream) that writes every entry of A, B and C.
//
//   theorem1_start   near zero with a nearly tied leading pair, B = C = 1 (the published flows)
//   near_zero        independent normals
//   given_start      numbers
#pragma once

#include "init/given_start.hpp"
#include "init/near_zero.hpp"
#include "init/theorem1_start.hpp"
