// SPDX-License-Identifier: BSD-3-Clause
// train: gradient flow, its methods, charts and stop rules, observers and the loop.
#pragma once

#include "train/arrow_system.hpp"
#include "train/chart.hpp"
#include "train/concepts.hpp"
#include "train/dormand_prince.hpp"
#include "train/flow_point.hpp"
#include "train/flow_state.hpp"
#include "train/gap_field.hpp"
#include "train/gradient_flow.hpp"
#include "train/minimum_norm.hpp"
#include "train/observer.hpp"
#include "train/plain_field.hpp"
#include "train/progress.hpp"
#include "train/rodas5p.hpp"
#include "train/rosenbrock.hpp"
#include "train/stop.hpp"
