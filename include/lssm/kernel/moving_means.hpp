// SPDX-License-Identifier: BSD-3-Clause
// Moving means of a gradient and of its square, and the direction that Adam makes of them, entry by entry:
//
//   m ← m + f₁ (u - m),   v ← v + f₂ (u² - v),   u ← m s₁ / (√(v s₂) + ε)
#pragma once

#include "blocks.hpp"

namespace lssm::kernel {

template <class T>
struct mean_weights {
  T f1, f2;  ///< weights of the new terms
  T s1, s2;  ///< bias corrections
  T epsilon;
};

/// Precondition: m, v and u of one length.
template <class T, std::size_t N>
constexpr void scaled_mean(const mean_weights<T>& by, std::span<T, N> m, std::span<T, N> v,
                           std::span<T, N> u) {
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const block<T, W> f1 = fill_block<W>(by.f1), f2 = fill_block<W>(by.f2), s1 = fill_block<W>(by.s1),
                      s2 = fill_block<W>(by.s2), epsilon = fill_block<W>(by.epsilon);
    const block<T, W> zero = fill_block<W>(T(0));
    for (integer j = 0; j < length(u); j += W) {
      const block<T, W> g = load_block<W>(u, j);
      block<T, W> mean = load_block<W>(m, j), square = load_block<W>(v, j);
      mean = fused(f1, g - mean, mean);
      square = fused(f2, fused(g, g, zero - square), square);
      store_block(mean, m, j);
      store_block(square, v, j);
      store_block(mean * s1 / (square_root(square * s2) + epsilon), u, j);
    }
  });
}

}  // namespace lssm::kernel
