// SPDX-License-Identifier: BSD-3-Clause
// study: a description of all axes, in numbers, run, recorded, and saved.
#pragma once

#include "study/bind.hpp"
#include "study/certified.hpp"
#include "study/checkpoint.hpp"
#include "study/lane_pool.hpp"
#include "study/lane_view.hpp"
#include "study/lanes.hpp"
#include "study/made_by.hpp"
#include "study/problem.hpp"
#include "study/record.hpp"
#include "study/run.hpp"
#include "study/sample_steps.hpp"
#include "study/sample_times.hpp"
#include "study/saved_trajectory.hpp"
#include "study/teacher_student.hpp"
#include "study/trajectory.hpp"
