// SPDX-License-Identifier: BSD-3-Clause
// Names of structures that are made of others, put together while compiling.
#pragma once

#include <array>
#include <string_view>

namespace lssm::detail {

/// Texts one after the other.
template <const std::string_view&... Texts>
struct joined_text {
  static constexpr auto stored = [] {
    std::array<char, (Texts.size() + ... + 0)> text{};
    std::size_t n = 0;
    const auto append = [&](std::string_view from) {
      for (const char c : from) text[n++] = c;
    };
    (append(Texts), ...);
    return text;
  }();
  static constexpr std::string_view value{stored.data(), stored.size()};
};

}  // namespace lssm::detail
