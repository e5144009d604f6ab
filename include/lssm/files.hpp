// SPDX-License-Identifier: BSD-3-Clause
// files: systems, data, trajectories and checkpoints in files, and the formats that they are made of (io.hpp).
#pragma once

#include "data/set_file.hpp"
#include "io.hpp"
#include "ssm/system_file.hpp"
#include "study/checkpoint.hpp"
#include "study/made_by.hpp"
#include "study/saved_trajectory.hpp"
