// expect: learn: a slot is none of state_matrix, input_matrix and output_matrix (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/lssm.hpp>
using namespace lssm;

ssm<real_diagonal<10>, learn<real_diagonal<10>>> model;
