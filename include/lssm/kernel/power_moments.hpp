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
/// visit(k, p x^k) for k < here, in two chains: even and odd powers.
template <class T, integer W, class Visit>
[[gnu::always_inline]] constexpr void each_power(block<T, W> p, const block<T, W>& x, auto here,
                                                 Visit visit) {
  const block<T, W> square = x * x;
  block<T, W> odd = p * x;
  for (integer k = 0; k < here; k += 2) {
    visit(static_cast<std::size_t>(k), p);
    p = p * square;
    if (k + 1 == here) break;
    visit(static_cast<std::size_t>(k + 1), odd);
    odd = odd * square;
  }
}

/// m[k * stride] = Σ_j weight_j a_j^{first + k} for k < here <= Group.
template <integer Group, class T, std::size_t N, class Weight>
constexpr void sum_powers(std::span<const T, N> a, Weight& weight, T* m, integer first, auto here,
                          integer stride) {
  with_width<T>([&]<integer W>(std::integral_constant<integer, W> w) {
    using sums = std::array<block<T, W>, static_cast<std::size_t>(Group)>;
    const auto powers_at = [&](integer j, auto visit) {
      const block<T, W> x = load_block<W>(a, j);
      block<T, W> p = weight(w, j);
      if (first > 0) p = p * power(x, first);
      each_power(p, x, here, visit);
    };
    /// Over modes begin, begin + step, ...
    const auto sum_from = [&](integer begin, integer step) {
      sums part;
      if (begin < length(a)) {
        powers_at(begin, [&](std::size_t k, const auto& p) { part[k] = p; });
      } else {
        for (integer k = 0; k < here; ++k) part[static_cast<std::size_t>(k)] = fill_block<W>(T(0));
      }
      for (integer j = begin + step; j < length(a); j += step)
        powers_at(j, [&](std::size_t k, const auto& p) { part[k] = part[k] + p; });
      return part;
    };
    if constexpr (W == 1) {
      const sums all = fold([&](integer i) { return sum_from(i, partial_sums); },
                            [&](sums s, const sums& t) {
                              for (integer k = 0; k < here; ++k) {
                                const auto n = static_cast<std::size_t>(k);
                                s[n] = s[n] + t[n];
                              }
                              return s;
                            });
      for (integer k = 0; k < here; ++k) m[k * stride] = all[static_cast<std::size_t>(k)].v;
    } else {
      const sums all = sum_from(0, W);
      for (integer k = 0; k < here; ++k) m[k * stride] = block_sum(all[static_cast<std::size_t>(k)]);
    }
  });
}
}  // namespace detail

/// m[k * stride] = Σ_j weight_j a_j^k for k < count; `weight(width, j)` gives the block of weights from mode j on.
/// Precondition: m holds (count - 1) * stride + 1 entries.
template <class T, std::size_t N, integer Count, class Weight>
constexpr void power_moments(std::span<const T, N> a, Weight weight, std::span<T> m, extent<Count> count,
                             integer stride = 1) {
  constexpr integer group = 16;
  if constexpr (Count >= 1 && Count <= group) {
    detail::sum_powers<Count>(a, weight, m.data(), 0, count, stride);
  } else {
    for (integer first = 0; first < count; first += group)
      detail::sum_powers<group>(a, weight, m.data() + first * stride, first,
                                std::min<integer>(group, count - first), stride);
  }
}

}  // namespace lssm::kernel
