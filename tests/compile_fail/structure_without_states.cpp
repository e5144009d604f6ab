// expect: real_diagonal: the state dimension must be at least 1 (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

ssm<real_diagonal<0>> model;
