// expect: deleted function
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

const at<> position{-2.5};
