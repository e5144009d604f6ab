// expect: descent: the parameter map lacks constrain(system, theta, constraint) (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct first_mode {  // θ is a_0 alone
  template <class System>
  static constexpr integer known_count = 1;
  static integer count(const auto&) { return 1; }
  static void to_system(auto theta, auto& s) { s.a[0] = theta[0]; }
  static void from_system(const auto& s, auto theta) { theta[0] = s.a[0]; }
  static void pullback(auto, const auto& ds, auto dtheta) { dtheta[0] = ds.a[0]; }
};
using study =
    teacher_student<ssm<real_diagonal<10>, first_mode>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                    squared_error, descent<gradient_descent, bounded_state_matrix>>;
auto end = run<double>(study{}, 242);
