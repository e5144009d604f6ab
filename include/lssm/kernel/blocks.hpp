// SPDX-License-Identifier: BSD-3-Clause
// Loops over modes go in blocks of eight: what one instruction or two do at once, and how every sum is associated.
//
// The association is fixed by this constant, not by the hardware, so that static and dynamic sizes, lanes and single
// numbers, AVX2 and AVX-512 round alike. Standard floats fill the last block with zeros and compute all eight (one
// code path, all of it vector code); wider scalars stop at the last mode, which rounds the same.
#pragma once

#include <algorithm>
#include <span>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm::kernel {

inline constexpr integer block_size = 8;

template <class T>
struct block {
  T v[block_size];
};

template <class T>
constexpr block<T> fill_block(const T& x) {
  block<T> b;
  for (T& y : b.v) y = x;
  return b;
}

/// How many entries of a block holding `used` modes are computed.
template <class T>
constexpr integer block_width(integer used) {
  if constexpr (detail::StandardFloat<T> && sizeof(T) <= 8) {
    return block_size;
  } else {
    return used;
  }
}

/// Entries j, j+1, ... of x, zeros beyond its end.
template <class T>
constexpr block<T> load_block(std::span<const T> x, integer j) {
  block<T> b;
  const integer used = std::min(block_size, length(x) - j);
  if (used == block_size) {
    for (integer l = 0; l < block_size; ++l) b.v[l] = x[static_cast<std::size_t>(j + l)];
  } else {
    for (integer l = 0; l < block_size; ++l) b.v[l] = l < used ? x[static_cast<std::size_t>(j + l)] : T(0);
  }
  return b;
}

template <class T>
constexpr void store_block(const block<T>& b, std::span<T> x, integer j) {
  const integer used = std::min(block_size, length(x) - j);
  if (used == block_size) {
    for (integer l = 0; l < block_size; ++l) x[static_cast<std::size_t>(j + l)] = b.v[l];
  } else {
    for (integer l = 0; l < used; ++l) x[static_cast<std::size_t>(j + l)] = b.v[l];
  }
}

/// The sum of a block, halves folded onto each other.
template <class T>
constexpr T sum_block(const block<T>& b) {
  const T s0 = b.v[0] + b.v[4], s1 = b.v[1] + b.v[5], s2 = b.v[2] + b.v[6], s3 = b.v[3] + b.v[7];
  return (s0 + s2) + (s1 + s3);
}

/// x · y
template <class T>
constexpr T dot(std::span<const T> x, std::span<const T> y) {
  block<T> acc = fill_block(T(0));
  for (integer j = 0; j < length(x); j += block_size) {
    const block<T> u = load_block(x, j), w = load_block(y, j);
    const integer n = block_width<T>(std::min(block_size, length(x) - j));
    for (integer l = 0; l < n; ++l) acc.v[l] = mul_add(u.v[l], w.v[l], acc.v[l]);
  }
  return sum_block(acc);
}

}  // namespace lssm::kernel
