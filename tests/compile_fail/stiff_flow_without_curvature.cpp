// expect: gradient_flow: the implicit method needs curvature
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct quartic {  // no second_derivative
  static auto value(auto p, auto y) { return power(p - y, 4); }
  static auto derivative(auto p, auto y) { return 4.0 * power(p - y, 3); }
};
using study =
    teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>, quartic>;
auto end = run<double>(study{}, 242);
