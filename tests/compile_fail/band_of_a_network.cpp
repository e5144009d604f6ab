// expect: teacher_band: the teacher of the study has no impulse response that a band could hold
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct largest_input {
  template <class T>
  auto bind() const {
    return [](std::span<const T> x) { return max_of(x[0], x[1]); };
  }
};
using study = teacher_student<ssm<real_diagonal<10>>, largest_input, training_set<7, unit<at<0>>>>;
auto band = teacher_band(bind<double>(study{}, 242), {.mass = 1.1}, 20);
