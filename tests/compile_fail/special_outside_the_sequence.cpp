// expect: inject: the special support lies outside the sequence (docs/poison.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

inject<training_set<7, unit<at<0>>>, unit<at<-8>>> data;
