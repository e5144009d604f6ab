// SPDX-License-Identifier: BSD-3-Clause
// attack: how far clean-label poison reaches (threat model, budget, goal, search, report), derivatives through training,
// gradient matching, and who pushed it where.
#pragma once

#include "attack/adjoint.hpp"
#include "attack/budget.hpp"
#include "attack/evolution.hpp"
#include "attack/final_measure.hpp"
#include "attack/goal.hpp"
#include "attack/gradient_matching.hpp"
#include "attack/gradient_products.hpp"
#include "attack/influence.hpp"
#include "attack/leading_curvature.hpp"
#include "attack/matching_objective.hpp"
#include "attack/perturbation_budget.hpp"
#include "attack/poisoned_set.hpp"
#include "attack/report.hpp"
#include "attack/rule_adjoint.hpp"
#include "attack/search.hpp"
#include "attack/sensitivity.hpp"
#include "attack/statistics.hpp"
#include "attack/threat.hpp"
