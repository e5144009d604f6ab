// expect: learn: takes slots, each with its role, roles, and every_slot (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

ssm<real_diagonal<10>, learn<real_diagonal<10>>> model;
