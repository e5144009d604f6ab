// SPDX-License-Identifier: BSD-3-Clause
// sweep: many studies by a declarative grid, executed on lanes, threads and machines, to the same bytes.
//
// Not included here, because they ask for more than xtensor: sweep/in_lanes.hpp (xsimd), sweep/threads.hpp (oneTBB),
// sweep/mpi.hpp (MPI).
#pragma once

#include "study/lane_pool.hpp"
#include "study/lane_view.hpp"
#include "sweep/axis.hpp"
#include "sweep/concepts.hpp"
#include "sweep/description.hpp"
#include "sweep/execute.hpp"
#include "sweep/grid.hpp"
#include "sweep/job.hpp"
#include "sweep/log.hpp"
#include "sweep/row.hpp"
#include "sweep/serial.hpp"
#include "sweep/summary.hpp"
