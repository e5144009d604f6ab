// SPDX-License-Identifier: BSD-3-Clause
// Archives whose checksums are right: no change of a byte finds the checksum that fits, so that everything behind it
// would stay unseen.
#pragma once

#include <cstdint>
#include <lssm/io/zip.hpp>
#include <string>
#include <string_view>

namespace fuzz {

/// The bytes with the checksum of every entry of a zip directory as it should be, wherever such an entry seems to stand.
inline std::string with_checksums(std::string_view bytes) {
  using namespace lssm::detail;
  std::string out(bytes);
  const auto u16 = [&](std::size_t at) { return std::size_t{little<std::uint16_t>(out, at)}; };
  const auto u32 = [&](std::size_t at) { return std::size_t{little<std::uint32_t>(out, at)}; };
  for (std::size_t at = 0; at + zip_directory_size <= out.size(); ++at) {
    if (u32(at) != zip_directory_mark) continue;
    const std::size_t size = u32(at + 24), local = u32(at + 42);
    if (local + zip_local_size > out.size()) continue;
    const std::size_t begin = local + zip_local_size + u16(local + 26) + u16(local + 28);
    if (begin > out.size() || size > out.size() - begin) continue;
    std::string sum;
    append_little(sum, crc32(std::string_view(out).substr(begin, size)));
    out.replace(at + 16, sum.size(), sum);
  }
  return out;
}

}  // namespace fuzz
