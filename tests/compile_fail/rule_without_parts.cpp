// expect: descent: the update rule lacks parts(state) (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct sign_of_mean {
  template <class Objective>
  struct state {
    using T = typename Objective::scalar;
    state(std::span<const sign_of_mean>, const Objective&) {}
    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T> u, const T& rate) {
      for (T& x : u) x = where(x < T(0), T(-1), T(1));
      return rate;
    }
  };
};
template <class Training>
using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, Training>;
auto end = run<double>(study<descent<sign_of_mean>>{}, 242);
