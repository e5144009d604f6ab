// expect: poisoned_set: labels of a clean-label attack are all the teacher's, and this set has others (docs/attack.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/attack.hpp>
using namespace lssm;

using set = poisoned_set<given_labels<training_set<5, unit<at<0>>>>>;
const std::size_t size = sizeof(set);
