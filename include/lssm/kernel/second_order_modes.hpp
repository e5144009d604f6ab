// SPDX-License-Identifier: BSD-3-Clause
// First and second derivatives of decoupled modes along one direction, without dual numbers: less than half of their work.
//
//   h_k = Σ_j w_j a_j^k,  w = b c;     ȧ, ḃ, ċ a direction of a, b, c,     ẇ = b ċ + ḃ c
//
//   response_along(s, h_dot)     ḣ_k = Σ_j (ẇ_j a_j^k + k w_j ȧ_j a_j^(k-1))
//   pull_back_along(s, g, g_dot, a, b, c)
//                                the change along the direction of ∂a = w P'(a), ∂b = c P(a), ∂c = b P(a), where the
//                                coefficients g of P change by ġ, those of Q:
//                                ẇ P' + w (P'' ȧ + Q'),     ċ P + c (P' ȧ + Q),     ḃ P + b (P' ȧ + Q)
//   add_products(x, y, steps, m)     m_lk += Σ_s x_sl y_sk: a matrix of sums over some steps, read and written once
//
//   a, b, c and direction (d)     h, g, ġ (kappa)     m (kappa, kappa)     x, y (steps, kappa) in whole blocks
#pragma once

#include <span>

#include "blocks.hpp"

namespace lssm::kernel {

/// Modes and a direction of them, D at compile time or a dynamic extent.
template <class T, std::size_t D>
struct modes_along {
  std::span<const T, D> a, b, c, a_dot, b_dot, c_dot;  // (d)
};

namespace detail {
/// A block of modes: x, and the terms of ḣ at power 0: u = ẇ, v = w ȧ.
template <integer W, class T, std::size_t D>
[[gnu::always_inline]] inline void load_terms(const modes_along<T, D>& s, integer j, block<T, W>& x,
                                              block<T, W>& u, block<T, W>& v) {
  const block<T, W> b = load_block<W>(s.b, j), c = load_block<W>(s.c, j);
  x = load_block<W>(s.a, j);
  u = fused(b, load_block<W>(s.c_dot, j), load_block<W>(s.b_dot, j) * c);
  v = b * c * load_block<W>(s.a_dot, j);
}
/// To the next power: k a^(k-1) w ȧ + ẇ a^k is one chain, w ȧ a^k another.
template <integer W, class T>
[[gnu::always_inline]] inline void raise(const block<T, W>& x, block<T, W>& u, block<T, W>& v) {
  u = fused(u, x, v);
  v = v * x;
}
}  // namespace detail

/// ḣ (kappa), in whole blocks of `h_dot`, whose first kappa numbers count. `work` holds 8 kappa numbers.
template <integer K, class T, std::size_t D>
  requires(goes_in_blocks<T>)
void response_along(const modes_along<T, D>& s, extent<K> kappa, T* h_dot, T* work) {
  constexpr integer W = width<T>;
  const integer d = length(s.a), powers = kappa;
  block<T, W> x[4], u[4], v[4];
  if constexpr (K != dynamic && K <= W) {
    block<T, W> sum[8];
    unrolled<8>([&](auto k) { sum[k] = fill_block<W>(T(0)); });
    for (integer j = 0; j < d; j += W) {
      detail::load_terms<W>(s, j, x[0], u[0], v[0]);
      unrolled<static_cast<std::size_t>(K)>([&](auto k) __attribute__((always_inline)) {
        sum[k] = sum[k] + u[0];
        detail::raise(x[0], u[0], v[0]);
      });
    }
    store_block(block_sums(sum), std::span<T, 8>(h_dot, 8), 0);
  } else {
    const auto part = [&](integer k) { return std::span<T, 8>(work + k * W, 8); };
    for (integer k = 0; k < powers; ++k) store_block(fill_block<W>(T(0)), part(k), 0);
    together<W>(d, [&](integer first, auto count) {
      unrolled<count>([&](auto i) __attribute__((always_inline)) {
        detail::load_terms<W>(s, first + static_cast<integer>(i) * W, x[i], u[i], v[i]);
      });
      for (integer k = 0; k < powers; ++k) {
        block<T, W> sum = load_block<W>(part(k), 0);
        if constexpr (count == 4) {
          sum = sum + ((u[0] + u[1]) + (u[2] + u[3]));
        } else {
          sum = sum + u[0];
        }
        store_block(sum, part(k), 0);
        unrolled<count>([&](auto i) __attribute__((always_inline)) { detail::raise(x[i], u[i], v[i]); });
      }
    });
    for (integer k = 0; k < powers; k += W) {
      block<T, W> sum[8];
      for (integer l = 0; l < W; ++l)
        sum[l] = k + l < powers ? load_block<W>(part(k + l), 0) : fill_block<W>(T(0));
      store_block(block_sums(sum), std::span<T, 8>(h_dot + k, 8), 0);
    }
  }
}

/// What the direction and ġ change of the derivatives by a, b, c. Precondition: g and ġ have kappa >= 1 entries.
template <integer K, class T, std::size_t D>
  requires(goes_in_blocks<T>)
void pull_back_along(const modes_along<T, D>& s, extent<K> kappa, const T* g, const T* g_dot,
                     std::span<T, D> by_a, std::span<T, D> by_b, std::span<T, D> by_c) {
  constexpr integer W = width<T>;
  const integer top = kappa - 1;
  together<W>(length(s.a), [&](integer first, auto count) {
    block<T, W> x[count], p[count], slope[count], half_bend[count], q[count], slope_q[count];
    const auto at = [&](auto i) { return first + static_cast<integer>(i) * W; };
    unrolled<count>([&](auto i) __attribute__((always_inline)) {
      x[i] = load_block<W>(s.a, at(i));
      p[i] = fill_block<W>(g[top]), q[i] = fill_block<W>(g_dot[top]);
      slope[i] = half_bend[i] = slope_q[i] = fill_block<W>(T(0));
    });
    for (integer k = top; k-- > 0;) {
      const block<T, W> coefficient = fill_block<W>(g[k]), change = fill_block<W>(g_dot[k]);
      unrolled<count>([&](auto i) __attribute__((always_inline)) {
        half_bend[i] = fused(half_bend[i], x[i], slope[i]);
        slope[i] = fused(slope[i], x[i], p[i]);
        p[i] = fused(p[i], x[i], coefficient);
        slope_q[i] = fused(slope_q[i], x[i], q[i]);
        q[i] = fused(q[i], x[i], change);
      });
    }
    unrolled<count>([&](auto i) __attribute__((always_inline)) {
      const block<T, W> a_dot = load_block<W>(s.a_dot, at(i)), b = load_block<W>(s.b, at(i)),
                        c = load_block<W>(s.c, at(i)), b_dot = load_block<W>(s.b_dot, at(i)),
                        c_dot = load_block<W>(s.c_dot, at(i));
      const block<T, W> p_dot = fused(slope[i], a_dot, q[i]),
                        slope_dot = fused(half_bend[i] + half_bend[i], a_dot, slope_q[i]);
      store_block(fused(fused(b, c_dot, b_dot * c), slope[i], b * c * slope_dot), by_a, at(i));
      store_block(fused(c_dot, p[i], c * p_dot), by_b, at(i));
      store_block(fused(b_dot, p[i], b * p_dot), by_c, at(i));
    });
  });
}

/// m (n, n) += Σ_s x_s y_sᵀ over `steps` steps, one after the other. Rows of x and y are `apart` numbers apart, whole blocks.
template <integer N, class T>
  requires(goes_in_blocks<T>)
void add_products(const T* x, const T* y, integer steps, integer apart, extent<N> size, T* m) {
  constexpr integer W = width<T>;
  const integer n = size;
  for (integer l = 0; l < n; ++l) {
    const fixed_span<T, N> row(m + l * n, static_cast<std::size_t>(n));
    for (integer k = 0; k < n; k += W) {
      block<T, W> sum = load_block<W>(row, k);
      for (integer s = 0; s < steps; ++s)
        sum = fused(fill_block<W>(x[s * apart + l]),
                    load_block<W>(std::span<const T, 8>(y + s * apart + k, 8), 0), sum);
      store_block(sum, row, k);
    }
  }
}

}  // namespace lssm::kernel
