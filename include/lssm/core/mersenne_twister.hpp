// SPDX-License-Identifier: BSD-3-Clause
// MT19937 (M. Matsumoto and T. Nishimura, 1998): the words of std::mt19937, with a state that can be saved and restored in
// constant time. The state of std::mt19937 is accessible only as text, which differs between libraries, or by drawing all
// numbers again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace lssm::detail {

/// A source of words of 32 bits.
class mersenne_twister {
 public:
  static constexpr std::size_t size = 624;
  using state = std::array<std::uint32_t, size>;

  explicit constexpr mersenne_twister(std::uint32_t seed) {
    state_[0] = seed;
    for (std::size_t i = 1; i < size; ++i)
      state_[i] = 1812433253U * (state_[i - 1] ^ (state_[i - 1] >> 30)) + static_cast<std::uint32_t>(i);
  }
  /// Continues after that many words of a state have been used, at most `size`.
  constexpr mersenne_twister(const state& words, std::size_t used) : state_(words), used_(used) {}

  constexpr std::uint32_t operator()() {
    if (used_ == size) twist();
    std::uint32_t y = state_[used_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9D2C5680U;
    y ^= (y << 15) & 0xEFC60000U;
    return y ^ (y >> 18);
  }
  constexpr const state& words() const { return state_; }

 private:
  constexpr void twist() {
    constexpr std::size_t shift = 397;
    const auto mixed = [this](std::size_t i, std::size_t next, std::size_t from) {
      const std::uint32_t y = (state_[i] & 0x80000000U) | (state_[next] & 0x7FFFFFFFU);
      state_[i] = state_[from] ^ (y >> 1) ^ ((y & 1U) != 0 ? 0x9908B0DFU : 0U);
    };
    for (std::size_t i = 0; i < size - shift; ++i) mixed(i, i + 1, i + shift);
    for (std::size_t i = size - shift; i + 1 < size; ++i) mixed(i, i + 1, i + shift - size);
    mixed(size - 1, 0, shift - 1);
    used_ = 0;
  }

  state state_{};
  std::size_t used_ = size;
};

}  // namespace lssm::detail
