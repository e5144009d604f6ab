// expect: generalized_bilinear: alpha is a std::ratio from 0 to 1 (docs/discretization.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/ssm.hpp>
using namespace lssm;

auto mode = generalized_bilinear<std::ratio<3, 2>>::at(-1.0, 0.5);
