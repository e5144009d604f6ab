// expect: attack: the goal lacks score(outcome), a number (docs/attack.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/attack.hpp>
using namespace lssm;

struct aimless {};
using study = teacher_student<ssm<real_diagonal<3>>, theorem1_teacher<3>, training_set<5, unit<at<0>>>,
                              squared_error, descent<gradient_descent>>;
auto all = scores<double>(attack<study, aimless>{}, {});
