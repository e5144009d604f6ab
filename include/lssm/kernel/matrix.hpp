// SPDX-License-Identifier: BSD-3-Clause
// Small matrices times batches of rows. Everything is row major; rows of a matrix run in blocks of eight, the last of which
// may overlap the one before: a partial store would delay the loads that follow. A matrix of one column is a vector.
//
//   x (rows, in), K (in, out), y (rows, out)
//
//   multiply_rows(x, in, K, out, bias, y)         y = x K + bias (none: an empty span)
//   multiply_transposed(dy, out, K, in, dx)       dx = dy Kᵀ, for as many rows as dx has
//   add_outer_products(x, in, dy, out, dK)        dK += xᵀ dy
//   add_rows(dy, out, sum)                        sum += Σ over rows
//   dots(v, x, y)                                 y_r = x_r · v for vectors x_r stored one after the other
#pragma once

#include <array>

#include "blocks.hpp"

namespace lssm::kernel {

namespace detail {

/// Calls f(first, G) for groups of G = 5 rows, then G = 1, that make up `count` rows: with two registers for each of five
/// rows, sums and factors all stay in registers. Rows of n < W entries go one by one.
template <integer W, class F>
[[gnu::always_inline]] constexpr void in_groups(std::size_t count, integer n, const F& f) {
  constexpr std::size_t five = 5;
  const std::size_t groups = n < W ? 0 : count / five;
  for (std::size_t i = 0; i < groups; ++i) f(i * five, std::integral_constant<std::size_t, five>{});
  for (std::size_t i = groups * five; i < count; ++i) f(i, std::integral_constant<std::size_t, 1>{});
}

/// Number of blocks side by side, which take two registers.
template <class T, integer W>
inline constexpr integer side_by_side = W == 1 || sizeof(block<T, W>) > register_bytes ? 1 : 2;

/// Rows x Blocks blocks of sums in registers: of `Rows` rows of N = n numbers, the W entries from each of `starts` on. Where
/// rows have fewer than W entries the tile is one block per row, and not `Whole`.
template <class T, integer W, std::size_t Rows, std::size_t Blocks, integer N, bool Whole>
struct tile {
  extent<N> n;
  std::array<integer, Blocks> starts;
  block<T, W> sum[Rows][Blocks];

  template <class U>
  [[gnu::always_inline]] constexpr auto entries(U* row, std::size_t b) const {
    if constexpr (Whole) {
      return std::span<U, static_cast<std::size_t>(W)>(row + starts[b], static_cast<std::size_t>(W));
    } else {
      return fixed_span<U, N>(row, width());
    }
  }
  [[gnu::always_inline]] constexpr block<T, W> load(const T* row, std::size_t b) const {
    return load_block<W>(entries(row, b), 0);
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
    block<T, W> weights[Blocks];
    for (std::size_t i = 0; i < count; ++i) {
      unrolled<Blocks>([&](auto b) __attribute__((always_inline)) { weights[b] = load(v + i * width(), b); });
      unrolled<Rows>([&](auto r) __attribute__((always_inline)) {
        const auto entry = fill_block<W>(x[r * apart + i * step]);
        unrolled<Blocks>([&](auto b) __attribute__((always_inline)) {
          sum[r][b] = fused(entry, weights[b], sum[r][b]);
        });
      });
    }
  }
  [[gnu::always_inline]] constexpr void store(T* rows) const {
    unrolled<Rows>([&](auto r) __attribute__((always_inline)) {
      unrolled<Blocks>([&](auto b) __attribute__((always_inline)) {
        store_block(sum[r][b], entries(rows + r * width(), b), 0);
      });
    });
  }

 private:
  [[gnu::always_inline]] constexpr std::size_t width() const { return static_cast<std::size_t>(integer(n)); }
};

/// Calls f(tile) for tiles that cover N = n entries of each of G rows as cover() does. Whether a tile is whole is in its
/// type, because a branch at each load and store would be most of the code.
template <class T, integer W, std::size_t G, integer N, class F>
[[gnu::always_inline]] constexpr void cover_by_tiles(extent<N> n, const F& f) {
  if constexpr (G == 1 && (N == dynamic || N < W)) {
    if (n < W) {
      f(tile<T, W, G, 1, N, false>{n, {0}, {}});
      return;
    }
  }
  if constexpr (N == dynamic || N >= W) {
    const integer last = n - W;
    integer j = 0;
    if constexpr (side_by_side<T, W> == 2)
      for (; j + W < n; j += 2 * W) f(tile<T, W, G, 2, N, true>{n, {j, std::min(j + W, last)}, {}});
    for (; j < n; j += W) f(tile<T, W, G, 1, N, true>{n, {std::min(j, last)}, {}});
  }
}

/// y_r = x_r · v for vectors x_r stored one after the other, one for each entry of y, with the bits of dot().
template <integer W, class T, std::size_t N>
[[gnu::always_inline]] constexpr void dots(std::span<const T, N> v, const T* x, std::span<T> y) {
  if constexpr (W > 1) {
    if (length(y) >= W) {
      cover<W>(
          length(y), [=](integer first) __attribute__((always_inline)) {
            block<T, W> parts[static_cast<std::size_t>(W)];
            unrolled<W>([&](auto r) __attribute__((always_inline)) { parts[r] = fill_block<W>(T(0)); });
            const auto add = [&]<integer Count>(integer j, extent<Count> count)
                __attribute__((always_inline)) {
              const auto at = [=](const T* row) __attribute__((always_inline)) {
                return load_block<W>(
                    fixed_span<const T, Count>(row + j, static_cast<std::size_t>(integer(count))), 0);
              };
              const auto weights = at(v.data());
              unrolled<W>([&](auto r) __attribute__((always_inline)) {
                parts[r] = fused(at(x + (static_cast<std::size_t>(first) + r) * v.size()), weights, parts[r]);
              });
            };
            integer j = 0;
            for (; j + W <= length(v); j += W) add(j, extent<W>());
            if (j < length(v)) add(j, extent<>(length(v) - j));
            store_block(block_sums(parts), fixed_span<T, W>(y.data() + first, static_cast<std::size_t>(W)),
                        0);
          });
      return;
    }
  }
  for (std::size_t r = 0; r < y.size(); ++r) y[r] = dot(std::span<const T, N>(x + r * v.size(), v.size()), v);
}

/// Whether a matrix is small enough to be transposed for many rows, and in blocks then.
template <integer W, integer In, integer Out>
inline constexpr bool worth_transposing = W > 1 && In >= W&& Out >= W&& In <= 4 * W&& Out <= 4 * W;

/// Σ_j dy_j k_j for columns k_j of `stride` numbers, as many entries as a B has, with the bits of dot().
template <class B, class T>
[[gnu::always_inline]] inline B weighted_columns(const T* dy, std::size_t count, const T* k,
                                                 std::size_t stride) {
  const auto partial = [=](integer i) __attribute__((always_inline)) {
    B part = B::fill(T(0));
    for (std::size_t j = static_cast<std::size_t>(i); j < count; j += partial_sums) {
      B column;
      column.load(k + j * stride);
      part = fused(B::fill(dy[j]), column, part);
    }
    return part;
  };
  return fold(partial, [](const B& x, const B& y) { return x + y; });
}

/// dx = dy Kᵀ by a transposed K, so that sums are of blocks and nothing is folded across one; the bits are those of dot().
template <integer W, integer In, integer Out, class T>
void multiply_transposed_copy(const T* dy, const T* k, std::span<T> dx) {
  constexpr bool in_one = has_two_blocks<T> && In > W && In <= 2 * W;  // all columns in one register
  constexpr auto n = static_cast<std::size_t>(In), m = static_cast<std::size_t>(Out);
  constexpr std::size_t stride = in_one ? 2 * W : n;
  std::array<T, stride * m> columns{};
  for (std::size_t j = 0; j < m; ++j)
    for (std::size_t i = 0; i < n; ++i) columns[j * stride + i] = k[i * m + j];
  for (T* row = dx.data(); row != dx.data() + dx.size(); row += n, dy += m)
    if constexpr (in_one) {
      const auto all = weighted_columns<two_blocks<block<T, W>>>(dy, m, columns.data(), stride);
      all.low().store(row);
      all.high().store(row + W, In - W);
    } else {
      cover<W>(
          In, [ =, ks = columns.data() ](integer first) __attribute__((always_inline)) {
            store_block(weighted_columns<block<T, W>>(dy, m, ks + first, stride), std::span<T, n>(row, n),
                        first);
          });
    }
}

}  // namespace detail

template <class T>
constexpr void dots(std::span<const T> v, const T* x, std::span<T> y) {
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) { detail::dots<W>(v, x, y); });
}

template <class T, integer In, integer Out>
constexpr void multiply_rows(std::span<const T> x, extent<In> in, std::span<const T> k, extent<Out> out,
                             std::span<const T> bias, std::span<T> y) {
  const std::size_t n = static_cast<std::size_t>(integer(in)), m = static_cast<std::size_t>(integer(out));
  with_width<T>([=]<integer W>(std::integral_constant<integer, W>) {
    if (m == 1) {
      detail::dots<W>(fixed_span<const T, In>(k.data(), n), x.data(), y);
      if (!bias.empty())
        for (T& entry : y) entry = entry + bias[0];
      return;
    }
    const T *xs = x.data(), *ks = k.data();
    T* ys = y.data();
    detail::in_groups<W>(
        y.size() / m, out, [=](std::size_t first, auto rows) __attribute__((always_inline)) {
          detail::cover_by_tiles<T, W, rows()>(
              out, [=](auto tile) __attribute__((always_inline)) {
                tile.begin([&](std::size_t, std::size_t b) __attribute__((always_inline)) {
                  return bias.empty() ? fill_block<W>(T(0)) : tile.load(bias.data(), b);
                });
                tile.add_products(xs + first * n, n, 1, ks, n);
                tile.store(ys + first * m);
              });
        });
  });
}

template <class T, integer In, integer Out>
constexpr void multiply_transposed(std::span<const T> dy, extent<Out> out, std::span<const T> k,
                                   extent<In> in, std::span<T> dx) {
  const std::size_t n = static_cast<std::size_t>(integer(in)), m = static_cast<std::size_t>(integer(out));
  with_width<T>([=]<integer W>(std::integral_constant<integer, W>) {
    const T *slopes = dy.data(), *ks = k.data();
    if (m == 1) {
      for (std::size_t r = 0; r * n < dx.size(); ++r)
        cover<W>(
            in, [=](integer i) __attribute__((always_inline)) {
              store_block(fill_block<W>(slopes[r]) * load_block<W>(fixed_span<const T, In>(ks, n), i),
                          fixed_span<T, In>(dx.data() + r * n, n), i);
            });
    } else if (n == 1) {
      detail::dots<W>(fixed_span<const T, Out>(ks, m), slopes, dx);
    } else {
      if constexpr (detail::worth_transposing<W, In, Out>)
        if (dx.size() / n >= partial_sums)
          return detail::multiply_transposed_copy<W, In, Out>(slopes, ks, dx);
      for (std::size_t r = 0; r * n < dx.size(); ++r)
        detail::dots<W>(fixed_span<const T, Out>(slopes + r * m, m), ks, dx.subspan(r * n, n));
    }
  });
}

template <class T, integer In, integer Out>
constexpr void add_outer_products(std::span<const T> x, extent<In> in, std::span<const T> dy, extent<Out> out,
                                  std::span<T> dk) {
  const std::size_t n = static_cast<std::size_t>(integer(in)), m = static_cast<std::size_t>(integer(out));
  if (m == 1 && n > 1) {
    add_outer_products(dy, extent<1>{}, x.first(dy.size() * n), in, dk);
    return;
  }
  with_width<T>([=]<integer W>(std::integral_constant<integer, W>) {
    // The last block may overlap one that is stored earlier.
    const integer last = out < W ? 0 : out - W;
    const bool overlaps = out % W != 0 && out > detail::side_by_side<T, W> * W;
    constexpr auto all = static_cast<std::size_t>(W);
    const std::size_t rows = dy.size() / m;
    const T *xs = x.data(), *slopes = dy.data();
    T* ks = dk.data();
    detail::in_groups<W>(
        n, out, [=](std::size_t first, auto group) __attribute__((always_inline)) {
          block<T, W> before[group()]{};
          if (overlaps)
            unrolled<group()>([&](auto i) __attribute__((always_inline)) {
              before[i] = load_block<W>(std::span<T, all>(ks + (first + i) * m + last, all), 0);
            });
          detail::cover_by_tiles<T, W, group()>(
              out, [&](auto tile) __attribute__((always_inline)) {
                tile.begin([&](std::size_t i, std::size_t b) __attribute__((always_inline)) {
                  return overlaps && tile.starts[b] == last ? before[i] : tile.load(ks + (first + i) * m, b);
                });
                tile.add_products(xs + first, 1, n, slopes, rows);
                tile.store(ks + first * m);
              });
        });
  });
}

template <class T, integer Out>
constexpr void add_rows(std::span<const T> dy, extent<Out> out, std::span<T> sum) {
  const std::size_t m = static_cast<std::size_t>(integer(out));
  for (std::size_t r = 0; r * m < dy.size(); ++r)
    for (std::size_t j = 0; j < m; ++j) sum[j] = sum[j] + dy[r * m + j];
}

}  // namespace lssm::kernel
