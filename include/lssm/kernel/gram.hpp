// SPDX-License-Identifier: BSD-3-Clause
// kernel/gram: steps of rules on the squared loss in Gram form; which file takes which student stands in gram/step.hpp.
#pragma once

#include "gram/blocked.hpp"
#include "gram/columns.hpp"
#include "gram/constants.hpp"
#include "gram/dual_numbers.hpp"
#include "gram/few_modes.hpp"
#include "gram/in_registers.hpp"
#include "gram/lanes.hpp"
#include "gram/last_modes.hpp"
#include "gram/moved_matrices.hpp"
#include "gram/plain_move.hpp"
#include "gram/rows.hpp"
#include "gram/rule_registers.hpp"
#include "gram/step.hpp"
#include "gram/watched_steps.hpp"
