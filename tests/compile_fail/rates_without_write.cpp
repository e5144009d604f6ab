// expect: descent: the rates lack write(factors), or write(learn, system, factors) of an objective of a model (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct half_everywhere {
  static constexpr double factor = 0.5;
};
template <class Training>
using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, Training>;
auto end = run<double>(study<descent<gradient_descent, unconstrained, first_of<target_loss>, constant_rate,
                                     unclipped, half_everywhere>>{},
                       242);
