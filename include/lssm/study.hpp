// SPDX-License-Identifier: BSD-3-Clause
// study: a description of all axes, in numbers, run, and recorded.
//
// Files of these, with checkpoints, are in files.hpp; the lanes of sweeps in sweep.hpp; certified stopping in certificate.hpp.
#pragma once

#include "study/bind.hpp"
#include "study/lanes.hpp"
#include "study/problem.hpp"
#include "study/record.hpp"
#include "study/record_distance.hpp"
#include "study/run.hpp"
#include "study/sample_steps.hpp"
#include "study/sample_times.hpp"
#include "study/sequences_apart.hpp"
#include "study/teacher_student.hpp"
#include "study/trajectory.hpp"
