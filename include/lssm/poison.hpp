// SPDX-License-Identifier: BSD-3-Clause
// poison: special sequences and their injection.
#pragma once

#include "poison/inject.hpp"
