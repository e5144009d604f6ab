// SPDX-License-Identifier: BSD-3-Clause
// defence: scores that tell poisoned data before training, how well they tell, and filters, starts and constraints against poison.
#pragma once

#include "defence/constraints.hpp"
#include "defence/drop_above.hpp"
#include "defence/energy_cap.hpp"
#include "defence/first_modes.hpp"
#include "defence/leading_mode.hpp"
#include "defence/leverage.hpp"
#include "defence/roc.hpp"
#include "defence/score.hpp"
