// SPDX-License-Identifier: BSD-3-Clause
// lssm: training of linear state space models by a teacher, what gradient descent implicitly prefers, and how clean
// labels poison it. Includes every room that needs xtensor alone.
#pragma once

#include "certificate.hpp"
#include "core.hpp"
#include "data.hpp"
#include "init.hpp"
#include "kernel.hpp"
#include "loss.hpp"
#include "measure.hpp"
#include "objective.hpp"
#include "poison.hpp"
#include "ssm.hpp"
#include "study.hpp"
#include "sweep.hpp"
#include "train.hpp"
