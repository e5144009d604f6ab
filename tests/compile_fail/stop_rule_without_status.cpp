// expect: first_of: a stop rule has a status `reason` and fires(now), or number() and past(now, number) (docs/train.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct low {
  static bool fires(const auto& now) { return now.loss < 1; }
};
using study = teacher_student<ssm<real_diagonal<2>>, theorem1_teacher<2>, training_set<7, unit<at<0>>>,
                              squared_error, descent<adam, unconstrained, first_of<low>>, near_zero>;
auto end = run<double>(study{}, 1);
