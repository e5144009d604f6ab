// expect: stable_matrix: it is a map of a full matrix, and the entries of A of this structure are eigenvalues (docs/coordinates.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

auto model = ssm<real_diagonal<4>, stable_matrix>{}.make<double>();
