// SPDX-License-Identifier: BSD-3-Clause
// lssm: training of linear state space models by a teacher, what gradient descent implicitly prefers, and how clean
// labels poison it. Includes what defines a study, runs it and reads it off; it needs the standard library alone.
//
//   <lssm/sweep.hpp>         many studies         <lssm/files.hpp>         checkpoints, data and results in files
//   <lssm/certificate.hpp>   proven bands         <lssm/core/tensor.hpp>   results as xtensor containers
//   <lssm/all.hpp>           all of these
#pragma once

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
#include "train.hpp"
