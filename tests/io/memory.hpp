// SPDX-License-Identifier: BSD-3-Clause
// How much memory this program holds at most: operator new and delete count (io/memory.cpp).
#pragma once

#include <cstddef>

namespace memory {

std::size_t held();
/// The most that was held since the last call of forget_peak.
std::size_t peak();
void forget_peak();

/// The most that f holds beside what was held before it.
template <class F>
std::size_t peak_of(F f) {
  forget_peak();
  const std::size_t before = held();
  f();
  return peak() - before;
}

}  // namespace memory
