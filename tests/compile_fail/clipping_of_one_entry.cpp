// expect: descent: the clipping lacks operator()(gradient), a span (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct at_most_one {
  double operator()(double x) const { return x < 1 ? x : 1; }
};
template <class Training>
using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, Training>;
auto end = run<double>(
    study<descent<gradient_descent, unconstrained, first_of<target_loss>, constant_rate, at_most_one>>{},
    242);
