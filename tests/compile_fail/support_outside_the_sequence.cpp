// expect: training_set: the support lies outside the sequence (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

training_set<7, unit<at<7>>> data;  // positions count from 0
