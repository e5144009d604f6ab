// SPDX-License-Identifier: BSD-3-Clause
// defence: scores that tell poisoned data before training, how well they tell, and filters, starts and constraints against poison.
#pragma once

#include "defence/constraints.hpp"
#include "defence/drop_above.hpp"
#include "defence/energy_cap.hpp"
#include "defence/first_modes.hpp"
#include "defence/heaviest_modes.hpp"
#include "defence/leading_mode.hpp"
#include "defence/leverage.hpp"
#include "defence/roc.hpp"
#include "defence/score.hpp"
#include "defence/student_scores.hpp"
#include "defence/training_signs.hpp"
#include "defence/whitened_inputs.hpp"
