// expect: gradient_flow: the chart's field lacks point(time, loss, y, f) or refresh() (docs/train.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct unseen {
  template <class Objective>
  struct field : plain_field<Objective> {
    using plain_field<Objective>::plain_field;
    void refresh() = delete;
  };
};
using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, gradient_flow<dormand_prince, unseen>>;
auto end = run<double>(study{}, 242);
