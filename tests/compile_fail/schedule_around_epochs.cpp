// expect: each_epoch: a schedule around it has to ask for factor_of_epochs(epochs), and to tell it as its own (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

template <class Then>
struct halved {
  Then then{};
  double factor(double steps) const { return then.factor(steps) / 2; }
  friend bool operator==(const halved&, const halved&) = default;
};
using training =
    descent<gradient_descent, unconstrained, first_of<step_limit>, halved<each_epoch<step_decay>>>;
using study = teacher_student<ssm<real_diagonal<2>>, theorem1_teacher<2>, training_set<6, unit<at<0>>>,
                              squared_error, training>;
auto end = run<double>(study{}, 1);
