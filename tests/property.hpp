// SPDX-License-Identifier: BSD-3-Clause
// rapidcheck where it is installed: laws for random inputs, with a fixed seed unless RC_PARAMS gives another.
#pragma once

#ifdef LSSM_HAS_RAPIDCHECK

#include <rapidcheck.h>

#include <cstdlib>

namespace property {

/// Whether the property holds for a hundred random inputs; what refutes it is printed, shrunk.
template <class Property>
bool holds(const Property& claim) {
  setenv("RC_PARAMS", "seed=2410", 0);
  return rc::check(claim);
}

}  // namespace property

#endif
