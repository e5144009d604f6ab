// SPDX-License-Identifier: BSD-3-Clause
// gzip in files of examples: any bytes after the mark unpack within the limit or are refused, without waiting for ever.
#include "../../examples/support/gzip.hpp"

#include "target.hpp"

using namespace lssm;

std::vector<std::string> fuzz::seeds() {
  using namespace std::string_literals;
  // "abc" as a stored block, with its checksum and length.
  return {"\x1F\x8B\x08\0\0\0\0\0\0\x03\x01\x03\0\xFC\xFF"s + "abc" + "\xC2\x41\x24\x35\x03\0\0\0"s,
          "\x1F\x8B"s, "plain"};
}

void fuzz::read(std::string_view bytes) {
  accepted([&] { insist(support::unpacked(std::string(bytes), "f", 1 << 16).size() <= 1 << 16); });
}
