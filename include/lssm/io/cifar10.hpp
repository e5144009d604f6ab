// SPDX-License-Identifier: BSD-3-Clause
// The binary format of CIFAR-10: records of 3073 bytes, a class from 0 to 9 and a picture of 32 x 32 pixels, all of red,
// then green, then blue.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "file.hpp"

namespace lssm {

/// Pictures (N, 3, 32, 32) and their classes (N), from 0 to 9.
struct cifar10_pictures {
  std::vector<std::uint8_t> classes, values;
  static constexpr std::size_t colours = 3, rows = 32, columns = 32;
  friend bool operator==(const cifar10_pictures&, const cifar10_pictures&) = default;
};

/// The pictures in these bytes. Throws bad_file where they are no whole records, or a class is above 9.
inline cifar10_pictures parse_cifar10(std::string_view bytes, const std::string& name) {
  using p = cifar10_pictures;
  constexpr std::size_t picture = p::colours * p::rows * p::columns, record = 1 + picture;
  if (bytes.empty() || bytes.size() % record != 0)
    detail::refuse_file(name, "whole records of " + std::to_string(record) + " bytes expected, " +
                                  std::to_string(bytes.size()) + " bytes found");
  p out;
  out.values.reserve(bytes.size() / record * picture);
  for (std::size_t begin = 0; begin < bytes.size(); begin += record) {
    const auto of = static_cast<std::uint8_t>(bytes[begin]);
    if (of > 9)
      detail::refuse_file(name, "a class from 0 to 9 expected at byte " + std::to_string(begin) + ", " +
                                    std::to_string(of) + " found");
    out.classes.push_back(of);
    for (const char c : bytes.substr(begin + 1, picture)) out.values.push_back(static_cast<std::uint8_t>(c));
  }
  return out;
}

/// The pictures in a file.
inline cifar10_pictures load_cifar10(const std::string& path) { return parse_cifar10(read_file(path), path); }

}  // namespace lssm
