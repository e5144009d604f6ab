// SPDX-License-Identifier: BSD-3-Clause
// study: a description of all axes, in numbers, run, and recorded.
#pragma once

#include "study/bind.hpp"
#include "study/run.hpp"
#include "study/teacher_student.hpp"
