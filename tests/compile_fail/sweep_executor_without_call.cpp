// expect: execute: the executor lacks operator()(job) (docs/sweep.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;
using study = teacher_student<ssm<real_diagonal<3>>, given<real_diagonal<1>>, training_set<6, unit<at<0>>>,
                              squared_error, descent<>, near_zero>;
struct does_nothing {};
auto f() {
  const auto sweep = sweep_of(
      "", grid{}, [](const sweep_point&) { return study{}; }, {"loss"},
      [](const auto& outcome, sweep_row& row) { row.add(outcome.at_end.loss); });
  return execute<double>(sweep, does_nothing{});
}
