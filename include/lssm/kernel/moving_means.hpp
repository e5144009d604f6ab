// SPDX-License-Identifier: BSD-3-Clause
// Moving means of a gradient g and of its square, and the direction that Adam makes of them, entry by entry:
//
//   m ← m + f₁ (g - m),   v ← v + f₂ (g² - v),   u = m s₁ / (√(v s₂) + ε)
#pragma once

#include "blocks.hpp"

namespace lssm::kernel {

/// Scalars, or the same in all entries of blocks or registers.
template <class N>
struct mean_weights {
  N f1, f2;  ///< weights of the new terms
  N s1, s2;  ///< bias corrections
  N epsilon;

  /// m and v with one gradient more.
  [[gnu::always_inline]] constexpr void move(const N& zero, const N& g, N& m, N& v) const {
    m = fused(f1, g - m, m);
    v = fused(f2, fused(g, g, zero - v), v);
  }
};

/// m / (√v + ε), where m and v are corrected.
template <class N>
[[gnu::always_inline]] constexpr N over_root(const N& m, const N& v, const N& epsilon) {
  return m / (square_root(v) + epsilon);
}

/// Calls store(u, j) for blocks u of the direction, from entry j on. Precondition: m, v and g of one length.
template <class T, std::size_t N, class Store>
constexpr void scaled_mean(const mean_weights<T>& by, std::span<T, N> m, std::span<T, N> v,
                           std::span<const T, N> g, const Store& store) {
  with_width<T>([=, &store]<integer W>(std::integral_constant<integer, W>) {
    const mean_weights<block<T, W>> in_blocks{fill_block<W>(by.f1), fill_block<W>(by.f2),
                                              fill_block<W>(by.s1), fill_block<W>(by.s2),
                                              fill_block<W>(by.epsilon)};
    const block<T, W> zero = fill_block<W>(T(0));
    const auto move = [&](integer j, block<T, W> & mean, block<T, W> & square)
        __attribute__((always_inline)) {
      mean = load_block<W>(m, j);
      square = load_block<W>(v, j);
      in_blocks.move(zero, load_block<W>(g, j), mean, square);
      store_block(mean, m, j);
      store_block(square, v, j);
      mean = mean * in_blocks.s1;
      square = square * in_blocks.s2;
    };
    integer j = 0;
    if constexpr (W == 8 && has_two_blocks<T>)
      for (const two_blocks<block<T, W>> both(in_blocks.epsilon, in_blocks.epsilon); j + 2 * W <= length(g);
           j += 2 * W) {
        block<T, W> mean[2], square[2];
        move(j, mean[0], square[0]);
        move(j + W, mean[1], square[1]);
        const two_blocks<block<T, W>> means(mean[0], mean[1]), squares(square[0], square[1]);
        const auto u = over_root(means, squares, both);
        store(u.low(), j);
        store(u.high(), j + W);
      }
    for (; j < length(g); j += W) {
      block<T, W> mean, square;
      move(j, mean, square);
      store(over_root(mean, square, in_blocks.epsilon), j);
    }
  });
}

}  // namespace lssm::kernel
