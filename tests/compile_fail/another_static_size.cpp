// expect: constexpr
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

constexpr real_diagonal<10> structure{11};
