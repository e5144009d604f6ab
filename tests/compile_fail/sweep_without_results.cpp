// expect: execute: the sweep lacks label or results, the names of its columns (docs/sweep.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/sweep.hpp>
using namespace lssm;
struct no_results {
  grid runs;
  std::string label;
};
auto f() { return execute<double>(no_results{}); }
