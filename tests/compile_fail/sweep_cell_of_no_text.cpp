// expect: sweep_row: a cell must be a number, text or a status (docs/sweep.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/sweep.hpp>
using namespace lssm;
void f(sweep_row& row) { row.add(std::vector<double>{1, 2}); }
