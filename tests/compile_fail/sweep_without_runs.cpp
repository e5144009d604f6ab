// expect: execute: the sweep lacks runs with names(), points(), values(point), validate() and seeds (docs/sweep.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/sweep.hpp>
using namespace lssm;
struct no_runs {
  std::string label;
  std::vector<std::string> results;
};
auto f() { return execute<double>(no_runs{}); }
