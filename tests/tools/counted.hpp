// SPDX-License-Identifier: BSD-3-Clause
// How often this program has asked for memory: operator new counts (tools/counted.cpp).
#pragma once

#include <cstddef>

namespace counted {

std::size_t allocations();

}  // namespace counted
