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
/// Calls visit(k, p x^k) for k < here; even and odd powers go in two chains.
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
    if constexpr (W == 1) {
      /// Adds partial sum i to `all`, or stores it there if it is the `first_of_all`. A partial sum of one mode goes there
      /// directly: that is faster than fold() of arrays, to the same bits.
      const auto add_partial = [&](integer i, sums& all, bool first_of_all) {
        if (i >= length(a)) {
          for (integer k = 0; first_of_all && k < here; ++k)
            all[static_cast<std::size_t>(k)] = fill_block<W>(T(0));
        } else if (first_of_all && i + partial_sums >= length(a)) {
          powers_at(i, [&](std::size_t k, const auto& p) { all[k] = p; });
        } else if (i + partial_sums >= length(a)) {
          powers_at(i, [&](std::size_t k, const auto& p) { all[k] = all[k] + p; });
        } else {
          sums part;
          powers_at(i, [&](std::size_t k, const auto& p) { part[k] = p; });
          for (integer j = i + partial_sums; j < length(a); j += partial_sums)
            powers_at(j, [&](std::size_t k, const auto& p) { part[k] = part[k] + p; });
          for (integer k = 0; k < here; ++k) {
            const auto n = static_cast<std::size_t>(k);
            all[n] = first_of_all ? part[n] : all[n] + part[n];
          }
        }
      };
      /// The order of fold(): (0 + 4) + (2 + 6), then (1 + 5) + (3 + 7).
      std::array<sums, 4> quarter;
      for (integer i = 0; i < 4; ++i) {
        sums& own = quarter[static_cast<std::size_t>(i)];
        add_partial(i, own, true);
        add_partial(i + 4, own, false);
      }
      for (integer k = 0; k < here; ++k) {
        const auto n = static_cast<std::size_t>(k);
        m[k * stride] = ((quarter[0][n] + quarter[2][n]) + (quarter[1][n] + quarter[3][n])).v;
      }
    } else {
      sums all;
      if (length(a) > 0) {
        powers_at(0, [&](std::size_t k, const auto& p) { all[k] = p; });
      } else {
        for (integer k = 0; k < here; ++k) all[static_cast<std::size_t>(k)] = fill_block<W>(T(0));
      }
      for (integer j = W; j < length(a); j += W)
        powers_at(j, [&](std::size_t k, const auto& p) { all[k] = all[k] + p; });
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
