// SPDX-License-Identifier: BSD-3-Clause
// Students of other structures on the maps of an atlas. They are compiled apart (structures.cpp), in float.
#pragma once

#include "options.hpp"

namespace atlas {

/// Draws a map where a student is complex, dense or discretized, as draw() does.
void draw_structures(const options& o, bool first);

}  // namespace atlas
