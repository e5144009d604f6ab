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

#include "tiles.hpp"

namespace lssm::kernel {

namespace detail {

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
template <class T, integer W, integer In, integer Out>
inline constexpr bool worth_transposing = W > 1 && In >= W&& Out >= W&& In <= 4 * W&& Out <=
                                                       (in_pairs<T, W, In> ? 8 : 4) * W;

/// Rows x Columns registers B of sums.
template <class B, std::size_t Rows, std::size_t Columns>
struct sums_of_rows {
  B of[Rows][Columns];
  [[gnu::always_inline]] friend sums_of_rows operator+(sums_of_rows x, const sums_of_rows& y) {
    unrolled<Rows * Columns>([&](auto i) __attribute__((always_inline)) {
      B& sum = x.of[i / Columns][i % Columns];
      sum = sum + y.of[i / Columns][i % Columns];
    });
    return x;
  }
};

/// Σ_j dy_rj k_j for `Rows` rows dy_r of `count` numbers and columns k_j of `stride` numbers, as many of these as the
/// registers have, with the bits of dot().
template <class B, std::size_t Rows, std::size_t Columns, class T>
[[gnu::always_inline]] inline auto weighted_columns(const T* dy, std::size_t count, const T* k,
                                                    std::size_t stride) {
  constexpr std::size_t lanes = sizeof(B) / sizeof(T);
  const auto partial = [=](integer i) __attribute__((always_inline)) {
    sums_of_rows<B, Rows, Columns> part;
    unrolled<Rows>([&](auto r) __attribute__((always_inline)) {
      unrolled<Columns>([&](auto c) __attribute__((always_inline)) { part.of[r][c] = B::fill(T(0)); });
    });
    for (std::size_t j = static_cast<std::size_t>(i); j < count; j += partial_sums) {
      B column[Columns];
      unrolled<Columns>([&](auto c)
                            __attribute__((always_inline)) { column[c].load(k + j * stride + c * lanes); });
      unrolled<Rows>([&](auto r) __attribute__((always_inline)) {
        const B weight = B::fill(dy[r * count + j]);
        unrolled<Columns>([&](auto c) __attribute__((always_inline)) {
          part.of[r][c] = fused(column[c], weight, part.of[r][c]);  // as in dot(), which duals can tell
        });
      });
    }
    return part;
  };
  return fold(
      partial, [](const auto& x, const auto& y) __attribute__((always_inline)) { return x + y; });
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
  T *row = dx.data(), *const end = row + dx.size();
  if constexpr (in_pairs<T, W, In>) {
    using pair = two_blocks<block<T, W>>;
    constexpr std::size_t rows = 4, abreast = static_cast<std::size_t>(pairs_abreast<T>);
    for (; row + rows * n <= end; row += rows * n, dy += rows * m)
      cover<2 * W * pairs_abreast<T>>(
          In, [ =, ks = columns.data() ](integer first) __attribute__((always_inline)) {
            const auto all = weighted_columns<pair, rows, abreast>(dy, m, ks + first, stride);
            unrolled<rows * abreast>([&](auto i) __attribute__((always_inline)) {
              all.of[i / abreast][i % abreast].store(row + i / abreast * n + first + i % abreast * 2 * W);
            });
          });
  }
  for (; row != end; row += n, dy += m)
    if constexpr (in_one) {
      const auto all =
          weighted_columns<two_blocks<block<T, W>>, 1, 1>(dy, m, columns.data(), stride).of[0][0];
      all.low().store(row);
      all.high().store(row + W, In - W);
    } else {
      cover<W>(
          In, [ =, ks = columns.data() ](integer first) __attribute__((always_inline)) {
            store_block(weighted_columns<block<T, W>, 1, 1>(dy, m, ks + first, stride).of[0][0],
                        std::span<T, n>(row, n), first);
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
    detail::in_groups<T, W>(
        y.size() / m, out, [=](std::size_t first, auto rows) __attribute__((always_inline)) {
          detail::cover_by_tiles<T, W, rows()>(
              out, [=](auto tile) __attribute__((always_inline)) {
                tile.begin([&](std::size_t, std::size_t b) __attribute__((always_inline)) {
                  return bias.empty() ? tile.fill(T(0)) : tile.load(bias.data(), b);
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
      if constexpr (detail::worth_transposing<T, W, In, Out>)
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
    detail::in_groups<T, W>(
        n, out, [=](std::size_t first, auto group) __attribute__((always_inline)) {
          block<T, W> before[group()]{};
          if (overlaps)
            unrolled<group()>([&](auto i) __attribute__((always_inline)) {
              before[i] = load_block<W>(std::span<T, all>(ks + (first + i) * m + last, all), 0);
            });
          detail::cover_by_tiles<T, W, group()>(
              out, [&](auto tile) __attribute__((always_inline)) {
                tile.begin([&](std::size_t i, std::size_t b) __attribute__((always_inline)) {
                  if constexpr (std::is_same_v<decltype(tile.fill(T(0))), block<T, W>>)
                    if (overlaps && tile.starts[b] == last) return before[i];
                  return tile.load(ks + (first + i) * m, b);
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
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const fixed_span<T, Out> to(sum.data(), m);
    for (integer j = 0; j < length(to); j += W) {
      auto total = load_block<W>(to, j);
      for (std::size_t r = 0; r < dy.size(); r += m)
        total = total + load_block<W>(fixed_span<const T, Out>(dy.data() + r, m), j);
      store_block(total, to, j);
    }
  });
}

}  // namespace lssm::kernel
