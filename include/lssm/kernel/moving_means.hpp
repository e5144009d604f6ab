// SPDX-License-Identifier: BSD-3-Clause
// Moving means of a gradient g and of its square, and the direction that Adam makes of them, entry by entry:
//
//   m ← m + f₁ (g - m),   v ← v + f₂ (g² - v),   u = m s₁ / (√(v s₂) + ε)
#pragma once

#include "blocks.hpp"

namespace lssm::kernel {

template <class T>
struct mean_weights {
  T f1, f2;  ///< weights of the new terms
  T s1, s2;  ///< bias corrections
  T epsilon;
};

/// Calls store(u, j) for blocks u of the direction, from entry j on. Precondition: m, v and g of one length.
template <class T, std::size_t N, class Store>
constexpr void scaled_mean(const mean_weights<T>& by, std::span<T, N> m, std::span<T, N> v,
                           std::span<const T, N> g, const Store& store) {
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const block<T, W> f1 = fill_block<W>(by.f1), f2 = fill_block<W>(by.f2), s1 = fill_block<W>(by.s1),
                      s2 = fill_block<W>(by.s2), epsilon = fill_block<W>(by.epsilon);
    const block<T, W> zero = fill_block<W>(T(0));
    for (integer j = 0; j < length(g); j += W) {
      const block<T, W> fresh = load_block<W>(g, j);
      block<T, W> mean = load_block<W>(m, j), square = load_block<W>(v, j);
      mean = fused(f1, fresh - mean, mean);
      square = fused(f2, fused(fresh, fresh, zero - square), square);
      store_block(mean, m, j);
      store_block(square, v, j);
      store(mean * s1 / (square_root(square * s2) + epsilon), j);
    }
  });
}

}  // namespace lssm::kernel
