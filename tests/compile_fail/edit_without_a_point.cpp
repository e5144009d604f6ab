// expect: execute: the edit of the sweep does not take a point and a bound study (docs/sweep.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
#include <lssm/sweep.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>>;
struct edit_alone {
  void operator()(auto& bound) const { bound.rebuild(); }
};
const auto sweep = sweep_of(
    "none", grid{}, [](const sweep_point&) { return study{}; }, {"loss"},
    [](const auto& outcome, sweep_row& row) { row.add(outcome.at_end.loss); }, edit_alone{});
auto all = execute<double>(sweep, serial{});
