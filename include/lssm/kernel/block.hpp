// SPDX-License-Identifier: BSD-3-Clause
// One number, or eight floats or doubles at once. Kernels load, add and fold them through kernel/blocks.hpp.
#pragma once

#include <type_traits>

#include "partial_registers.hpp"
#include "whole_registers.hpp"

namespace lssm::kernel {

template <class T>
inline constexpr bool is_native = std::is_same_v<T, float> || std::is_same_v<T, double>;

template <class T, integer W>
struct block;

template <class T>
struct block<T, 1> {
  T v;
  friend constexpr block operator+(const block& x, const block& y) { return {x.v + y.v}; }
  friend constexpr block operator-(const block& x, const block& y) { return {x.v - y.v}; }
  friend constexpr block operator*(const block& x, const block& y) { return {x.v * y.v}; }
  friend constexpr block operator/(const block& x, const block& y) { return {x.v / y.v}; }
  friend constexpr block fused(const block& x, const block& y, const block& z) {
    return {mul_add(x.v, y.v, z.v)};
  }
  friend constexpr block where_positive(const block& x, const block& y, const block& z) {
    return {where(x.v > T(0), y.v, z.v)};
  }
};

template <class T>
struct block<T, 8> {
  static constexpr std::size_t pieces = native<T>::pieces;
  typename native<T>::vector v[pieces];
  [[gnu::always_inline]] friend block operator+(block x, const block& y) {
    each_piece<T>([&](auto i) __attribute__((always_inline)) { x.v[i] += y.v[i]; });
    return x;
  }
  [[gnu::always_inline]] friend block operator-(block x, const block& y) {
    each_piece<T>([&](auto i) __attribute__((always_inline)) { x.v[i] -= y.v[i]; });
    return x;
  }
  [[gnu::always_inline]] friend block operator*(block x, const block& y) {
    each_piece<T>([&](auto i) __attribute__((always_inline)) { x.v[i] *= y.v[i]; });
    return x;
  }
  [[gnu::always_inline]] friend block operator/(block x, const block& y) {
    each_piece<T>([&](auto i) __attribute__((always_inline)) { x.v[i] /= y.v[i]; });
    return x;
  }
  [[gnu::always_inline]] friend block fused(const block& x, const block& y, const block& z) {
    block r;
    each_piece<T>([&](auto i) __attribute__((always_inline)) { fuse<T>(x.v[i], y.v[i], z.v[i], r.v[i]); });
    return r;
  }
  /// y where x > 0, else z
  [[gnu::always_inline]] friend block where_positive(const block& x, const block& y, block z) {
    each_piece<T>([&](auto i) __attribute__((always_inline)) {
      z.v[i] = x.v[i] > typename native<T>::vector{} ? y.v[i] : z.v[i];
    });
    return z;
  }
  [[gnu::always_inline]] static block fill(const T& x) {
    block b;
    each_piece<T>([&](auto i) __attribute__((always_inline)) { b.v[i] = x - typename native<T>::vector{}; });
    return b;
  }
  /// Eight numbers in memory, or the first n < 8 of them; those beyond are zeros when loaded, and kept when stored.
  [[gnu::always_inline]] void load(const T* from) { load_all(from, v); }
  [[gnu::always_inline]] void load(const T* from, integer n) { load_some(from, n, v); }
  [[gnu::always_inline]] void store(T* to) const { store_all(v, to); }
  [[gnu::always_inline]] void store(T* to, integer n) const { store_some(v, to, n); }
  /// The same of a known number of them.
  template <integer N>
  [[gnu::always_inline]] void load_first(const T* from) {
    kernel::load_first<N>(from, v);
  }
  template <integer N>
  [[gnu::always_inline]] void store_first(T* to) const {
    kernel::store_first<N>(v, to);
  }
  [[gnu::always_inline]] void keep(integer n) { keep_some<T>(v, n); }
  [[gnu::always_inline]] void take_roots() { roots<T>(v); }
  [[gnu::always_inline]] T sum() const { return sum_of_eight<T>(v); }
  /// Number I in all eight lanes.
  template <std::size_t I>
  [[gnu::always_inline]] block spread() const {
    block b;
    b.v[0] = spread_number<I % native<T>::per_piece, T>(v[I / native<T>::per_piece]);
    each_piece<T>([&](auto i) __attribute__((always_inline)) { b.v[i] = b.v[0]; });
    return b;
  }
  [[gnu::always_inline]] static block sums(const block (&b)[8]) {
    typename native<T>::vector of[8][pieces];
    unrolled<8>([&](auto i) __attribute__((always_inline)) {
      each_piece<T>([&](auto p) __attribute__((always_inline)) { of[i][p] = b[i].v[p]; });
    });
    block r;
    sums_of_eight<T>(of, r.v);
    return r;
  }
};

/// Whether two blocks fit into one register.
template <class T>
inline constexpr bool has_two_blocks = std::is_same_v<T, float>&& register_bytes == 64;

/// Two blocks of floats in one register, for loops that are bound by roots, quotients or the number of instructions.
template <class Block>
struct two_blocks {
  using vector = typename whole<float, 64>::vector;
  vector v;
  two_blocks() = default;
  explicit two_blocks(const vector& numbers) : v(numbers) {}
  [[gnu::always_inline]] two_blocks(const Block& low, const Block& high) {
    v = __builtin_shufflevector(low.v[0], high.v[0], 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  }
  [[gnu::always_inline]] Block low() const {
    return {{__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7)}};
  }
  [[gnu::always_inline]] Block high() const {
    return {{__builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15)}};
  }
  [[gnu::always_inline]] friend two_blocks operator+(const two_blocks& x, const two_blocks& y) {
    return two_blocks(x.v + y.v);
  }
  [[gnu::always_inline]] friend two_blocks operator/(const two_blocks& x, const two_blocks& y) {
    return two_blocks(x.v / y.v);
  }
  [[gnu::always_inline]] friend two_blocks fused(const two_blocks& x, const two_blocks& y,
                                                 const two_blocks& z) {
    two_blocks r;
    fuse<float>(x.v, y.v, z.v, r.v);
    return r;
  }
  [[gnu::always_inline]] static two_blocks fill(float x) { return two_blocks(x - vector{}); }
  [[gnu::always_inline]] void load(const float* from) { v = load_whole<float, 64>(from); }
  [[gnu::always_inline]] void store(float* to) const { store_whole<float>(v, to); }
  [[gnu::always_inline]] friend two_blocks square_root(two_blocks x) {
    take_roots<float>(x.v);
    return x;
  }
};

}  // namespace lssm::kernel
