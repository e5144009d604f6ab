// SPDX-License-Identifier: BSD-3-Clause
// Eight floats or doubles in the target's vector registers.
//
//   register_bytes          of the widest register                        unrolled<N>(f)     f(0) ... f(N - 1)
//   native<T>               the compiler's vector type and how many of them, `pieces`, make eight numbers
//   fuse(x, y, z)           x y + z, one rounding where core/scalar.hpp's mul_add has one
//   load_all(p, v)          the eight numbers at p                         store_all(v, p)
//   keep_some(v, n)         abcdefgh -> abc00000 for n = 3
//   roots(v)                the square root of each
//   sum_of_eight(v)         abcdefgh -> abcd + efgh -> ab + cd -> a + b, the association of kernel/blocks.hpp
//   sums_of_eight(v, sums)  the sums of eight times eight numbers
//   spread_number<I>(v)     number I of one register in all of its lanes
//
// Kernels that go through modes by single registers have kernel/whole_registers.hpp. Here and in kernel/partial_registers.hpp
// compilers' own functions stand for instructions that no vector expression gives, since <immintrin.h> would take more time than
// any other header; where a compiler lacks one of them, a loop over the numbers has the same bits.
#pragma once

#include <cstring>
#include <type_traits>
#include <utility>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm::kernel {

#if defined(__AVX512F__) && defined(__AVX512VL__)
inline constexpr std::size_t register_bytes = 64;
#elif defined(__AVX2__)
inline constexpr std::size_t register_bytes = 32;
#else
inline constexpr std::size_t register_bytes = 16;
#endif

inline constexpr int usual_rounding = 4;  // what instructions of 64 bytes call that of all others

/// Numbers of a block, which is also the number of partial sums of a sum.
inline constexpr integer partial_sums = 8;

template <class T>
struct native {
  static constexpr std::size_t bytes = register_bytes < 8 * sizeof(T) ? register_bytes : 8 * sizeof(T);
  static constexpr std::size_t pieces = 8 * sizeof(T) / bytes, per_piece = bytes / sizeof(T);
  typedef T vector __attribute__((vector_size(bytes)));
};

/// f(0), f(1), ... f(N - 1) with constant arguments: a loop over registers would keep them in memory.
template <std::size_t N, class F>
[[gnu::always_inline]] constexpr void unrolled(const F& f) {
  if constexpr (N == 1) {
    f(std::integral_constant<std::size_t, 0>{});
  } else {
    [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
      (f(std::integral_constant<std::size_t, I>{}), ...);
    }
    (std::make_index_sequence<N>{});
  }
}
template <class T, class F>
[[gnu::always_inline]] inline void each_piece(const F& f) {
  unrolled<native<T>::pieces>(f);
}

template <class T, class V>
[[gnu::always_inline]] inline void fuse(const V& x, const V& y, const V& z, V& r) {
#if __has_builtin(__builtin_elementwise_fma)
  if constexpr (detail::hardware_fma) {
    r = __builtin_elementwise_fma(x, y, z);
    return;
  }
#elif defined(__FMA__) && __has_builtin(__builtin_ia32_vfmaddpd256)
  if constexpr (sizeof(V) == 32 && std::is_same_v<T, double>) {
    r = __builtin_ia32_vfmaddpd256(x, y, z);
    return;
  } else if constexpr (sizeof(V) == 32) {
    r = __builtin_ia32_vfmaddps256(x, y, z);
    return;
  }
#if defined(__AVX512F__)
  if constexpr (sizeof(V) == 64 && std::is_same_v<T, double>) {
    r = __builtin_ia32_vfmaddpd512_mask(x, y, z, 0xFF, usual_rounding);
    return;
  } else if constexpr (sizeof(V) == 64) {
    r = __builtin_ia32_vfmaddps512_mask(x, y, z, 0xFFFF, usual_rounding);
    return;
  }
#endif
#endif
  if constexpr (!detail::hardware_fma) {
    r = x * y + z;
  } else {
    V sum = z;  // compilers warn where numbers are put one by one into a register that holds nothing
    for (std::size_t l = 0; l < sizeof(V) / sizeof(T); ++l) sum[l] = mul_add(T(x[l]), T(y[l]), T(z[l]));
    r = sum;
  }
}

template <class T>
[[gnu::always_inline]] inline void load_all(const T* from,
                                            typename native<T>::vector (&v)[native<T>::pieces]) {
  each_piece<T>([&](auto i) __attribute__((always_inline)) {
    std::memcpy(&v[i], from + i * native<T>::per_piece, native<T>::bytes);
  });
}

template <class T>
[[gnu::always_inline]] inline void store_all(const typename native<T>::vector (&v)[native<T>::pieces],
                                             T* to) {
  each_piece<T>([&](auto i) __attribute__((always_inline)) {
    std::memcpy(to + i * native<T>::per_piece, &v[i], native<T>::bytes);
  });
}

/// Square roots, correctly rounded, with the bits of single numbers.
template <class T, class V>
[[gnu::always_inline]] inline void take_roots(V& x) {
#if __has_builtin(__builtin_elementwise_sqrt)
  x = __builtin_elementwise_sqrt(x);
  return;
#elif defined(__AVX2__) && __has_builtin(__builtin_ia32_sqrtpd256)
  if constexpr (sizeof(V) == 32 && std::is_same_v<T, double>) {
    x = __builtin_ia32_sqrtpd256(x);
    return;
  } else if constexpr (sizeof(V) == 32) {
    x = __builtin_ia32_sqrtps256(x);
    return;
  }
#if defined(__AVX512F__)
  if constexpr (sizeof(V) == 64) {
#if defined(__clang__)
    if constexpr (std::is_same_v<T, double>) {
      x = __builtin_ia32_sqrtpd512(x, usual_rounding);
    } else {
      x = __builtin_ia32_sqrtps512(x, usual_rounding);
    }
#else
    if constexpr (std::is_same_v<T, double>) {
      x = __builtin_ia32_sqrtpd512(x);
    } else {
      x = __builtin_ia32_sqrtps512(x);
    }
#endif
    return;
  }
#endif
#endif
  for (std::size_t l = 0; l < sizeof(V) / sizeof(T); ++l) x[l] = scalar_traits<T>::sqrt(x[l]);
}
template <class T>
[[gnu::always_inline]] inline void roots(typename native<T>::vector (&v)[native<T>::pieces]) {
  for (auto& x : v) take_roots<T>(x);
}

/// Zeros from number n on, in a register whose first number is number `first`. Numbers are selected, not multiplied by
/// zero: one that is dropped may be a NaN.
template <class T>
[[gnu::always_inline]] inline auto keep_some_of(typename native<T>::vector v, std::size_t first, integer n) ->
    typename native<T>::vector {
  using numbers = decltype(v == v);
  using number = std::remove_reference_t<decltype(numbers{}[0])>;
  numbers position{};
  for (std::size_t l = 0; l < native<T>::per_piece; ++l)
    position[l] = static_cast<number>(first) + static_cast<number>(l);
  return position < static_cast<number>(n) ? v : typename native<T>::vector{};
}

template <class T>
[[gnu::always_inline]] inline void keep_some(typename native<T>::vector (&v)[native<T>::pieces], integer n) {
  each_piece<T>([&](auto i) __attribute__((always_inline)) {
    v[i] = keep_some_of<T>(v[i], i * native<T>::per_piece, n);
  });
}

template <std::size_t I, class T, class V>
[[gnu::always_inline]] inline V spread_number(const V& v) {
  return [&]<std::size_t... L>(std::index_sequence<L...>) __attribute__((always_inline)) {
    return __builtin_shufflevector(v, v, (L * 0 + I)...);
  }
  (std::make_index_sequence<sizeof(V) / sizeof(T)>{});
}

/// ((a + e) + (c + g)) + ((b + f) + (d + h)) of abcdefgh, as fold() of kernel/blocks.hpp adds single numbers.
template <class T>
[[gnu::always_inline]] inline T sum_of_eight(const typename native<T>::vector (&v)[native<T>::pieces]) {
  if constexpr (native<T>::pieces == 1) {
    const auto four =
        __builtin_shufflevector(v[0], v[0], 0, 1, 2, 3) + __builtin_shufflevector(v[0], v[0], 4, 5, 6, 7);
    const auto two = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
    return two[0] + two[1];
  } else if constexpr (native<T>::pieces == 2) {
    const auto four = v[0] + v[1];
    const auto two = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
    return two[0] + two[1];
  } else {
    const auto two = (v[0] + v[2]) + (v[1] + v[3]);
    return two[0] + two[1];
  }
}

/// sum_of_eight of each of eight blocks, to the same bits; each addition folds the halves of two blocks.
template <class T>
[[gnu::always_inline]] inline void sums_of_eight(
    const typename native<T>::vector (&v)[partial_sums][native<T>::pieces],
    typename native<T>::vector (&sums)[native<T>::pieces]) {
  using vector = typename native<T>::vector;
  if constexpr (native<T>::pieces == 1) {
    vector four[4], two[2];  // rows r and r + 4; rows 2 q, 2 q + 1, 2 q + 4, 2 q + 5
    unrolled<4>([&](auto r) __attribute__((always_inline)) {
      const vector &x = v[r][0], &y = v[r + 4][0];
      four[r] = __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11) +
                __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15);
    });
    unrolled<2>([&](auto q) __attribute__((always_inline)) {
      const vector &x = four[2 * q], &y = four[2 * q + 1];
      two[q] = __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13) +
               __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15);
    });
    sums[0] = __builtin_shufflevector(two[0], two[1], 0, 2, 8, 10, 4, 6, 12, 14) +
              __builtin_shufflevector(two[0], two[1], 1, 3, 9, 11, 5, 7, 13, 15);
  } else if constexpr (native<T>::pieces == 2) {
    unrolled<2>([&](auto p) __attribute__((always_inline)) {
      vector two[2];
      unrolled<2>([&](auto q) __attribute__((always_inline)) {
        const std::size_t row = 4 * p + 2 * q;
        const vector x = v[row][0] + v[row][1], y = v[row + 1][0] + v[row + 1][1];
        two[q] = __builtin_shufflevector(x, y, 0, 1, 4, 5) + __builtin_shufflevector(x, y, 2, 3, 6, 7);
      });
      sums[p] = __builtin_shufflevector(two[0], two[1], 0, 2, 4, 6) +
                __builtin_shufflevector(two[0], two[1], 1, 3, 5, 7);
    });
  } else {
    unrolled<4>([&](auto p) __attribute__((always_inline)) {
      const auto& a = v[2 * p];
      const auto& b = v[2 * p + 1];
      const vector x = (a[0] + a[2]) + (a[1] + a[3]), y = (b[0] + b[2]) + (b[1] + b[3]);
      sums[p] = __builtin_shufflevector(x, y, 0, 2) + __builtin_shufflevector(x, y, 1, 3);
    });
  }
}

}  // namespace lssm::kernel
