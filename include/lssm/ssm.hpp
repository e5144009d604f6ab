// SPDX-License-Identifier: BSD-3-Clause
// ssm: structures of the state matrix, what is learned of them, the model, and a system in numbers.
#pragma once

#include "ssm/bound_system.hpp"
#include "ssm/channelwise.hpp"
#include "ssm/complex_diagonal.hpp"
#include "ssm/concepts.hpp"
#include "ssm/dense_discretization.hpp"
#include "ssm/dense_state.hpp"
#include "ssm/discretization.hpp"
#include "ssm/discretized.hpp"
#include "ssm/learn.hpp"
#include "ssm/learned_slots.hpp"
#include "ssm/modes.hpp"
#include "ssm/parameter_map.hpp"
#include "ssm/parametrization.hpp"
#include "ssm/real_diagonal.hpp"
#include "ssm/shapes.hpp"
#include "ssm/slots.hpp"
#include "ssm/ssm.hpp"
