// expect: descent: the schedule lacks factor(steps) or factor_of_epochs(epochs) (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct falling {
  double operator()(double steps) const { return 1 / (1 + steps); }
};
descent<gradient_descent, unconstrained, first_of<target_loss>, falling> training;
