// expect: descent: the constraint lacks operator()(Slot, x) for A, B or C; axes are Rule, Constraint, Stop, Schedule, Clipping, Rates, Batches (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct no_negative_a {
  auto operator()(state_matrix, const auto& x) const { return max_of(x, 0); }
};
template <class Training>
using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, Training>;
auto end = run<double>(study<descent<gradient_descent, no_negative_a>>{}, 242);
