// expect: teacher_student: the streams lack derive(seed) with data(), weights() and test() (docs/core.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct two_streams {
  struct streams {
    numpy_legacy all;
    numpy_legacy& data() { return all; }
    numpy_legacy& test() { return all; }
  };
  static streams derive(std::uint32_t seed) { return {numpy_legacy(seed)}; }
};
teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>, squared_error,
                descent<>, theorem1_start, two_streams>
    study;
