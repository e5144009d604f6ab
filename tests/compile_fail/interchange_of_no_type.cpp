// expect: interchange: there is no interchange<X> that writes and reads this type (docs/interchange.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;
void f(const training_set<7, unit<at<0>>>& set) { save_npz("set.npz", set); }
