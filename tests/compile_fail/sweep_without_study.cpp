// expect: execute: the sweep lacks with_study(point, f) (docs/sweep.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/sweep.hpp>
using namespace lssm;
struct no_study {
  grid runs;
  std::string label;
  std::vector<std::string> results;
};
auto f() { return execute<double>(no_study{}); }
