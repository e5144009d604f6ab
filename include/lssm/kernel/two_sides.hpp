// SPDX-License-Identifier: BSD-3-Clause
// A function of one number that is linear on either side of zero, p = v up for v > 0 and v down elsewhere, and what comes back
// through it: one pass over the numbers each.
//
//   two_sided<T>{up, down}
//   apply(f, v, p)                 p_n = f(v_n)
//   pull_back(f, s, v, dv)         dv_n = s_n f'(v_n), with f'(0) = 0; returns Σ_{v > 0} s_n v_n and Σ_{v < 0} s_n v_n, the
//                                  derivatives by up and down, with the bits of dot()
#pragma once

#include <array>

#include "blocks.hpp"

namespace lssm::kernel {

template <class T>
struct two_sided {
  T up, down;
};

/// Precondition: v and p of one length.
template <class T>
constexpr void apply(const two_sided<T>& f, std::span<const T> v, std::span<T> p) {
  with_width<T>([=]<integer W>(std::integral_constant<integer, W>) {
    const block<T, W> up = fill_block<W>(f.up), down = fill_block<W>(f.down);
    for (integer j = 0; j < length(v); j += W) {
      const block<T, W> x = load_block<W>(v, j);
      store_block(x * where_positive(x, up, down), p, j);
    }
  });
}

/// Precondition: s, v and dv of one length.
template <class T>
constexpr std::array<T, 2> pull_back(const two_sided<T>& f, std::span<const T> s, std::span<const T> v,
                                     std::span<T> dv) {
  std::array<T, 2> sums;
  with_width<T>([=, &sums]<integer W>(std::integral_constant<integer, W>) {
    constexpr auto parts = static_cast<std::size_t>(partial_sums / W);
    const block<T, W> zero = fill_block<W>(T(0)), up = fill_block<W>(f.up), down = fill_block<W>(f.down);
    std::array<block<T, W>, parts> above, below;
    above.fill(zero);
    below.fill(zero);
    std::size_t part = 0;
    for (integer j = 0; j < length(v); j += W, part = part + 1 == parts ? 0 : part + 1) {
      const block<T, W> x = load_block<W>(v, j), slope = load_block<W>(s, j);
      const block<T, W> right = where_positive(x, slope, zero), left = where_positive(zero - x, slope, zero);
      above[part] = fused(right, x, above[part]);
      below[part] = fused(left, x, below[part]);
      store_block(fused(right, up, left * down), dv, j);
    }
    const auto total = [](const auto& sum) {
      if constexpr (W == 1) {
        return fold([&](integer i) { return sum[static_cast<std::size_t>(i)].v; },
                    [](const T& x, const T& y) { return x + y; });
      } else {
        return block_sum(sum[0]);
      }
    };
    sums = {total(above), total(below)};
  });
  return sums;
}

}  // namespace lssm::kernel
