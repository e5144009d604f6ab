// expect: fill: a group of sequences lacks its support, as in unit<at<0>> (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

training_set<7, at<0>> data;
