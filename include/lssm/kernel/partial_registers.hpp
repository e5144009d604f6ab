// SPDX-License-Identifier: BSD-3-Clause
// Fewer than eight floats or doubles in registers (kernel/registers.hpp), of which memory holds no others.
//
//   load_some(p, n, v)      the first n < 8 numbers at p, then zeros       store_some(v, p, n)
//   load_first<N>(p, v)     the same of a known N                          store_first<N>(v, p)
//
// Known numbers go one by one, in pairs and in halves: a masked load waits until narrower stores before it have reached the cache,
// and a masked store takes many cycles.
#pragma once

#include "registers.hpp"

namespace lssm::kernel {

#if defined(__AVX2__)
typedef long long four_integers __attribute__((vector_size(32)));
typedef int eight_integers __attribute__((vector_size(32)));
/// Masks of the first n numbers.
[[gnu::always_inline]] inline four_integers first_doubles(integer n) {
  return four_integers{0, 1, 2, 3} < static_cast<long long>(n);
}
[[gnu::always_inline]] inline eight_integers first_floats(integer n) {
  return eight_integers{0, 1, 2, 3, 4, 5, 6, 7} < static_cast<int>(n);
}
#endif

template <class T>
[[gnu::always_inline]] inline void load_some(const T* from, integer n,
                                             typename native<T>::vector (&v)[native<T>::pieces]) {
  using vector [[maybe_unused]] = typename native<T>::vector;
#if defined(__AVX512F__) && defined(__AVX512VL__) && __has_builtin(__builtin_ia32_loadupd512_mask)
  if constexpr (sizeof(vector) == 64) {
    v[0] = __builtin_ia32_loadupd512_mask(from, vector{}, static_cast<unsigned char>((1U << n) - 1U));
    return;
  }
#endif
#if defined(__AVX2__) && __has_builtin(__builtin_ia32_maskloadps256)
  if constexpr (std::is_same_v<T, float>) {
    v[0] = __builtin_ia32_maskloadps256(reinterpret_cast<const vector*>(from), first_floats(n));
    return;
  } else if constexpr (sizeof(vector) == 32) {
    v[0] = __builtin_ia32_maskloadpd256(reinterpret_cast<const vector*>(from), first_doubles(n));
    v[1] = n > 4
               ? __builtin_ia32_maskloadpd256(reinterpret_cast<const vector*>(from + 4), first_doubles(n - 4))
               : vector{};
    return;
  }
#endif
  T padded[8] = {};
  for (integer l = 0; l < n; ++l) padded[l] = from[l];
  std::memcpy(v, padded, sizeof v);
}

template <class T>
[[gnu::always_inline]] inline void store_some(const typename native<T>::vector (&v)[native<T>::pieces], T* to,
                                              integer n) {
  using vector [[maybe_unused]] = typename native<T>::vector;
#if defined(__AVX512F__) && defined(__AVX512VL__) && __has_builtin(__builtin_ia32_storeupd512_mask)
  if constexpr (sizeof(vector) == 64) {
    __builtin_ia32_storeupd512_mask(to, v[0], static_cast<unsigned char>((1U << n) - 1U));
    return;
  }
#endif
#if defined(__AVX2__) && __has_builtin(__builtin_ia32_maskstoreps256)
  if constexpr (std::is_same_v<T, float>) {
    __builtin_ia32_maskstoreps256(reinterpret_cast<vector*>(to), first_floats(n), v[0]);
    return;
  } else if constexpr (sizeof(vector) == 32) {
    __builtin_ia32_maskstorepd256(reinterpret_cast<vector*>(to), first_doubles(n), v[0]);
    if (n > 4) __builtin_ia32_maskstorepd256(reinterpret_cast<vector*>(to + 4), first_doubles(n - 4), v[1]);
    return;
  }
#endif
  T padded[8];
  std::memcpy(padded, v, sizeof padded);
  for (integer l = 0; l < n; ++l) to[l] = padded[l];
}

/// Four numbers, the halves of eight, and two.
template <class T>
struct half_of_eight {
  typedef T vector __attribute__((vector_size(4 * sizeof(T))));
  typedef T pair __attribute__((vector_size(2 * sizeof(T))));
};

#if defined(__AVX2__)
/// Two halves of a register. g++ 12 makes copies and shuffles of an expression that says so.
template <class V, class Half>
[[gnu::always_inline]] inline V joined(const Half& low, const Half& high) {
  using T = std::remove_cvref_t<decltype(low[0])>;
#if __has_builtin(__builtin_ia32_ps256_ps)
  if constexpr (std::is_same_v<T, float>) {
    return __builtin_ia32_vinsertf128_ps256(__builtin_ia32_ps256_ps(low), high, 1);
  } else if constexpr (sizeof(V) == 32) {
    return __builtin_ia32_vinsertf128_pd256(__builtin_ia32_pd256_pd(low), high, 1);
  } else {
#if defined(__AVX512F__)
    const V zeros{};
    return __builtin_ia32_insertf64x4_mask(__builtin_ia32_insertf64x4_mask(zeros, low, 0, zeros, 0xFF), high,
                                           1, zeros, 0xFF);
#endif
  }
#else
  return [&]<std::size_t... L>(std::index_sequence<L...>) __attribute__((always_inline)) {
    return __builtin_shufflevector(low, high, L...);
  }
  (std::make_index_sequence<sizeof(V) / sizeof(T)>{});
#endif
}
/// A half, and zeros.
template <class V, class Half>
[[gnu::always_inline]] inline V widened(const Half& low) {
  using T [[maybe_unused]] = std::remove_cvref_t<decltype(low[0])>;
#if __has_builtin(__builtin_ia32_ps256_ps)
  const V zeros{};
  if constexpr (std::is_same_v<T, float>) {
    return __builtin_ia32_vinsertf128_ps256(zeros, low, 0);
  } else if constexpr (sizeof(V) == 32) {
    return __builtin_ia32_vinsertf128_pd256(zeros, low, 0);
  } else {
#if defined(__AVX512F__)
    return __builtin_ia32_insertf64x4_mask(zeros, low, 0, zeros, 0xFF);
#endif
  }
#else
  return joined<V>(low, Half{});
#endif
}
#endif

/// The first N of four numbers, then zeros; of more than four the first four.
template <integer N, class T>
[[gnu::always_inline]] inline auto load_half(const T* from) -> typename half_of_eight<T>::vector {
  using vector = typename half_of_eight<T>::vector;
  if constexpr (N >= 4) {
    vector four;
    std::memcpy(&four, from, sizeof four);
    return four;
  } else if constexpr (N <= 0) {
    return vector{};
  } else if constexpr (std::is_same_v<T, float>) {
    if constexpr (N == 1) return vector{from[0], 0, 0, 0};
    typedef long long bits __attribute__((vector_size(16)));
    long long two;
    std::memcpy(&two, from, sizeof two);
    vector three = reinterpret_cast<vector>(bits{two, 0});
    if constexpr (N == 3) three[2] = from[2];
    return three;
  } else {
    using pair = typename half_of_eight<T>::pair;
    if constexpr (N == 1) return widened<vector>(pair{from[0], 0});
    pair two;
    std::memcpy(&two, from, sizeof two);
    if constexpr (N == 2) return widened<vector>(two);
    return joined<vector>(two, pair{from[2], 0});
  }
}
/// The first N < 8 numbers at `from`, then zeros.
template <integer N, class T>
[[gnu::always_inline]] inline void load_first(const T* from,
                                              typename native<T>::vector (&v)[native<T>::pieces]) {
#if defined(__AVX2__)
  if constexpr (native<T>::pieces == 2) {
    v[0] = load_half<N>(from), v[1] = load_half<N - 4>(from + 4);
  } else if constexpr (N <= 4) {
    v[0] = widened<typename native<T>::vector>(load_half<N>(from));
  } else {
    v[0] = joined<typename native<T>::vector>(load_half<4>(from), load_half<N - 4>(from + 4));
  }
#else
  load_some(from, N, v);
#endif
}

/// The first N of four numbers, all of them where there are more.
template <integer N, class T, class Half>
[[gnu::always_inline]] inline void store_half(const Half& x, T* to) {
  if constexpr (N >= 4) {
    std::memcpy(to, &x, sizeof x);
  } else {
    if constexpr (N >= 2) {
      const auto two = __builtin_shufflevector(x, x, 0, 1);
      std::memcpy(to, &two, sizeof two);
    }
    if constexpr (N == 1 || N == 3) to[N - 1] = x[N - 1];
  }
}
template <integer N, class T>
[[gnu::always_inline]] inline void store_first(const typename native<T>::vector (&v)[native<T>::pieces],
                                               T* to) {
#if defined(__AVX2__)
  if constexpr (native<T>::pieces == 1) {
    store_half<N>(__builtin_shufflevector(v[0], v[0], 0, 1, 2, 3), to);
    if constexpr (N > 4) store_half<N - 4>(__builtin_shufflevector(v[0], v[0], 4, 5, 6, 7), to + 4);
  } else {
    store_half<N>(v[0], to);
    if constexpr (N > 4) store_half<N - 4>(v[1], to + 4);
  }
#else
  store_some(v, to, N);
#endif
}

}  // namespace lssm::kernel
