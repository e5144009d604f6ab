// expect: label_noise: the argument is no TrainingSet (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

label_noise<unit<at<0>>> data;
