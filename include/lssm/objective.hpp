// SPDX-License-Identifier: BSD-3-Clause
// objective: the one room that knows model, data and loss together.
#pragma once

#include "objective/checked_data.hpp"
#include "objective/concepts.hpp"
#include "objective/curvature.hpp"
#include "objective/data_rows.hpp"
#include "objective/deep.hpp"
#include "objective/evaluated.hpp"
#include "objective/evaluation.hpp"
#include "objective/excited_entries.hpp"
#include "objective/gram.hpp"
#include "objective/gram_factor.hpp"
#include "objective/hessian.hpp"
#include "objective/model_start.hpp"
#include "objective/network.hpp"
#include "objective/objective.hpp"
#include "objective/raw.hpp"
#include "objective/triangular_rows.hpp"
