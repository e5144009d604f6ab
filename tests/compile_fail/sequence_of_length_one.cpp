// expect: training_set: the length must be at least 2 (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

training_set<1, unit<at<0>>> data;
