// SPDX-License-Identifier: BSD-3-Clause
// loss: of numbers and of rows.
#pragma once

#include "loss/absolute_error.hpp"
#include "loss/concepts.hpp"
#include "loss/cross_entropy.hpp"
#include "loss/squared_error.hpp"
