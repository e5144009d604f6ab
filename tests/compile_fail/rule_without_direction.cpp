// expect: descent: the update rule lacks direction(objective, theta, u, rate) (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct sign_of_mean {
  template <class Objective>
  struct state {
    state(std::span<const sign_of_mean>, const Objective&) {}
    static constexpr auto parts(auto&) { return std::tuple<>(); }
  };
};
template <class Training>
using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, Training>;
auto end = run<double>(study<descent<sign_of_mean>>{}, 242);
