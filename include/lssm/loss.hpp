// SPDX-License-Identifier: BSD-3-Clause
// loss: pointwise losses.
#pragma once

#include "loss/concepts.hpp"
#include "loss/squared_error.hpp"
