// expect: descent: the update rule lacks state<Objective>(per_lane, objective) (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct sign_of_mean {
  void operator()(auto u) const;
};
template <class Training>
using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, Training>;
auto end = run<double>(study<descent<sign_of_mean>>{}, 242);
