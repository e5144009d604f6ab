// SPDX-License-Identifier: BSD-3-Clause
// all: every room that needs xtensor alone.
#pragma once

#include "analysis.hpp"
#include "attack.hpp"
#include "certificate.hpp"
#include "core/tensor.hpp"
#include "defence.hpp"
#include "files.hpp"
#include "lssm.hpp"
#include "study/record_analysis.hpp"
#include "study/record_curvature.hpp"
#include "sweep.hpp"
