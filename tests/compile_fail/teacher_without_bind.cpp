// expect: teacher_student: the teacher lacks bind<Scalar>() that labels a sequence (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct sum_of_inputs {  // labels, but is bound to a scalar already
  double operator()(std::span<const double> x) const { return x[0] + x[1]; }
};
teacher_student<ssm<real_diagonal<10>>, sum_of_inputs, training_set<7, unit<at<0>>>> study;
