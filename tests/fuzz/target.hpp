// SPDX-License-Identifier: BSD-3-Clause
// What a fuzz target consists of: seeds to start from, and a reader that is given any bytes. The reader may throw what
// the library documents; everything else, also a broken promise, ends the program (main.cpp).
#pragma once

#include <cstdlib>
#include <lssm/core/error.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

/// Whole inputs, which are written into the folder that the program is given.
std::vector<std::string> seeds();

/// Reads the bytes; throws lssm::failure or nothing.
void read(std::string_view bytes);

/// Ends the program unless the promise holds.
inline void insist(bool holds) {
  if (!holds) std::abort();
}

/// Whether f() was not refused; it may throw Error and nothing else.
template <class Error = lssm::bad_file, class F>
bool accepted(F f) {
  try {
    f();
    return true;
  } catch (const Error& e) {
    insist(std::string_view(e.what()).size() > 2);
    return false;
  }
}

}  // namespace fuzz
