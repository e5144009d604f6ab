// expect: learn: takes slots, each with its role, roles, and every_slot (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/ssm.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

ssm<own::with_gain, learn<state_matrix, own::gain_without_role>> model;
