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
/// Lane masks of the first n numbers.
inline __m256i first_doubles(integer n) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3));
}
inline __m256i first_floats(integer n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)),
                            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/// The first n of four numbers, then zeros; of more than four the first four.
[[gnu::always_inline]] inline __m128 load_half(const float* from, integer n) {
  if (n >= 4) return _mm_loadu_ps(from);
  if (n <= 1) return n == 1 ? _mm_load_ss(from) : _mm_setzero_ps();
  const __m128 two = _mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
  return n == 2 ? two : _mm_insert_ps(two, _mm_load_ss(from + 2), 0x20);
}
[[gnu::always_inline]] inline __m256d load_half(const double* from, integer n) {
  if (n >= 4) return _mm256_loadu_pd(from);
  if (n <= 1) return n == 1 ? _mm256_zextpd128_pd256(_mm_load_sd(from)) : _mm256_setzero_pd();
  const __m256d two = _mm256_zextpd128_pd256(_mm_loadu_pd(from));
  return n == 2 ? two : _mm256_insertf128_pd(two, _mm_load_sd(from + 2), 1);
}
#endif

template <class T>
[[gnu::always_inline]] inline void load_some(const T* from, integer n,
                                             typename native<T>::vector (&v)[native<T>::pieces]) {
#if defined(__AVX2__)
  if constexpr (std::is_same_v<T, float>) {
    v[0] = _mm256_maskload_ps(from, first_floats(n));
  } else {
#if defined(__AVX512F__) && defined(__AVX512VL__)
    v[0] = _mm512_maskz_loadu_pd(static_cast<__mmask8>((1U << n) - 1U), from);
#else
    v[0] = _mm256_maskload_pd(from, first_doubles(n));
    v[1] = n > 4 ? _mm256_maskload_pd(from + 4, first_doubles(n - 4)) : _mm256_setzero_pd();
#endif
  }
#else
  T padded[8] = {};
  for (integer l = 0; l < n; ++l) padded[l] = from[l];
  std::memcpy(v, padded, sizeof v);
#endif
}

template <class T>
[[gnu::always_inline]] inline void store_some(const typename native<T>::vector (&v)[native<T>::pieces], T* to,
                                              integer n) {
#if defined(__AVX2__)
  if constexpr (std::is_same_v<T, float>) {
    _mm256_maskstore_ps(to, first_floats(n), v[0]);
  } else {
#if defined(__AVX512F__) && defined(__AVX512VL__)
    _mm512_mask_storeu_pd(to, static_cast<__mmask8>((1U << n) - 1U), v[0]);
#else
    _mm256_maskstore_pd(to, first_doubles(n), v[0]);
    if (n > 4) _mm256_maskstore_pd(to + 4, first_doubles(n - 4), v[1]);
#endif
  }
#else
  T padded[8];
  std::memcpy(padded, v, sizeof padded);
  for (integer l = 0; l < n; ++l) to[l] = padded[l];
#endif
}

/// The first N < 8 numbers at `from`, then zeros.
template <integer N, class T>
[[gnu::always_inline]] inline void load_first(const T* from,
                                              typename native<T>::vector (&v)[native<T>::pieces]) {
#if defined(__AVX2__)
  const auto low = load_half(from, N);
  if constexpr (std::is_same_v<T, float>) {
    v[0] = N <= 4 ? _mm256_zextps128_ps256(low)
                  : _mm256_insertf128_ps(_mm256_castps128_ps256(low), load_half(from + 4, N - 4), 1);
  } else {
#if defined(__AVX512F__) && defined(__AVX512VL__)
    // Masked, because g++ 12 warns of the uninitialized register in its own unmasked intrinsic.
    v[0] = _mm512_maskz_insertf64x4(0xFF, _mm512_setzero_pd(), low, 0);
    if (N > 4) v[0] = _mm512_maskz_insertf64x4(0xFF, v[0], load_half(from + 4, N - 4), 1);
#else
    v[0] = low, v[1] = N <= 4 ? _mm256_setzero_pd() : load_half(from + 4, N - 4);
#endif
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
