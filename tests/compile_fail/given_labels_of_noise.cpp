// expect: given_labels: the argument has labels or noise of its own, which given ones would replace
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

given_labels<label_noise<training_set<7, unit<at<0>>>>> data;
