// expect: seed: a seed is an integer from 0 to 2^32 - 1: no fraction, bool or character
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<2>>, theorem1_teacher<2>, training_set<7, unit<at<0>>>>;

double loss() { return run<double>(study{}, 7.9).at_end.loss; }
