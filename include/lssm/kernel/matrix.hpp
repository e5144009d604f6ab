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

#include <array>

#include "blocks.hpp"

namespace lssm::kernel {

namespace detail {

/// f(first, G) for groups of G = 8, 4, 2 and 1 that make up `count`: as many sums at a time wait for nothing.
template <class F>
constexpr void in_groups(std::size_t count, const F& f) {
  const auto take = [&](std::size_t first, auto group) {
    for (; first + group <= count; first += group) f(first, group);
    return first;
  };
  std::size_t first = take(0, std::integral_constant<std::size_t, 8>{});
  first = take(first, std::integral_constant<std::size_t, 4>{});
  first = take(first, std::integral_constant<std::size_t, 2>{});
  take(first, std::integral_constant<std::size_t, 1>{});
}

}  // namespace detail

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
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    detail::in_groups(y.size() / m, [&](std::size_t first, auto group) {
      cover<W>(out, [&](integer j) {
        std::array<block<T, W>, group()> sum;
        unrolled<group()>([&](auto r) __attribute__((always_inline)) {
          sum[r] = bias.empty() ? fill_block<W>(T(0)) : load_block<W>(bias, j);
        });
        for (std::size_t i = 0; i < n; ++i) {
          const auto weights = load_block<W>(fixed_span<const T, Out>(k.data() + i * m, m), j);
          unrolled<group()>([&](auto r) __attribute__((always_inline)) {
            sum[r] = fused(fill_block<W>(x[(first + r) * n + i]), weights, sum[r]);
          });
        }
        unrolled<group()>([&](auto r) __attribute__((always_inline)) {
          store_block(sum[r], fixed_span<T, Out>(y.data() + (first + r) * m, m), j);
        });
      });
    });
  });
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
  if (m == 1 && n > 1) {
    add_outer_products(dy, extent<1>{}, x.first(dy.size() * n), in, dk);
    return;
  }
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const integer last = out < W ? 0 : out - W;  // the last block may overlap the one before
    const auto row = [&](std::size_t i) { return fixed_span<T, Out>(dk.data() + i * m, m); };
    detail::in_groups(n, [&](std::size_t first, auto group) {
      std::array<block<T, W>, group()> before;
      unrolled<group()>([&](auto i) __attribute__((always_inline)) {
        before[i] = load_block<W>(row(first + i), last);
      });
      cover<W>(out, [&](integer j) {
        std::array<block<T, W>, group()> sum;
        unrolled<group()>([&](auto i) __attribute__((always_inline)) {
          sum[i] = j == last ? before[i] : load_block<W>(row(first + i), j);
        });
        for (std::size_t r = 0; r * m < dy.size(); ++r) {
          const auto slopes = load_block<W>(fixed_span<const T, Out>(dy.data() + r * m, m), j);
          unrolled<group()>([&](auto i) __attribute__((always_inline)) {
            sum[i] = fused(fill_block<W>(x[r * n + first + i]), slopes, sum[i]);
          });
        }
        unrolled<group()>([&](auto i)
                              __attribute__((always_inline)) { store_block(sum[i], row(first + i), j); });
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
