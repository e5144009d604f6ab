// expect: learn: a parametrization lacks inverse(x) (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct doubled {
  static auto value(auto t) { return t + t; }
  static auto derivative(auto t) { return decltype(t)(2); }
};
ssm<real_diagonal<10>, learn<through<state_matrix, doubled>>> model;
