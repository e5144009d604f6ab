// expect: ssm: the coordinates of A are those of eigenvalues, and the entries of A of this structure are none (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/ssm.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

ssm<own::complex_pairs, learn<through<state_matrix, exponential>>> model;
