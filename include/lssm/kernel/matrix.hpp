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
#pragma once

#include "blocks.hpp"

namespace lssm::kernel {

template <class T, integer In, integer Out>
constexpr void multiply_rows(std::span<const T> x, extent<In> in, std::span<const T> k, extent<Out> out,
                             std::span<const T> bias, std::span<T> y) {
  const std::size_t n = static_cast<std::size_t>(integer(in)), m = static_cast<std::size_t>(integer(out));
  if (m == 1) {
    for (std::size_t r = 0; r < y.size(); ++r) {
      const T product =
          dot(fixed_span<const T, In>(x.data() + r * n, n), fixed_span<const T, In>(k.data(), n));
      y[r] = bias.empty() ? product : product + bias[0];
    }
    return;
  }
  for (std::size_t r = 0; r * m < y.size(); ++r) {
    const T* row = x.data() + r * n;
    const fixed_span<T, Out> to(y.data() + r * m, m);
    with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
      cover<W>(out, [&](integer j) {
        block<T, W> sum = bias.empty() ? fill_block<W>(T(0)) : load_block<W>(bias, j);
        for (std::size_t i = 0; i < n; ++i)
          sum = fused(fill_block<W>(row[i]), load_block<W>(fixed_span<const T, Out>(k.data() + i * m, m), j),
                      sum);
        store_block(sum, to, j);
      });
    });
  }
}

template <class T, integer In, integer Out>
constexpr void multiply_transposed(std::span<const T> dy, extent<Out> out, std::span<const T> k,
                                   extent<In> in, std::span<T> dx) {
  const std::size_t n = static_cast<std::size_t>(integer(in)), m = static_cast<std::size_t>(integer(out));
  if (m == 1) {
    for (std::size_t r = 0; r * n < dx.size(); ++r)
      for (std::size_t i = 0; i < n; ++i) dx[r * n + i] = dy[r] * k[i];
    return;
  }
  for (std::size_t r = 0; r * n < dx.size(); ++r)
    for (std::size_t i = 0; i < n; ++i)
      dx[r * n + i] =
          dot(fixed_span<const T, Out>(dy.data() + r * m, m), fixed_span<const T, Out>(k.data() + i * m, m));
}

template <class T, integer In, integer Out>
constexpr void add_outer_products(std::span<const T> x, extent<In> in, std::span<const T> dy, extent<Out> out,
                                  std::span<T> dk) {
  const std::size_t n = static_cast<std::size_t>(integer(in)), m = static_cast<std::size_t>(integer(out));
  if (m == 1) {
    for (std::size_t r = 0; r < dy.size(); ++r)
      add_scaled(dy[r], fixed_span<const T, In>(x.data() + r * n, n), fixed_span<T, In>(dk.data(), n));
    return;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const fixed_span<T, Out> to(dk.data() + i * m, m);
    with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
      const integer last = out < W ? 0 : out - W;
      const block<T, W> before =
          load_block<W>(to, last);  // of the last block, which may overlap the one before
      cover<W>(out, [&](integer j) {
        block<T, W> sum = j == last ? before : load_block<W>(to, j);
        for (std::size_t r = 0; r * m < dy.size(); ++r)
          sum = fused(fill_block<W>(x[r * n + i]),
                      load_block<W>(fixed_span<const T, Out>(dy.data() + r * m, m), j), sum);
        store_block(sum, to, j);
      });
    });
  }
}

template <class T, integer Out>
constexpr void add_rows(std::span<const T> dy, extent<Out> out, std::span<T> sum) {
  const std::size_t m = static_cast<std::size_t>(integer(out));
  for (std::size_t r = 0; r * m < dy.size(); ++r)
    for (std::size_t j = 0; j < m; ++j) sum[j] = sum[j] + dy[r * m + j];
}

}  // namespace lssm::kernel
