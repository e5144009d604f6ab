// expect: learn: the structure has no such slot, or none of such a role (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/ssm.hpp>
using namespace lssm;

ssm<real_diagonal<3>, learn<state_role, time_role>> model;
