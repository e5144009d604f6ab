// expect: inject: the first argument is no TrainingSet (docs/poison.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

inject<unit<at<0>>, unit<at<-2>>> data;
