// SPDX-License-Identifier: BSD-3-Clause
// Tiles of sums in registers, by which small matrices are multiplied (kernel/matrix.hpp): some rows of blocks side by side.
//
//   in_groups(count, n, f)     f(first, G) for groups of G rows of n numbers
//   cover_by_tiles<G>(n, f)    f(tile) for tiles of G rows that cover n numbers of each
//
// Floats, and dual numbers of them, go sixteen at a time where registers hold as many floats and rows are known to be long
// enough: an entry has the same bits, since its sum is by itself.
#pragma once

#include <array>
#include <type_traits>

#include "blocks.hpp"

namespace lssm::kernel::detail {

/// How many registers of two blocks stand side by side, where there are such registers: each of dual numbers is two.
template <class T>
inline constexpr integer pairs_abreast = has_two_blocks<T> ? 2 : 0;
template <class T>
inline constexpr integer pairs_abreast<dual<T>> = has_two_blocks<T> ? 1 : 0;

/// Whether rows of N numbers go by pairs of blocks.
template <class T, integer W, integer N>
inline constexpr bool in_pairs = W > 1 && pairs_abreast<T> > 0 && N != dynamic&& N >= 2 * W* pairs_abreast<T>;

/// Calls f(first, G) for groups of G = 5 rows, then G = 1, that make up `count` rows: with two registers for each of five
/// rows, sums and factors all stay in registers. G is 8, 4 and 1 for pairs of blocks. Rows of n < W entries go one by one.
template <class T, integer W, integer N, class F>
[[gnu::always_inline]] constexpr void in_groups(std::size_t count, extent<N> n, const F& f) {
  std::size_t first = 0;
  const auto take = [&](auto rows) __attribute__((always_inline)) {
    const std::size_t groups = (count - first) / rows;
    for (std::size_t i = 0; i < groups; ++i) f(first + i * rows, rows);
    first += groups * rows;
  };
  if constexpr (in_pairs<T, W, N>) {
    take(std::integral_constant<std::size_t, 8>{});
    take(std::integral_constant<std::size_t, 4>{});
  } else {
    if (n >= W) take(std::integral_constant<std::size_t, 5>{});
  }
  take(std::integral_constant<std::size_t, 1>{});
}

/// Number of blocks side by side, which take two registers.
template <class T, integer W>
inline constexpr integer side_by_side = W == 1 || sizeof(block<T, W>) > register_bytes ? 1 : 2;

/// Rows x Blocks registers B of sums, W numbers each: of `Rows` rows of N = n numbers, the W entries from each of `starts`
/// on. Where rows have fewer than W entries the tile is one block per row, and not `Whole`.
template <class T, class B, integer W, std::size_t Rows, std::size_t Blocks, integer N, bool Whole>
struct tile {
  extent<N> n;
  std::array<integer, Blocks> starts;
  B sum[Rows][Blocks];

  [[gnu::always_inline]] constexpr B load(const T* row, std::size_t b) const {
    if constexpr (is_block) {
      return load_block<W>(entries(row, b), 0);
    } else {
      B r;
      r.load(row + starts[b]);
      return r;
    }
  }
  [[gnu::always_inline]] static constexpr B fill(const T& x) {
    if constexpr (is_block) {
      return fill_block<W>(x);
    } else {
      return B::fill(x);
    }
  }
  /// sum_rb = f(r, b)
  template <class F>
  [[gnu::always_inline]] constexpr void begin(const F& f) {
    unrolled<Blocks>([&](auto b) __attribute__((always_inline)) {
      unrolled<Rows>([&](auto r) __attribute__((always_inline)) { sum[r][b] = f(r, b); });
    });
  }
  /// sum_rb += Σ_i x_ri v_ib for `count` rows v_i; x_ri is x[r * apart + i * step].
  [[gnu::always_inline]] constexpr void add_products(const T* x, std::size_t apart, std::size_t step,
                                                     const T* v, std::size_t count) {
    B weights[Blocks];
    for (std::size_t i = 0; i < count; ++i) {
      unrolled<Blocks>([&](auto b) __attribute__((always_inline)) { weights[b] = load(v + i * width(), b); });
      unrolled<Rows>([&](auto r) __attribute__((always_inline)) {
        const B entry = fill(x[r * apart + i * step]);
        unrolled<Blocks>([&](auto b) __attribute__((always_inline)) {
          sum[r][b] = fused(entry, weights[b], sum[r][b]);
        });
      });
    }
  }
  [[gnu::always_inline]] constexpr void store(T* rows) const {
    unrolled<Rows>([&](auto r) __attribute__((always_inline)) {
      unrolled<Blocks>([&](auto b) __attribute__((always_inline)) {
        if constexpr (is_block) {
          store_block(sum[r][b], entries(rows + r * width(), b), 0);
        } else {
          sum[r][b].store(rows + r * width() + starts[b]);
        }
      });
    });
  }

 private:
  static constexpr bool is_block = std::is_same_v<B, block<T, W>>;
  template <class U>
  [[gnu::always_inline]] constexpr auto entries(U* row, std::size_t b) const {
    if constexpr (Whole) {
      return std::span<U, static_cast<std::size_t>(W)>(row + starts[b], static_cast<std::size_t>(W));
    } else {
      return fixed_span<U, N>(row, width());
    }
  }
  [[gnu::always_inline]] constexpr std::size_t width() const { return static_cast<std::size_t>(integer(n)); }
};

/// Calls f(tile) for tiles that cover N = n entries of each of G rows as cover() does, after pairs of blocks where there
/// are such. Whether a tile is whole is in its type, because a branch at each load and store would be most of the code.
template <class T, integer W, std::size_t G, integer N, class F>
[[gnu::always_inline]] constexpr void cover_by_tiles(extent<N> n, const F& f) {
  using one = block<T, W>;
  if constexpr (G == 1 && (N == dynamic || N < W)) {
    if (n < W) {
      f(tile<T, one, W, G, 1, N, false>{n, {0}, {}});
      return;
    }
  }
  if constexpr (N == dynamic || N >= W) {
    const integer last = n - W;
    integer j = 0;
    if constexpr (in_pairs<T, W, N>) {
      constexpr auto abreast = static_cast<std::size_t>(pairs_abreast<T>);
      for (constexpr integer all = 2 * W * pairs_abreast<T>; j + all <= n; j += all) {
        tile<T, two_blocks<one>, 2 * W, G, abreast, N, true> wide{n, {j}, {}};
        if constexpr (abreast == 2) wide.starts[1] = j + 2 * W;
        f(wide);
      }
    }
    if constexpr (side_by_side<T, W> == 2)
      for (; j + W < n; j += 2 * W) f(tile<T, one, W, G, 2, N, true>{n, {j, std::min(j + W, last)}, {}});
    for (; j < n; j += W) f(tile<T, one, W, G, 1, N, true>{n, {std::min(j, last)}, {}});
  }
}

}  // namespace lssm::kernel::detail
