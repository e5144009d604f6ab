// expect: learn: a slot is named twice (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

ssm<real_diagonal<10>, learn<state_matrix, through<state_matrix, exponential>>> model;
