// SPDX-License-Identifier: BSD-3-Clause
// attack: derivatives through training, and who pushed it where.
#pragma once

#include "attack/adjoint.hpp"
#include "attack/final_measure.hpp"
#include "attack/gradient_products.hpp"
#include "attack/influence.hpp"
#include "attack/rule_adjoint.hpp"
#include "attack/sensitivity.hpp"
