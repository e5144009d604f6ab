// expect: interchange: numbers are float or double, of other scalars save_parts keeps every bit (docs/interchange.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;
void f(const bound_system<long double, real_diagonal<2>>& x) { save_npz("x.npz", x); }
