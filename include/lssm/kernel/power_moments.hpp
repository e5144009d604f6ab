// SPDX-License-Identifier: BSD-3-Clause
// The impulse response of decoupled modes: m_k = Σ_j w_j a_j^k, k = 0 .. K-1.
//
//   a, w   modes and their weights (d)
//   m      moments (K)
//
// Modes run in blocks with one vector accumulator per power; sixteen powers at a time stay in the nearest cache, and a
// later group starts from w_j a_j^{k0} by repeated squaring, so that no workspace is needed whatever K is.
#pragma once

#include <array>

#include "blocks.hpp"

namespace lssm::kernel {

/// x^n for n >= 1, entry by entry.
template <class T, integer W>
constexpr block<T, W> power(block<T, W> x, integer n) {
  block<T, W> r = fill_block<W>(T(1));
  for (;; x = x * x, n >>= 1) {
    if (n & 1) r = r * x;
    if (n <= 1) return r;
  }
}

namespace detail {
/// m[k * stride] = Σ_j weight_j a_j^{first + k} for k < here <= Group.
template <integer Group, class T, class Weight>
constexpr void sum_powers(std::span<const T> a, Weight& weight, T* m, integer first, auto here, integer stride) {
  with_width<T>([&]<integer W>(std::integral_constant<integer, W> w) {
    std::array<accumulator<T, W>, static_cast<std::size_t>(Group)> acc;
    for (integer k = 0; k < here; ++k) acc[static_cast<std::size_t>(k)].clear();
    for (integer j = 0; j < length(a); j += W) {
      const block<T, W> x = load_block<W>(a, j);
      block<T, W> p = weight(w, j);
      if (first > 0) p = p * power(x, first);
      for (integer k = 0; k < here; ++k) {
        acc[static_cast<std::size_t>(k)].add(j, p);
        p = p * x;
      }
    }
    for (integer k = 0; k < here; ++k) m[k * stride] = acc[static_cast<std::size_t>(k)].sum();
  });
}
}  // namespace detail

/// m[k * stride] = Σ_j weight_j a_j^k for k < count; `weight(width, j)` gives the block of weights from mode j on.
/// Precondition: m holds (count - 1) * stride + 1 entries.
template <class T, integer Count, class Weight>
constexpr void power_moments(std::span<const T> a, Weight weight, std::span<T> m, extent<Count> count, integer stride = 1) {
  constexpr integer group = 16;
  if constexpr (Count >= 1 && Count <= group) {
    detail::sum_powers<Count>(a, weight, m.data(), 0, count, stride);
  } else {
    for (integer first = 0; first < count; first += group)
      detail::sum_powers<group>(a, weight, m.data() + first * stride, first, std::min<integer>(group, count - first), stride);
  }
}

}  // namespace lssm::kernel
