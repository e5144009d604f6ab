// expect: every_step: the argument is no teacher (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

every_step<real_diagonal<2>> teacher;
