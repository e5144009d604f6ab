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

/// f(first, G) for groups of G = 5 and 1 that make up `count`: with two registers for each of five rows, sums and their
/// factors all stay in registers. Rows of fewer than W entries, n, go one by one.
template <integer W, class F>
[[gnu::always_inline]] constexpr void in_groups(std::size_t count, integer n, const F& f) {
  constexpr std::size_t five = 5;
  const std::size_t groups = n < W ? 0 : count / five;
  for (std::size_t i = 0; i < groups; ++i) f(i * five, std::integral_constant<std::size_t, five>{});
  for (std::size_t i = groups * five; i < count; ++i) f(i, std::integral_constant<std::size_t, 1>{});
}

/// Blocks that go side by side, in two registers.
template <class T, integer W>
inline constexpr integer side_by_side = W == 1 || sizeof(block<T, W>) > register_bytes ? 1 : 2;

/// f(starts, C, whole) for C blocks side by side, which cover N = n entries of each of G rows as cover() does. Not whole is
/// only the one block of fewer than W entries: to ask at each load and store would be most of the code.
template <class T, integer W, std::size_t G, integer N, class F>
[[gnu::always_inline]] constexpr void cover_side_by_side(extent<N> n, const F& f) {
  using one = std::integral_constant<std::size_t, 1>;
  using two = std::integral_constant<std::size_t, 2>;
  if constexpr (G == 1 && (N == dynamic || N < W)) {
    if (n < W) {
      f(std::array<integer, 1>{0}, one{}, std::false_type{});
      return;
    }
  }
  if constexpr (N == dynamic || N >= W) {
    const integer last = n - W;
    integer j = 0;
    if constexpr (side_by_side<T, W> == 2)
      for (; j + W < n; j += 2 * W)
        f(std::array<integer, 2>{j, std::min(j + W, last)}, two{}, std::true_type{});
    for (; j < n; j += W) f(std::array<integer, 1>{std::min(j, last)}, one{}, std::true_type{});
  }
}

/// The W entries from j on of a row of N, or, if it is not `whole`, all of its fewer than W.
template <integer W, class T, integer N, bool Whole>
[[gnu::always_inline]] constexpr auto entries(T* row, extent<N> n, integer j, std::bool_constant<Whole>) {
  if constexpr (Whole) {
    return std::span<T, static_cast<std::size_t>(W)>(row + j, static_cast<std::size_t>(W));
  } else {
    return fixed_span<T, N>(row, static_cast<std::size_t>(integer(n)));
  }
}

/// y_r = x_r · v for as many vectors x_r, one after the other, as y has entries; the bits are those of dot().
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

}  // namespace detail

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
          detail::cover_side_by_side<T, W, rows()>(
              out, [=](auto starts, auto blocks, auto whole) __attribute__((always_inline)) {
                const auto at = [=](auto* row, std::size_t b) __attribute__((always_inline)) {
                  return detail::entries<W>(row, out, starts[b], whole);
                };
                block<T, W> sum[rows()][blocks()], weights[blocks()];
                unrolled<blocks()>([&](auto b) __attribute__((always_inline)) {
                  const auto from = bias.empty() ? fill_block<W>(T(0)) : load_block<W>(at(bias.data(), b), 0);
                  unrolled<rows()>([&](auto r) __attribute__((always_inline)) { sum[r][b] = from; });
                });
                for (std::size_t i = 0; i < n; ++i) {
                  unrolled<blocks()>([&](auto b) __attribute__((always_inline)) {
                    weights[b] = load_block<W>(at(ks + i * m, b), 0);
                  });
                  unrolled<rows()>([&](auto r) __attribute__((always_inline)) {
                    const auto entry = fill_block<W>(xs[(first + r) * n + i]);
                    unrolled<blocks()>([&](auto b) __attribute__((always_inline)) {
                      sum[r][b] = fused(entry, weights[b], sum[r][b]);
                    });
                  });
                }
                unrolled<rows()>([&](auto r) __attribute__((always_inline)) {
                  unrolled<blocks()>([&](auto b) __attribute__((always_inline)) {
                    store_block(sum[r][b], at(ys + (first + r) * m, b), 0);
                  });
                });
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
    } else {
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
    // The last block may overlap one that is stored before.
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
          detail::cover_side_by_side<T, W, group()>(
              out, [&](auto starts, auto blocks, auto whole) __attribute__((always_inline)) {
                const auto at = [=](auto* row, std::size_t b) __attribute__((always_inline)) {
                  return detail::entries<W>(row, out, starts[b], whole);
                };
                block<T, W> sum[group()][blocks()], slope[blocks()];
                unrolled<group()>([&](auto i) __attribute__((always_inline)) {
                  unrolled<blocks()>([&](auto b) __attribute__((always_inline)) {
                    sum[i][b] = overlaps && starts[b] == last ? before[i]
                                                              : load_block<W>(at(ks + (first + i) * m, b), 0);
                  });
                });
                for (std::size_t r = 0; r < rows; ++r) {
                  unrolled<blocks()>([&](auto b) __attribute__((always_inline)) {
                    slope[b] = load_block<W>(at(slopes + r * m, b), 0);
                  });
                  unrolled<group()>([&](auto i) __attribute__((always_inline)) {
                    const auto entry = fill_block<W>(xs[r * n + first + i]);
                    unrolled<blocks()>([&](auto b) __attribute__((always_inline)) {
                      sum[i][b] = fused(entry, slope[b], sum[i][b]);
                    });
                  });
                }
                unrolled<group()>([&](auto i) __attribute__((always_inline)) {
                  unrolled<blocks()>([&](auto b) __attribute__((always_inline)) {
                    store_block(sum[i][b], at(ks + (first + i) * m, b), 0);
                  });
                });
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
