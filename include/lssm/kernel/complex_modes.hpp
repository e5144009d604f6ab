// SPDX-License-Identifier: BSD-3-Clause
// Complex modes with real and imaginary parts in arrays of their own: powers, polynomials, and the pass through time.
//
//   complex_block<T, W>                    W complex numbers; times(x, y), fused(x, y, z) = x y + z, conjugate(x)
//   complex_moments(re, im, weight, m, s)  m[k s] = Re Σ_j w_j a_j^k
//   complex_slope(g, s, x)                 P(x) and P'(x) of the real coefficients g[k s], by Horner's rule
//   complex_scan_forward, _backward        the recurrence of a batch of sequences and its adjoint
//
// Every complex product is written out and fused by name: where a compiler is free to fuse the products of a complex number
// it does so differently for single numbers and for lanes.
#pragma once

#include <array>
#include <utility>

#include "power_moments.hpp"

namespace lssm::kernel {

template <class T, integer W>
struct complex_block {
  block<T, W> re, im;
};
template <class T, integer W>
[[gnu::always_inline]] constexpr complex_block<T, W> conjugate(const complex_block<T, W>& x) {
  return {x.re, fill_block<W>(T(0)) - x.im};
}
template <class T, integer W>
[[gnu::always_inline]] constexpr complex_block<T, W> times(const complex_block<T, W>& x,
                                                           const complex_block<T, W>& y) {
  return {fused(x.re, y.re, x.im * conjugate(y).im), fused(x.re, y.im, x.im * y.re)};
}
/// x y + z
template <class T, integer W>
[[gnu::always_inline]] constexpr complex_block<T, W> fused(const complex_block<T, W>& x,
                                                           const complex_block<T, W>& y,
                                                           const complex_block<T, W>& z) {
  return {fused(x.re, y.re, fused(x.im, conjugate(y).im, z.re)), fused(x.re, y.im, fused(x.im, y.re, z.im))};
}
template <integer W, class U, std::size_t N>
[[gnu::always_inline]] constexpr auto load_complex(std::span<U, N> re, std::span<U, N> im, integer j) {
  return complex_block<std::remove_const_t<U>, W>{load_block<W>(re, j), load_block<W>(im, j)};
}
template <class T, integer W, std::size_t N>
[[gnu::always_inline]] constexpr void store_complex(const complex_block<T, W>& x, std::span<T, N> re,
                                                    std::span<T, N> im, integer j) {
  store_block(x.re, re, j);
  store_block(x.im, im, j);
}
/// x^n for n >= 1.
template <class T, integer W>
constexpr complex_block<T, W> power(complex_block<T, W> x, std::size_t n) {
  complex_block<T, W> r{fill_block<W>(T(1)), fill_block<W>(T(0))};
  for (;; x = times(x, x), n >>= 1) {
    if (n & 1) r = times(r, x);
    if (n <= 1) return r;
  }
}

namespace detail {
/// sums[k] ← sums[k] + Re w x^{first + k} for k < here; even and odd powers go in two chains.
template <class T, integer W, std::size_t Group>
[[gnu::always_inline]] constexpr void add_powers(complex_block<T, W> w, const complex_block<T, W>& x,
                                                 std::size_t first, std::size_t here,
                                                 std::array<block<T, W>, Group>& sums) {
  if (first > 0) w = times(w, power(x, first));
  const complex_block<T, W> square = times(x, x);
  complex_block<T, W> odd = times(w, x);
  for (std::size_t k = 0; k < here; k += 2) {
    sums[k] = sums[k] + w.re;
    w = times(w, square);
    if (k + 1 == here) break;
    sums[k + 1] = sums[k + 1] + odd.re;
    odd = times(odd, square);
  }
}
}  // namespace detail

/// m[k stride] = Re Σ_j w_j a_j^k for all k that m has room for; `weight(width, j)` gives the block of weights from mode j on.
/// Sixteen powers at a time stay in the nearest cache, as those of power_moments do, and sums have its association.
template <class T, std::size_t N, class Weight>
constexpr void complex_moments(std::span<const T, N> re, std::span<const T, N> im, Weight weight,
                               std::span<T> m, std::size_t stride) {
  constexpr std::size_t group = 16;
  const std::size_t count = (m.size() + stride - 1) / stride;
  for (std::size_t first = 0; first < count; first += group) {
    const std::size_t here = std::min(group, count - first);
    T* const out = m.data() + first * stride;
    with_width<T>([&]<integer W>(std::integral_constant<integer, W> w) {
      std::array<std::array<block<T, W>, group>, W == 1 ? partial_sums : 1> sums;
      const std::size_t used = W == 1 ? std::min<std::size_t>(sums.size(), re.size()) : 1;
      for (std::size_t i = 0; i < used; ++i) sums[i].fill(fill_block<W>(T(0)));
      for (integer j = 0; j < length(re); j += W)
        detail::add_powers(weight(w, j), load_complex<W>(re, im, j), first, here,
                           sums[static_cast<std::size_t>(j / W) % sums.size()]);
      for (std::size_t k = 0; k < here; ++k) {
        if constexpr (W == 1) {
          const auto partial = [&](integer i) {
            const auto n = static_cast<std::size_t>(i);
            return n < used ? sums[n][k].v : T(0);
          };
          out[k * stride] = fold(partial, [](const T& x, const T& y) { return x + y; });
        } else {
          out[k * stride] = block_sum(sums[0][k]);
        }
      }
    });
  }
}

/// P(x) and P'(x) of P = Σ_k g[k stride] x^k.
template <integer W, class T>
[[gnu::always_inline]] constexpr std::pair<complex_block<T, W>, complex_block<T, W>> complex_slope(
    std::span<const T> g, std::size_t stride, const complex_block<T, W>& x) {
  const block<T, W> zero = fill_block<W>(T(0));
  complex_block<T, W> p{zero, zero}, slope{zero, zero};
  for (std::size_t k = (g.size() + stride - 1) / stride; k-- > 0;) {
    slope = fused(slope, x, p);
    p = fused(p, x, {fill_block<W>(g[k * stride]), zero});
  }
  return {p, slope};
}

namespace detail {
/// Real and imaginary parts in a row (2 d): mode j at [j] and [d + j].
template <integer D, class U>
constexpr auto halves(U* row, std::size_t d) {
  return std::pair(fixed_span<U, D>(row, d), fixed_span<U, D>(row + d, d));
}
}  // namespace detail

/// s_t = a s_{t-1} + u_t from rest, sequence by sequence; rows (2 d) of real parts, then imaginary parts.
template <class T, integer D>
constexpr void complex_scan_forward(fixed_span<const T, D> re, fixed_span<const T, D> im, std::size_t steps,
                                    std::span<const T> driven, std::span<T> states) {
  const std::size_t d = re.size();
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    for (integer j = 0; j < length(re); j += W) {
      const complex_block<T, W> a = load_complex<W>(re, im, j);
      complex_block<T, W> s{};
      for (std::size_t row = 0; row < driven.size() / (2 * d); ++row) {
        const auto [u_re, u_im] = detail::halves<D>(driven.data() + row * 2 * d, d);
        const auto [s_re, s_im] = detail::halves<D>(states.data() + row * 2 * d, d);
        if (row % steps == 0) s = {fill_block<W>(T(0)), fill_block<W>(T(0))};
        s = fused(s, a, load_complex<W>(u_re, u_im, j));
        store_complex(s, s_re, s_im, j);
      }
    }
  });
}

/// l_t = ā l_{t+1} + ds_t backwards in time, sequence by sequence; adds Σ l_t s̄_{t-1} to da.
template <class T, integer D>
constexpr void complex_scan_backward(fixed_span<const T, D> re, fixed_span<const T, D> im, std::size_t steps,
                                     std::span<const T> dstates, std::span<const T> states,
                                     std::span<T> adjoints, fixed_span<T, D> da_re, fixed_span<T, D> da_im) {
  const std::size_t d = re.size();
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const complex_block<T, W> none{fill_block<W>(T(0)), fill_block<W>(T(0))};
    for (integer j = 0; j < length(re); j += W) {
      const complex_block<T, W> back = conjugate(load_complex<W>(re, im, j));
      complex_block<T, W> l = none, sum = load_complex<W>(da_re, da_im, j);
      for (std::size_t row = dstates.size() / (2 * d); row-- > 0;) {
        const auto [g_re, g_im] = detail::halves<D>(dstates.data() + row * 2 * d, d);
        const auto [l_re, l_im] = detail::halves<D>(adjoints.data() + row * 2 * d, d);
        if ((row + 1) % steps == 0) l = none;
        l = fused(l, back, load_complex<W>(g_re, g_im, j));
        store_complex(l, l_re, l_im, j);
        if (row % steps == 0) continue;
        const auto [s_re, s_im] = detail::halves<D>(states.data() + (row - 1) * 2 * d, d);
        sum = fused(l, conjugate(load_complex<W>(s_re, s_im, j)), sum);
      }
      store_complex(sum, da_re, da_im, j);
    }
  });
}

}  // namespace lssm::kernel
