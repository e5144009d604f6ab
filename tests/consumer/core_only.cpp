// SPDX-License-Identifier: BSD-3-Clause
// The core alone: xtensor is there, no BLAS is linked.
#include <lssm/core.hpp>

int main() { return 0; }
