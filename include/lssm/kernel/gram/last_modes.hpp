// SPDX-License-Identifier: BSD-3-Clause
// What steps in registers found at the modes where they ended, so that those that go on from there need not find it again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace lssm::kernel {

/// w = b c, P, P' and the loss at modes a and their weights b and c, in `Modes` registers V each.
template <class T, class V, std::size_t Modes>
struct evaluated_modes {
  V w[Modes], p[Modes], slope[Modes];
  T loss{};
};

/// Modes and their weights, with what was found there.
template <class T, class V, std::size_t Modes>
class last_modes {
 public:
  using evaluated = evaluated_modes<T, V, Modes>;

  /// Whether these are the modes and weights that were noted last, to the bit.
  bool are(const V (&a)[Modes], const V (&b)[Modes], const V (&c)[Modes]) const {
    return noted_ && differing_words(a, a_) + differing_words(b, b_) + differing_words(c, c_) == 0;
  }
  const evaluated& found() const { return found_; }
  void note(const V (&a)[Modes], const V (&b)[Modes], const V (&c)[Modes], const evaluated& found) {
    for (std::size_t i = 0; i < Modes; ++i) a_[i] = a[i], b_[i] = b[i], c_[i] = c[i];
    found_ = found;
    noted_ = true;
  }

 private:
  /// Counted without a branch, since nearly always there are none.
  static std::size_t differing_words(const V (&x)[Modes], const V (&y)[Modes]) {
    constexpr std::size_t bytes = Modes * sizeof(V), words = bytes / sizeof(std::uint64_t);
    std::uint64_t left[words], right[words];
    std::memcpy(left, x, bytes);
    std::memcpy(right, y, bytes);
    std::size_t count = 0;
    for (std::size_t i = 0; i < words; ++i) count += left[i] != right[i];
    return count;
  }

  V a_[Modes]{}, b_[Modes]{}, c_[Modes]{};
  evaluated found_{};
  bool noted_ = false;
};

}  // namespace lssm::kernel
