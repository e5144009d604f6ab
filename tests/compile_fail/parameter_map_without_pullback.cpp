// expect: ssm: learn lacks pullback(theta, gradient, dtheta) (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct first_mode {  // θ is a_0 alone
  template <class System>
  static constexpr integer known_count = 1;
  static integer count(const auto&) { return 1; }
  static void to_system(auto theta, auto& s) { s.a[0] = theta[0]; }
  static void from_system(const auto& s, auto theta) { theta[0] = s.a[0]; }
};
ssm<real_diagonal<10>, first_mode> model;
