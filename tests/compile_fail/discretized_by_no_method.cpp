// expect: discretized: the method lacks name, feedthrough or at(a, step) (docs/discretization.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/ssm.hpp>
using namespace lssm;

struct no_method {};
discretized<real_diagonal<3>, no_method> model;
