// SPDX-License-Identifier: BSD-3-Clause
// The squared norm of the gradient with respect to all d x d entries of a state matrix, at a diagonal one.
//
//   dL/dA_ij = c_i b_j S_ij,  S_ij = Σ_k g_k Σ_{s+t=k-1} a_i^s a_j^t
//
//   a, b, c   modes, their input and output weights (d)        g   cotangent of h: dL/dh (kappa)
//
// Row i of S is one polynomial at all modes: Σ_k g_k a^k divided by (· - a_i), with the coefficients that
// Horner's rule leaves on its way, q_m = g_{m+1} + a_i q_{m+1}. S is symmetric, so that a block of columns
// needs the rows from its own on. Cost: kappa d^2.
//
// With many more modes than powers the cost is kappa² d: with the Hankel matrix H_mn = g_{m+n+1}, and R_c, R_b
// the triangles of orthogonal bases of the columns c_j a_j^m and b_j a_j^m (triangular_factor.hpp), the gradient
// has the norm of R_c H R_bᵀ.
//
// No difference of modes is formed, and a sum of squares keeps its digits where the terms of S cancel.
// Moments of the modes would give the same number in kappa d + kappa^3, but as a sum whose own terms
// cancel: a norm below the square root of epsilon, relative to its terms, would be all rounding.
#pragma once

#include <algorithm>
#include <array>

#include "triangular_factor.hpp"

namespace lssm::kernel {

namespace detail {
/// Number of modes from which triangles cost less than pairs of modes.
constexpr bool many_modes(integer d, integer kappa) { return d >= 8 * kappa; }
}  // namespace detail

/// Entries of `work` below; dynamic as soon as one of the sizes is.
template <class T>
constexpr integer full_gradient_work(integer d, integer kappa) {
  if (d == dynamic || kappa == dynamic) return dynamic;
  if (kappa < 2) return 0;
  const integer powers = kappa - 1;
  return detail::many_modes(d, kappa) ? powers * (padded<T>(d) + 3 * powers) : (kappa + 1) * padded<T>(d);
}

namespace detail {
/// The squared norm by triangles of orthogonal bases.
template <class T, std::size_t D, std::size_t K>
constexpr T full_gradient_norm2_of_many(std::span<const T, D> a, std::span<const T, D> b,
                                        std::span<const T, D> c, std::span<const T, K> g, std::span<T> work) {
  const std::size_t n = g.size() - 1, square = n * n;
  const std::span<T> basis = work.subspan(3 * square);
  const auto triangle_of = [&](std::span<const T, D> w, std::size_t i) {
    const std::span<T> r = work.subspan(i * square, square);
    weighted_powers(a, w, basis, static_cast<integer>(n));
    triangular_factor(basis, static_cast<integer>(n), r);
    return r;
  };
  const std::span<T> r_b = triangle_of(b, 0), r_c = triangle_of(c, 1), x = work.subspan(2 * square, square);
  for (std::size_t m = 0; m < n; ++m)
    for (std::size_t j = 0; j < n; ++j) {
      T sum(0);
      for (std::size_t k = j; m + k < n; ++k) sum = mul_add(g[m + k + 1], r_b[j * n + k], sum);
      x[m * n + j] = sum;
    }
  T total(0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      T sum(0);
      for (std::size_t m = i; m < n; ++m) sum = mul_add(r_c[i * n + m], x[m * n + j], sum);
      total = mul_add(sum, sum, total);
    }
  return total;
}

/// (Σ_m q[m * stride] x^m)², m <= top
template <integer W, class T>
[[gnu::always_inline]] constexpr block<T, W> squares_of_row(const T* q, integer stride, integer top,
                                                            const block<T, W>& x) {
  block<T, W> s = fill_block<W>(q[top * stride]);
  for (integer m = top; m-- > 0;) s = fused(s, x, fill_block<W>(q[m * stride]));
  return s * s;
}

/// The contribution of N columns from column j on, for single numbers, of which lanes are one. The columns go side by
/// side: they share loads and do not wait for each other. Loops over rows stay loops: unrolled, they are slower by a fifth.
/// `top` may be a std::integral_constant. Precondition: the columns belong to one block of partial_sums.
template <std::size_t N, class T, std::size_t D>
[[gnu::always_inline]] constexpr std::array<T, N> squares_of_columns(std::span<const T, D> a,
                                                                     std::span<const T, D> b,
                                                                     std::span<const T, D> c, const T* q,
                                                                     integer stride, auto top, integer j) {
  const integer d = length(a), own = j / partial_sums * partial_sums, next = std::min(own + partial_sums, d);
  const T *const b_square = q + (top + 1) * stride, *const c_square = q + (top + 2) * stride;
  const std::size_t first = static_cast<std::size_t>(j);
  // Entry by entry with known indices, or lanes would be copied by halves through memory.
  T x[N], by_b[N], by_c[N];
  unrolled<N>([&](auto n) __attribute__((always_inline)) {
    x[n] = a[first + n];
    by_b[n] = by_c[n] = T(0);
  });
  const auto square = [&](integer i, T(&s)[N]) __attribute__((always_inline)) {
    const T leading = q[top * stride + i];
    unrolled<N>([&](auto n) __attribute__((always_inline)) { s[n] = leading; });
    const auto go_on = [&](integer m) __attribute__((always_inline)) {
      const T coefficient = q[m * stride + i];  // one load for all columns
      unrolled<N>([&](auto n) __attribute__((always_inline)) { s[n] = mul_add(s[n], x[n], coefficient); });
    };
    if constexpr (requires { decltype(top)::value; }) {
      unrolled<static_cast<std::size_t>(decltype(top)::value)>([&](auto step) __attribute__((always_inline)) {
        go_on(top - 1 - static_cast<integer>(step));
      });
    } else {
      for (integer m = top; m-- > 0;) go_on(m);
    }
    unrolled<N>([&](auto n) __attribute__((always_inline)) { s[n] = s[n] * s[n]; });
  };
#pragma GCC unroll 1
  for (integer i = own; i < next; ++i) {
    T s[N];
    square(i, s);
    const T for_b = c_square[i];
    unrolled<N>([&](auto n) __attribute__((always_inline)) { by_b[n] = mul_add(for_b, s[n], by_b[n]); });
  }
#pragma GCC unroll 1
  for (integer i = next; i < d; ++i) {  // S_ij and S_ji
    T s[N];
    square(i, s);
    const T for_b = c_square[i], for_c = b_square[i];
    unrolled<N>([&](auto n) __attribute__((always_inline)) {
      by_b[n] = mul_add(for_b, s[n], by_b[n]);
      by_c[n] = mul_add(for_c, s[n], by_c[n]);
    });
  }
  std::array<T, N> sums;
  unrolled<N>([&](auto n) __attribute__((always_inline)) {
    const T y = b[first + n], z = c[first + n];
    sums[n] = mul_add(z * z, by_c[n], y * y * by_b[n]);
  });
  return sums;
}

/// Σ_ij (dL/dA_ij)² for single numbers: rows 0 to `top` of q hold what Horner's rule leaves at the modes, the next two the
/// squares of b and c, each row of `stride` numbers.
template <class T, std::size_t D>
[[gnu::always_inline]] constexpr T squares_of_all(std::span<const T, D> a, std::span<const T, D> b,
                                                  std::span<const T, D> c, const T* q, integer stride,
                                                  auto top) {
  const integer d = length(a);
  std::array<T, static_cast<std::size_t>(partial_sums)> part;
  for (integer i = d; i < partial_sums; ++i) part[static_cast<std::size_t>(i)] = T(0);
  const auto add = [&]<std::size_t N>(integer j, std::integral_constant<std::size_t, N>) {
    const auto of_columns = squares_of_columns<N>(a, b, c, q, stride, top, j);
    unrolled<N>([&](auto n) __attribute__((always_inline)) {
      const std::size_t column = static_cast<std::size_t>(j) + n;
      T& own = part[column % part.size()];
      own = column < part.size() ? of_columns[n] : own + of_columns[n];
    });
  };
  integer j = 0;
#pragma GCC unroll 1
  for (; j + 4 <= d; j += 4) add(j, std::integral_constant<std::size_t, 4>{});
  for (; j + 2 <= d; j += 2) add(j, std::integral_constant<std::size_t, 2>{});
  if (j < d) add(j, std::integral_constant<std::size_t, 1>{});
  return fold([&](integer i) { return part[static_cast<std::size_t>(i)]; },
              [](const T& x, const T& y) { return x + y; });
}
}  // namespace detail

/// Σ_ij (dL/dA_ij)²; the old content of `work` does not matter.
/// Preconditions: a, b, c of one length, g of at least one entry, work of full_gradient_work<T>(d, kappa).
template <class T, std::size_t D, std::size_t K>
constexpr T full_gradient_norm2(std::span<const T, D> a, std::span<const T, D> b, std::span<const T, D> c,
                                std::span<const T, K> g, std::span<T> work) {
  const integer d = length(a), stride = padded<T>(d), top = length(g) - 2;  // the degree of S
  if (top < 0) return T(0);
  if (detail::many_modes(d, length(g))) return detail::full_gradient_norm2_of_many(a, b, c, g, work);
  const auto coefficient = [&](integer m) { return g[static_cast<std::size_t>(m + 1)]; };
  const integer b_squares = top + 1, c_squares = top + 2;  // their rows, after those of q
  T* const q = work.data();
  T sum(0);
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const auto keep = [&](const block<T, W>& v, integer m, integer i) {
      store_block(v, work.subspan(static_cast<std::size_t>(m * stride + i)).template first<std::size_t{W}>(),
                  0);
    };
#pragma GCC unroll 1
    for (integer i = 0; i < d; i += W) {
      const block<T, W> x = load_block<W>(a, i), y = load_block<W>(b, i), z = load_block<W>(c, i);
      block<T, W> p = fill_block<W>(coefficient(top));
      keep(p, top, i);
      for (integer m = top; m-- > 0;) {
        p = fused(p, x, fill_block<W>(coefficient(m)));
        keep(p, m, i);
      }
      keep(y * y, b_squares, i);
      keep(z * z, c_squares, i);
    }
    if constexpr (W == 1) {
      sum = detail::squares_of_all(a, b, c, work.data(), stride, top);
    } else {
      block<T, W> part = fill_block<W>(T(0));
      for (integer j = 0; j < d; j += W) {
        const block<T, W> x = load_block<W>(a, j), y = load_block<W>(b, j), z = load_block<W>(c, j);
        block<T, W> times_b = fill_block<W>(T(0)), times_c = times_b;
        const integer next = std::min(j + W, d);
        for (integer i = j; i < next; ++i)
          times_b = fused(fill_block<W>(q[c_squares * stride + i]),
                          detail::squares_of_row<W>(q + i, stride, top, x), times_b);
        for (integer i = next; i < d; ++i) {  // S_ij and S_ji
          const block<T, W> s = detail::squares_of_row<W>(q + i, stride, top, x);
          times_b = fused(fill_block<W>(q[c_squares * stride + i]), s, times_b);
          times_c = fused(fill_block<W>(q[b_squares * stride + i]), s, times_c);
        }
        // Beyond the last mode S may overflow where no entry of the gradient does.
        part = part + first_entries(fused(z * z, times_c, y * y * times_b), d - j);
      }
      sum = block_sum(part);
    }
  });
  return sum;
}

}  // namespace lssm::kernel
