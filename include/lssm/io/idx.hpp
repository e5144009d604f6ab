// SPDX-License-Identifier: BSD-3-Clause
// The idx format of MNIST and its kin: an array of bytes with its sizes in front.
//
//   bytes 0 and 1   0              byte 3        dimensions n, from 1 to 8
//   byte 2          8 (bytes)      bytes 4 to 4n + 3   sizes, 32 bits each, most significant byte first
//   then            the bytes, last dimension fastest, and nothing after them
//
//   load_idx(path)            a file that is not compressed; whatever unpacks gzip hands its bytes to parse_idx
//   parse_idx(bytes, name)    the same from memory; the name stands in messages
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "file.hpp"

namespace lssm {

/// An array of bytes: its sizes, and its values with the last dimension fastest.
struct idx_array {
  std::vector<std::size_t> shape;
  std::vector<std::uint8_t> values;
  friend bool operator==(const idx_array&, const idx_array&) = default;
};

/// The array in these bytes. Throws bad_file where they are no idx file of bytes, too few or too many.
inline idx_array parse_idx(std::string_view bytes, const std::string& name) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  if (bytes.size() < 4)
    detail::refuse_file(name,
                        "not an idx file: " + std::to_string(bytes.size()) + " bytes, at least 4 expected");
  if (at(0) == 0x1F && at(1) == 0x8B)
    detail::refuse_file(name, "compressed by gzip: bytes that are unpacked expected");
  if (at(0) != 0 || at(1) != 0)
    detail::refuse_file(name, "not an idx file: it does not begin with two zeros");
  if (at(2) != 8)
    detail::refuse_file(name, "idx type 8 (bytes) expected, type " + std::to_string(at(2)) + " found");
  const std::size_t dimensions = at(3), header = 4 + 4 * dimensions;
  if (dimensions < 1 || dimensions > 8)
    detail::refuse_file(name, "1 to 8 dimensions expected, " + std::to_string(dimensions) + " found");
  if (bytes.size() < header)
    detail::refuse_file(name, "cut off: sizes up to byte " + std::to_string(header) + " expected, " +
                                  std::to_string(bytes.size()) + " bytes found");
  idx_array out;
  std::uint64_t product = 1;
  for (std::size_t i = 4; i < header; i += 4) {
    const std::uint64_t size = std::uint64_t{at(i)} << 24 | std::uint64_t{at(i + 1)} << 16 |
                               std::uint64_t{at(i + 2)} << 8 | std::uint64_t{at(i + 3)};
    // No product of sizes exceeds what a file may hold: the next one cannot overflow.
    if (size != 0 && product > largest_file / size)
      detail::refuse_file(name, "sizes that no file holds, found at byte " + std::to_string(i));
    product *= size;
    out.shape.push_back(size);
  }
  if (bytes.size() - header != product)
    detail::refuse_file(name, std::to_string(product) + " bytes expected after byte " +
                                  std::to_string(header) + ", " + std::to_string(bytes.size() - header) +
                                  " found");
  out.values.resize(product);
  for (std::size_t i = 0; i < out.values.size(); ++i) out.values[i] = at(header + i);
  return out;
}

/// The array in a file that is not compressed.
inline idx_array load_idx(const std::string& path) { return parse_idx(read_file(path), path); }

}  // namespace lssm
