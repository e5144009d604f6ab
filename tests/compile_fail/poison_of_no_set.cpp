// expect: poisoned_set: the argument is no TrainingSet (docs/attack.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/attack.hpp>
using namespace lssm;

const std::size_t size = sizeof(poisoned_set<unit<at<0>>>);
