// SPDX-License-Identifier: BSD-3-Clause
// idx: any bytes are one whole array, as many numbers as its sizes say, or refused.
#include <lssm/io/idx.hpp>

#include "target.hpp"

using namespace lssm;

std::vector<std::string> fuzz::seeds() {
  using namespace std::string_literals;
  return {"\0\0\x08\x01\0\0\0\x03"s + "abc", "\0\0\x08\x03\0\0\0\x01\0\0\0\x02\0\0\0\x02"s + "wxyz",
          "\0\0\x08\x02\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, "\x1F\x8B\x08\0"s};
}

void fuzz::read(std::string_view bytes) {
  accepted([&] {
    const idx_array array = parse_idx(bytes, "f");
    std::size_t product = 1;
    for (const std::size_t n : array.shape) product *= n;
    insist(array.values.size() == product);
    insist(bytes.size() == 4 + 4 * array.shape.size() + product);
  });
}
