// expect: execute: the sweep lacks read(outcome, row) (docs/sweep.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;
using study = teacher_student<ssm<real_diagonal<3>>, given<real_diagonal<1>>, training_set<6, unit<at<0>>>,
                              squared_error, descent<>, near_zero>;
struct no_read {
  grid runs;
  std::string label;
  std::vector<std::string> results;
  void with_study(const sweep_point&, auto f) const { f(study{}); }
};
auto f() { return execute<double>(no_read{}); }
