// SPDX-License-Identifier: BSD-3-Clause
// Loops over modes go in blocks: eight floats, doubles or dual numbers of these at once, one at a time for every other scalar.
//
// Every sum over modes has eight partial sums, mode j going to number j mod 8, folded at the end in halves. This
// association is fixed by a constant, not by the hardware, so that static and dynamic sizes, lanes and single numbers,
// AVX2 and AVX-512 all round alike. Beyond the last mode a block of eight holds zeros.
//
//   block<T, W>                      W = 8 or 1: x + y, x - y, x * y, x / y, fused(x, y, z) = x y + z, entry by entry
//   load_block<W>(x, j)              entries j, j+1, ... of a span        store_block(b, x, j)
//   first_entries(b, n)              zeros after the first n entries      square_root(b)
//   fold(partial, add)               the eight partial sums into one   block_sum(b)
//   cover<W>(n, f)                   f(j) for blocks that cover n entries, none of them partial if possible
//   together<W>(n, f)                f(j, count) for starts of four blocks of n entries, then of one: chains that wait for
//                                    themselves run side by side
//   with_width<T>(f)                 calls f with the width to use; constant expressions take single numbers
//   at_width<T>(f)                   the same outside constant expressions
//   dot(x, y), add_scaled(s, x, y)   x · y,  y += s x                 combine(c, v, n, x, y)   y = x + Σ_i c_i v_i
//   all_finite(x)                    a mask: no entry is infinite or NaN
//   weigh_rows(x, v, entries, y)     y = Σ_i x_i v_i; this, all_finite, combine and add_scaled are not for constant expressions
#pragma once

#include <algorithm>
#include <span>
#include <type_traits>
#include <utility>

#include "block.hpp"
#include "dual_block.hpp"

namespace lssm::kernel {

/// Scalars that go in blocks of eight.
template <class T>
inline constexpr bool goes_in_blocks = is_native<T>;
template <class T>
inline constexpr bool goes_in_blocks<dual<T>> = is_native<T>;

/// Modes per block outside constant expressions.
template <class T>
inline constexpr integer width = goes_in_blocks<T> ? partial_sums : 1;

/// `count` rounded up to whole blocks: storage of this size needs no partial loads.
template <class T>
constexpr integer padded(integer count) {
  return count == dynamic ? dynamic : (count + width<T> - 1) / width<T> * width<T>;
}

/// Asks the compiler itself: behind the function of the standard library, both branches would be optimized before one is left.
template <class T, class F>
constexpr void with_width(F f) {
  if constexpr (goes_in_blocks<T>) {
    if (!__builtin_is_constant_evaluated()) {
      f(std::integral_constant<integer, width<T>>{});
      return;
    }
  }
  f(std::integral_constant<integer, 1>{});
}
/// The same where no constant expression comes: f is compiled for one width alone.
template <class T, class F>
inline void at_width(F f) {
  f(std::integral_constant<integer, width<T>>{});
}

template <integer W, class T>
[[gnu::always_inline]] constexpr block<T, W> fill_block(const T& x) {
  if constexpr (W == 1) {
    return {x};
  } else {
    return block<T, W>::fill(x);
  }
}

/// Whether spans of N entries consist of whole blocks of W.
template <integer W, std::size_t N>
inline constexpr bool whole_blocks = N != std::dynamic_extent&& N % static_cast<std::size_t>(W) == 0;

/// Entries j, j+1, ... of x, zeros beyond its end. Precondition: j is a multiple of W, or there are W entries from j on.
template <integer W, class U, std::size_t N>
[[gnu::always_inline]] constexpr auto load_block(std::span<U, N> x, integer j) {
  using T = std::remove_const_t<U>;
  if constexpr (W == 1) {
    return block<T, 1>{x[static_cast<std::size_t>(j)]};
  } else {
    block<T, W> b;
    const integer left = length(x) - j;
    if (whole_blocks<W, N> || left >= W) {
      b.load(x.data() + j);
    } else if constexpr (N == std::dynamic_extent) {
      b.load(x.data() + j, left);
    } else {
      b.template load_first<static_cast<integer>(N) % W>(x.data() + j);
    }
    return b;
  }
}

template <class T, integer W, std::size_t N>
[[gnu::always_inline]] constexpr void store_block(const block<T, W>& b, std::span<T, N> x, integer j) {
  if constexpr (W == 1) {
    x[static_cast<std::size_t>(j)] = b.v;
  } else {
    const integer left = length(x) - j;
    if (whole_blocks<W, N> || left >= W) {
      b.store(x.data() + j);
    } else if constexpr (N == std::dynamic_extent) {
      b.store(x.data() + j, left);
    } else {
      b.template store_first<static_cast<integer>(N) % W>(x.data() + j);
    }
  }
}

/// The first n entries of b, then zeros, whatever b holds there.
template <class T, integer W>
[[gnu::always_inline]] constexpr block<T, W> first_entries(block<T, W> b, integer n) {
  if constexpr (W > 1) {
    if (n < W) b.keep(n);
  }
  return b;
}

template <class T, integer W>
[[gnu::always_inline]] constexpr block<T, W> square_root(block<T, W> b) {
  if constexpr (W > 1) {
    b.take_roots();
    return b;
  } else {
    return {sqrt_of(b.v)};
  }
}

/// Folds eight partial sums, partial(0) to partial(7), in halves; each is computed just before it is added, so that it can
/// stay in a register. For width 1; blocks of eight fold by block_sum.
template <integer First = 0, integer Step = 1, class Partial, class Add>
[[gnu::always_inline]] constexpr auto fold(const Partial& partial, const Add& add) {
  if constexpr (Step == partial_sums) {
    return partial(First);
  } else {
    const auto x = fold<First, 2 * Step>(partial, add);
    return add(x, fold<First + Step, 2 * Step>(partial, add));
  }
}

/// The sum of a block of eight.
template <class T>
[[gnu::always_inline]] inline T block_sum(const block<T, 8>& b) {
  return b.sum();
}

/// The sums of eight blocks.
template <class T>
[[gnu::always_inline]] inline block<T, 8> block_sums(const block<T, 8> (&b)[8]) {
  return block<T, 8>::sums(b);
}

/// Calls f(j) for starts j of blocks that cover n entries: where n > W is no multiple of W, the last two overlap, so that
/// none is partial. For results that do not depend on the old values.
template <integer W, class F>
[[gnu::always_inline]] constexpr void cover(integer n, const F& f) {
  if (W == 1 || n < W) {
    for (integer j = 0; j < n; j += W) f(j);
  } else {
    for (integer j = 0; j + W <= n; j += W) f(j);
    if (n % W != 0) f(n - W);
  }
}

/// Calls f(j, count), count a std::integral_constant, for starts j of `count` blocks each, which cover n entries. The last
/// of all may be partial. Where n is known, f is compiled for those counts only that occur.
template <integer W, std::size_t Known = std::dynamic_extent, class F>
[[gnu::always_inline]] constexpr void together(integer n, const F& f) {
  constexpr std::size_t four = 4, w = static_cast<std::size_t>(W);
  integer j = 0;
  if constexpr (Known > (four - 1) * w)
    for (; j + (static_cast<integer>(four) - 1) * W < n; j += static_cast<integer>(four) * W)
      f(j, std::integral_constant<std::size_t, four>{});
  if constexpr (Known == std::dynamic_extent || (Known + w - 1) / w % four != 0)
    for (; j < n; j += W) f(j, std::integral_constant<std::size_t, 1>{});
}

/// x · y
template <class T, std::size_t N>
constexpr T dot(std::span<const T, N> x, std::span<const T, N> y) {
  T sum(0);
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    if constexpr (W == 1) {
      const auto partial = [&](integer i) {
        T part(0);
        for (integer j = i; j < length(x); j += partial_sums)
          part = mul_add(x[static_cast<std::size_t>(j)], y[static_cast<std::size_t>(j)], part);
        return part;
      };
      sum = fold(partial, [](const T& s, const T& t) { return s + t; });
    } else {
      block<T, W> parts = fill_block<W>(T(0));
      for (integer j = 0; j < length(x); j += W)
        parts = fused(load_block<W>(x, j), load_block<W>(y, j), parts);
      sum = block_sum(parts);
    }
  });
  return sum;
}

template <class T>
constexpr T dot(std::span<const T> x, std::span<const T> y) {
  return dot<T, std::dynamic_extent>(x, y);
}

/// Whether no entry is infinite or NaN: Σ_j 0 x_j is zero then.
template <class T, std::size_t N>
inline mask_of<T> all_finite(std::span<const T, N> x) {
  T sum(0);
  at_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const block<T, W> zero = fill_block<W>(T(0));
    block<T, W> all[4] = {zero, zero, zero, zero};
    if (W == 1 || length(x) > 4 * W) {  // chains that do not wait for each other
      together<W, N>(length(x), [&](integer j, auto count) {
        unrolled<count>(
            [&](auto i) { all[i] = fused(load_block<W>(x, j + static_cast<integer>(i) * W), zero, all[i]); });
      });
      all[0] = (all[0] + all[1]) + (all[2] + all[3]);
    } else {
      cover<W>(length(x), [&](integer j) { all[0] = fused(load_block<W>(x, j), zero, all[0]); });
    }
    if constexpr (W == 1) {
      sum = all[0].v;
    } else {
      sum = block_sum(all[0]);
    }
  });
  return is_finite(sum);
}

/// y = x + Σ_i c_i v_i for the first `count` coefficients and vectors, at least one.
template <class T, class Coefficients, class Vectors, std::size_t N>
inline void combine(const Coefficients& c, const Vectors& v, std::size_t count, std::span<const T, N> x,
                    std::span<T, N> y) {
  at_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    together<W, N>(length(y), [&](integer first, auto blocks) {
      block<T, W> sum[blocks];
      const auto entries = [&](std::size_t i, auto k) {
        return load_block<W>(std::span<const T, N>(v[i]), first + static_cast<integer>(k) * W);
      };
      const block<T, W> leading = fill_block<W>(c[0]);
      unrolled<blocks>([&](auto k) { sum[k] = leading * entries(0, k); });
      for (std::size_t i = 1; i < count; ++i) {
        const block<T, W> weight = fill_block<W>(c[i]);
        unrolled<blocks>([&](auto k) { sum[k] = fused(weight, entries(i, k), sum[k]); });
      }
      unrolled<blocks>([&](auto k) {
        const integer j = first + static_cast<integer>(k) * W;
        store_block(load_block<W>(x, j) + sum[k], y, j);
      });
    });
  });
}

namespace detail {
/// The number that a std::integral_constant is; dynamic_extent of any other type.
template <class Count>
inline constexpr std::size_t known_entries = std::dynamic_extent;
template <std::size_t N>
inline constexpr std::size_t known_entries<std::integral_constant<std::size_t, N>> = N;
}  // namespace detail

/// y = Σ_i x_i v_i for vectors v_i of `entries` numbers, whole blocks, stored one after the other.
/// `entries` may be a std::integral_constant of std::size_t. Preconditions: v holds entries x length(x) numbers, y at
/// least `entries`.
template <class T, std::size_t N>
inline void weigh_rows(std::span<const T, N> x, const T* v, auto entries, T* y) {
  at_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    constexpr std::size_t w = W, known = detail::known_entries<decltype(entries)>;
    together<W, known>(static_cast<integer>(entries), [&](integer first, auto count) {
      block<T, W> sum[count];
      const auto at = [&](auto i) { return static_cast<std::size_t>(first) + i * w; };
      unrolled<count>([&](auto i) { sum[i] = fill_block<W>(T(0)); });
      for (std::size_t r = 0; r < x.size(); ++r) {
        const block<T, W> weight = fill_block<W>(x[r]);
        unrolled<count>([&](auto i) {
          sum[i] = fused(weight, load_block<W>(std::span<const T, w>(v + r * entries + at(i), w), 0), sum[i]);
        });
      }
      unrolled<count>([&](auto i) { store_block(sum[i], std::span<T, w>(y + at(i), w), 0); });
    });
  });
}

/// y += s x
template <class T, std::size_t N, std::size_t M>
inline void add_scaled(const T& s, std::span<const T, N> x, std::span<T, M> y) {
  at_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const block<T, W> factor = fill_block<W>(s);
    for (integer j = 0; j < length(x); j += W)
      store_block(fused(factor, load_block<W>(x, j), load_block<W>(y, j)), y, j);
  });
}
/// y += s x after a copy of y to `before`, in one loop, because a separate copy would be a call for lanes.
template <class T, std::size_t N, std::size_t M>
inline void add_scaled(const T& s, std::span<const T, N> x, std::span<T, M> y, std::span<T, M> before) {
  at_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const block<T, W> factor = fill_block<W>(s);
    for (integer j = 0; j < length(x); j += W) {
      const block<T, W> old = load_block<W>(y, j);
      store_block(old, before, j);
      store_block(fused(factor, load_block<W>(x, j), old), y, j);
    }
  });
}

}  // namespace lssm::kernel
