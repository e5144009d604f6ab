// SPDX-License-Identifier: BSD-3-Clause
// Eight dual numbers at once: in memory v0 e0 v1 e1 ..., in registers the values apart from the derivatives.
#pragma once

#include <utility>

#include "../core/dual.hpp"
#include "block.hpp"

namespace lssm::kernel {

/// Dual numbers as a block of values and one of derivatives, each operation as core/dual.hpp has it.
template <class T>
struct block<dual<T>, 8> {
  using half = block<T, 8>;
  half v, e;
  [[gnu::always_inline]] friend block operator+(const block& x, const block& y) {
    return {x.v + y.v, x.e + y.e};
  }
  [[gnu::always_inline]] friend block operator-(const block& x, const block& y) {
    return {x.v - y.v, x.e - y.e};
  }
  [[gnu::always_inline]] friend block operator*(const block& x, const block& y) {
    return {x.v * y.v, x.v * y.e + x.e * y.v};
  }
  [[gnu::always_inline]] friend block operator/(const block& x, const block& y) {
    const half q = x.v / y.v;
    return {q, (x.e - q * y.e) / y.v};
  }
  [[gnu::always_inline]] friend block fused(const block& x, const block& y, const block& z) {
    return {fused(x.v, y.v, z.v), fused(x.v, y.e, fused(x.e, y.v, z.e))};
  }
  [[gnu::always_inline]] friend block where_positive(const block& x, const block& y, const block& z) {
    return {where_positive(x.v, y.v, z.v), where_positive(x.v, y.e, z.e)};
  }
  [[gnu::always_inline]] static block fill(const dual<T>& x) { return {half::fill(x.v), half::fill(x.e)}; }
  [[gnu::always_inline]] void load(const dual<T>* from) {
    half low, high;
    low.load(numbers(from));
    high.load(numbers(from) + 8);
    part(low, high);
  }
  [[gnu::always_inline]] void load(const dual<T>* from, integer n) {
    half low, high = half::fill(T(0));
    if (n >= 4) {
      low.load(numbers(from));
      high.load(numbers(from) + 8, 2 * n - 8);
    } else {
      low.load(numbers(from), 2 * n);
    }
    part(low, high);
  }
  [[gnu::always_inline]] void store(dual<T>* to) const {
    half low, high;
    join(low, high);
    low.store(numbers(to));
    high.store(numbers(to) + 8);
  }
  [[gnu::always_inline]] void store(dual<T>* to, integer n) const {
    half low, high;
    join(low, high);
    if (n >= 4) {
      low.store(numbers(to));
      high.store(numbers(to) + 8, 2 * n - 8);
    } else {
      low.store(numbers(to), 2 * n);
    }
  }
  template <integer N>
  [[gnu::always_inline]] void load_first(const dual<T>* from) {
    load(from, N);
  }
  template <integer N>
  [[gnu::always_inline]] void store_first(dual<T>* to) const {
    store(to, N);
  }
  [[gnu::always_inline]] void keep(integer n) {
    v.keep(n);
    e.keep(n);
  }
  /// As of single numbers, the derivative of a root is zero where that of the number is, at zero as well.
  [[gnu::always_inline]] void take_roots() {
    v.take_roots();
    const half slope = e / (v + v);
    each_piece<T>([&](auto i) __attribute__((always_inline)) {
      e.v[i] = e.v[i] == typename native<T>::vector{} ? typename native<T>::vector{} : slope.v[i];
    });
  }
  [[gnu::always_inline]] dual<T> sum() const { return {v.sum(), e.sum()}; }
  [[gnu::always_inline]] static block sums(const block (&b)[8]) {
    half values[8], derivatives[8];
    unrolled<8>([&](auto i) __attribute__((always_inline)) {
      values[i] = b[i].v;
      derivatives[i] = b[i].e;
    });
    return {half::sums(values), half::sums(derivatives)};
  }

 private:
  static_assert(sizeof(dual<T>) == 2 * sizeof(T));
  static const T* numbers(const dual<T>* x) { return reinterpret_cast<const T*>(x); }
  static T* numbers(dual<T>* x) { return reinterpret_cast<T*>(x); }
  /// (v0 e0 v1 e1 ..., ... v7 e7) -> (v0 v1 ... v7, e0 e1 ... e7)
  [[gnu::always_inline]] void part(const half& low, const half& high) {
    each_piece<T>([&](auto i) __attribute__((always_inline)) {
      const auto &x = piece<2 * i>(low, high), &y = piece<2 * i + 1>(low, high);
      every_second(x, y, v.v[i], e.v[i], std::make_index_sequence<native<T>::per_piece>{});
    });
  }
  template <std::size_t... L>
  [[gnu::always_inline]] static void every_second(const auto& x, const auto& y, auto& first, auto& second,
                                                  std::index_sequence<L...>) {
    first = __builtin_shufflevector(x, y, (2 * L)...);
    second = __builtin_shufflevector(x, y, (2 * L + 1)...);
  }
  [[gnu::always_inline]] void join(half& low, half& high) const {
    each_piece<T>([&](auto i) __attribute__((always_inline)) {
      in_turns(v.v[i], e.v[i], piece<2 * i>(low, high), piece<2 * i + 1>(low, high),
               std::make_index_sequence<native<T>::per_piece>{});
    });
  }
  template <std::size_t... L>
  [[gnu::always_inline]] static void in_turns(const auto& x, const auto& y, auto& first, auto& second,
                                              std::index_sequence<L...>) {
    constexpr std::size_t n = sizeof...(L);
    first = __builtin_shufflevector(x, y, (L / 2 + L % 2 * n)...);
    second = __builtin_shufflevector(x, y, (n / 2 + L / 2 + L % 2 * n)...);
  }
  template <std::size_t I>
  [[gnu::always_inline]] static auto& piece(auto& low, auto& high) {
    if constexpr (I < native<T>::pieces) {
      return low.v[I];
    } else {
      return high.v[I - native<T>::pieces];
    }
  }
};

/// Two blocks of dual numbers, their values in one register and their derivatives in another.
template <class T>
struct two_blocks<block<dual<T>, 8>> {
  using vector = typename whole<T, 16 * sizeof(T)>::vector;
  vector v, e;
  [[gnu::always_inline]] friend two_blocks operator+(const two_blocks& x, const two_blocks& y) {
    return {x.v + y.v, x.e + y.e};
  }
  [[gnu::always_inline]] friend two_blocks fused(const two_blocks& x, const two_blocks& y,
                                                 const two_blocks& z) {
    two_blocks r;
    vector rest;
    fuse<T>(x.v, y.v, z.v, r.v);
    fuse<T>(x.e, y.v, z.e, rest);
    fuse<T>(x.v, y.e, rest, r.e);
    return r;
  }
  [[gnu::always_inline]] static two_blocks fill(const dual<T>& x) { return {x.v - vector{}, x.e - vector{}}; }
  [[gnu::always_inline]] void load(const dual<T>* from) {
    const T* numbers = reinterpret_cast<const T*>(from);
    const auto low = load_whole<T, sizeof(vector)>(numbers),
               high = load_whole<T, sizeof(vector)>(numbers + 16);
    [&]<std::size_t... L>(std::index_sequence<L...>) __attribute__((always_inline)) {
      v = __builtin_shufflevector(low, high, (2 * L)...);
      e = __builtin_shufflevector(low, high, (2 * L + 1)...);
    }
    (std::make_index_sequence<16>{});
  }
  [[gnu::always_inline]] void store(dual<T>* to) const {
    T* numbers = reinterpret_cast<T*>(to);
    [&]<std::size_t... L>(std::index_sequence<L...>) __attribute__((always_inline)) {
      store_whole<T>(__builtin_shufflevector(v, e, (L / 2 + L % 2 * 16)...), numbers);
      store_whole<T>(__builtin_shufflevector(v, e, (8 + L / 2 + L % 2 * 16)...), numbers + 16);
    }
    (std::make_index_sequence<16>{});
  }
};

}  // namespace lssm::kernel
