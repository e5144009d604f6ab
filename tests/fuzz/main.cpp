// SPDX-License-Identifier: BSD-3-Clause
// The entry points of libFuzzer for every target. The first folder on the command line receives the target's seeds.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <lssm/io/file.hpp>

#include "target.hpp"

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  for (int i = 1; i < *count; ++i) {
    const std::string folder = (*arguments)[i];
    if (folder[0] == '-' || !std::filesystem::is_directory(folder)) continue;
    std::size_t n = 0;
    for (const std::string& seed : fuzz::seeds())
      lssm::replace_file(folder + "/seed" + std::to_string(n++), seed);
    break;
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    fuzz::read({reinterpret_cast<const char*>(data), size});
  } catch (const lssm::failure&) {
    // an answer
  }
  return 0;
}
