// SPDX-License-Identifier: BSD-3-Clause
// attack: how far clean-label poison reaches. A threat model, a budget, a goal, searches over sweeps, and reports that keep
// the victims of the search and those held out apart.
#pragma once

#include "attack/budget.hpp"
#include "attack/evolution.hpp"
#include "attack/goal.hpp"
#include "attack/poisoned.hpp"
#include "attack/report.hpp"
#include "attack/search.hpp"
#include "attack/statistics.hpp"
#include "attack/threat.hpp"
