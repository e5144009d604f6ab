// SPDX-License-Identifier: BSD-3-Clause
// One vector register of numbers, and its shuffles, for kernels that go through modes by registers (kernel/gram/step.hpp).
//
//   whole<T, Bytes>              its vector type, the widest unless `Bytes` says otherwise; `pieces` make sixteen numbers
//   load_whole<T, Bytes>(p)      the numbers at p                                store_whole<T>(v, p)
//   load_whole<T, Bytes>(p, n)   the first n of them, then zeros; n may be < 0   store_whole<T>(v, p, n)
//   load_known<N, T, Bytes>(p)   the same of a known N                           store_known<N, T>(v, p)
//   spread<T>(x)                 x in every lane
//
// Shuffles are drawn as input -> output, one letter a lane. N is the number of lanes of a group, and each group is
// treated alike; it is all lanes unless said, for spread_entry half of them.
#pragma once

#include <cstring>
#include <utility>

#include "registers.hpp"

namespace lssm::kernel {

/// Partial sums of a sum over modes, on every hardware.
inline constexpr std::size_t whole_sums = 16;

/// A register of `Bytes` bytes.
template <class T, std::size_t Bytes = register_bytes>
struct whole {
  static constexpr std::size_t bytes = Bytes, lanes = bytes / sizeof(T), pieces = whole_sums / lanes;
  typedef T vector __attribute__((vector_size(bytes)));
};

template <class T, std::size_t Bytes = register_bytes>
[[gnu::always_inline]] inline typename whole<T, Bytes>::vector load_whole(const T* from) {
  typename whole<T, Bytes>::vector v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
template <class T, std::size_t Bytes = register_bytes>
[[gnu::always_inline]] inline typename whole<T, Bytes>::vector load_whole(const T* from, integer n) {
  if (n >= static_cast<integer>(whole<T, Bytes>::lanes)) return load_whole<T, Bytes>(from);
  T padded[whole<T, Bytes>::lanes] = {};
  for (integer l = 0; l < n; ++l) padded[l] = from[l];
  return load_whole<T, Bytes>(padded);
}

template <class T, class V>
[[gnu::always_inline]] inline void store_whole(const V& v, T* to) {
  std::memcpy(to, &v, sizeof v);
}
template <class T, class V>
[[gnu::always_inline]] inline void store_whole(const V& v, T* to, integer n) {
  constexpr std::size_t lanes = sizeof(V) / sizeof(T);
  if (n >= static_cast<integer>(lanes)) {
    store_whole<T>(v, to);
  } else {
    T padded[lanes];
    store_whole<T>(v, padded);
    for (integer l = 0; l < n; ++l) to[l] = padded[l];
  }
}

/// Known numbers go in halves of registers, which stores of copy_numbers (core/storage.hpp) leave as pieces: a load waits where
/// the store before it was of other bytes.
template <integer N, class T, std::size_t Bytes = register_bytes>
[[gnu::always_inline]] inline typename whole<T, Bytes>::vector load_known(const T* from) {
  constexpr integer lanes = static_cast<integer>(Bytes / sizeof(T)), half = lanes / 2;
  using vector = typename whole<T, Bytes>::vector;
  if constexpr (N <= 0) {
    return vector{};
  } else if constexpr (N >= lanes) {
    return load_whole<T, Bytes>(from);
  } else if constexpr (lanes == 2) {
    return vector{from[0]};
  } else {
    const auto low = load_known<N, T, Bytes / 2>(from),
               high = load_known<N - half, T, Bytes / 2>(from + half);
    return [&]<std::size_t... L>(std::index_sequence<L...>) __attribute__((always_inline)) {
      return __builtin_shufflevector(low, high, L...);
    }
    (std::make_index_sequence<static_cast<std::size_t>(lanes)>{});
  }
}
template <integer N, class T, class V>
[[gnu::always_inline]] inline void store_known(const V& v, T* to) {
  constexpr integer lanes = static_cast<integer>(sizeof(V) / sizeof(T)), half = lanes / 2;
  if constexpr (N >= lanes) {
    store_whole<T>(v, to);
  } else if constexpr (lanes == 2) {
    if constexpr (N == 1) to[0] = v[0];
  } else if constexpr (N > 0) {
    const auto part = [&]<std::size_t First, std::size_t... L>(std::integral_constant<std::size_t, First>,
                                                               std::index_sequence<L...>)
        __attribute__((always_inline)) {
      return __builtin_shufflevector(v, v, (First + L)...);
    };
    constexpr std::size_t count = static_cast<std::size_t>(half);
    store_known<N, T>(part(std::integral_constant<std::size_t, 0>{}, std::make_index_sequence<count>{}), to);
    store_known<N - half, T>(
        part(std::integral_constant<std::size_t, count>{}, std::make_index_sequence<count>{}), to + half);
  }
}

template <class T>
[[gnu::always_inline]] inline typename whole<T>::vector spread(const T& x) {
  return x - typename whole<T>::vector{};
}

namespace detail {

/// f(std::index_sequence<0, 1, ...>) of the lanes of V.
template <class T, class V, class F>
[[gnu::always_inline]] inline V of_lanes(const F& f) {
  return f(std::make_index_sequence<sizeof(V) / sizeof(T)>{});
}

/// N = 2: abcd efgh -> cdab ghef
template <std::size_t N, class T, class V>
[[gnu::always_inline]] inline V exchanged(const V& v) {
  return of_lanes<T, V>([&]<std::size_t... L>(std::index_sequence<L...>) __attribute__((always_inline)) {
    return __builtin_shufflevector(v, v, (L ^ N)...);
  });
}

template <class T, class V>
inline constexpr std::size_t half_of = sizeof(V) / sizeof(T) / 2;

}  // namespace detail

/// N = 4: abcd efgh -> ssss tttt, s = (a + c) + (b + d), t = (e + g) + (f + h)
template <class T, std::size_t N, class V>
[[gnu::always_inline]] inline V spread_sum(const V& v) {
  if constexpr (N == 1) {
    return v;
  } else {
    return spread_sum<T, N / 2>(v + detail::exchanged<N / 2, T>(v));
  }
}
template <class T, class V>
[[gnu::always_inline]] inline V spread_sum(const V& v) {
  return spread_sum<T, sizeof(V) / sizeof(T)>(v);
}

/// N = 8: abcdefgh, ABCDEFGH -> a+e b+f c+g d+h A+E B+F C+G D+H
/// N = 4: abcdefgh, ABCDEFGH -> a+c b+d A+C B+D e+g f+h E+G F+H
template <class T, std::size_t N, class V>
[[gnu::always_inline]] inline V fold_halves(const V& x, const V& y) {
  constexpr std::size_t lanes = sizeof(V) / sizeof(T), half = N / 2;
  return detail::of_lanes<T, V>([&]<std::size_t... L>(
      std::index_sequence<L...>) __attribute__((always_inline)) {
    return __builtin_shufflevector(x, y, (L % N < half ? L : L - half + lanes)...) +
           __builtin_shufflevector(x, y, (L % N < half ? L + half : L + lanes)...);
  });
}
template <class T, class V>
[[gnu::always_inline]] inline V fold_halves(const V& x, const V& y) {
  return fold_halves<T, sizeof(V) / sizeof(T)>(x, y);
}

/// abcd efgh, ABCD EFGH -> a+b c+d A+B C+D, e+f g+h E+F G+H
template <class T, class V>
[[gnu::always_inline]] inline V fold_neighbours(const V& x, const V& y) {
  constexpr std::size_t lanes = sizeof(V) / sizeof(T);
  return detail::of_lanes<T, V>([&]<std::size_t... L>(
      std::index_sequence<L...>) __attribute__((always_inline)) {
    return __builtin_shufflevector(x, y, (L / 4 * 4 + L % 2 * 2 + L % 4 / 2 * lanes)...) +
           __builtin_shufflevector(x, y, (L / 4 * 4 + L % 2 * 2 + L % 4 / 2 * lanes + 1)...);
  });
}

/// abcd efgh -> a+e b+f c+g d+h, e+a f+b g+c h+d
template <class T, class V>
[[gnu::always_inline]] inline V add_other_half(const V& v) {
  return v + detail::exchanged<detail::half_of<T, V>, T>(v);
}

/// PQRS -> ssss for fours P, Q, R, S of sixteen lanes, s = (P + R) + (Q + S). The shuffles do not wait for each other.
template <class T, class V>
[[gnu::always_inline]] inline V add_fours(const V& v) {
  static_assert(sizeof(V) / sizeof(T) == 16);
  return (v + detail::exchanged<8, T>(v)) + (detail::exchanged<4, T>(v) + detail::exchanged<12, T>(v));
}

/// I = 1, N = 4: abcd efgh -> bbbb ffff
template <std::size_t I, class T, std::size_t N, class V>
[[gnu::always_inline]] inline V spread_entry(const V& v) {
  return detail::of_lanes<T, V>([&]<std::size_t... L>(std::index_sequence<L...>) __attribute__((
      always_inline)) { return __builtin_shufflevector(v, v, (L / N * N + I)...); });
}
template <std::size_t I, class T, class V>
[[gnu::always_inline]] inline V spread_entry(const V& v) {
  return spread_entry<I, T, detail::half_of<T, V>>(v);
}

}  // namespace lssm::kernel
