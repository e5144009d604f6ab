// expect: objective: no form of the list fits the model and the loss (docs/objective.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

objective<double, ssm<real_diagonal<3>>, 5, absolute_error, forms<gram_form>> f;
