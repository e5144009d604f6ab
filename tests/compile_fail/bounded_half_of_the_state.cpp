// expect: descent: a constraint of eigenvalues needs all slots of the state learned, or none of them (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

using study = teacher_student<ssm<own::complex_modes<>, learn<state_real>>, theorem1_teacher<10>,
                              training_set<7, unit<at<0>>>, squared_error,
                              descent<gradient_descent, bounded_state_matrix>>;
auto end = run<double>(study{}, 1);
