// expect: given_labels: the argument is no TrainingSet (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

given_labels<unit<at<0>>> data;
