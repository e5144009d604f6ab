// expect: learn: the structure has no such slot, or none of such a role (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/ssm.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

ssm<own::complex_modes<>, learn<state_matrix>> model;
