// expect: descent: the noise of langevin belongs to one rate for all entries (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

template <class Training>
using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, Training>;
auto end = run<double>(study<descent<one_of<adam, langevin<>>, unconstrained, first_of<target_loss>,
                                     constant_rate, unclipped, rate_per_matrix>>{},
                       242);
