// SPDX-License-Identifier: BSD-3-Clause
// The triangle R of V = Q R, by the modified Gram-Schmidt process: R is as exact as Householder's, Q is not needed.
//
//   V   columns one after the other, each in whole blocks with zeros after its end; they are overwritten
//   R   (n, n), row major; entries below the diagonal are zero
//
// A column that depends on those before it leaves a row of zeros, up to rounding.
#pragma once

#include "blocks.hpp"

namespace lssm::kernel {

/// Columns w_j a_j^m for m < n, padded(length(a)) entries each.
template <class T, std::size_t N>
constexpr void weighted_powers(std::span<const T, N> a, std::span<const T, N> w, std::span<T> v, integer n) {
  const integer stride = padded<T>(length(a));
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    for (integer j = 0; j < length(a); j += W) {
      const block<T, W> x = load_block<W>(a, j);
      block<T, W> p = load_block<W>(w, j);
      for (integer m = 0; m < n; ++m) {
        store_block(p, v.subspan(static_cast<std::size_t>(m * stride + j)).template first<std::size_t{W}>(),
                    0);
        p = p * x;
      }
    }
  });
}

/// Precondition: v holds n columns of equal size, r n² entries.
template <class T>
constexpr void triangular_factor(std::span<T> v, integer n, std::span<T> r) {
  const std::size_t count = static_cast<std::size_t>(n), size = v.size() / count;
  const auto column = [&](std::size_t m) { return v.subspan(m * size, size); };
  for (T& x : r) x = T(0);
  for (std::size_t m = 0; m < count; ++m) {
    const std::span<T> own = column(m);
    const T square = dot(std::span<const T>(own), std::span<const T>(own));
    const mask_of<T> none = square == T(0);
    const T root = sqrt_of(where(none, T(1), square));  // the root of zero has no derivative
    const T scale = where(none, T(0), T(1) / root);
    for (T& x : own) x = x * scale;
    r[m * count + m] = where(none, T(0), root);
    for (std::size_t k = m + 1; k < count; ++k) {
      const T along = dot(std::span<const T>(own), std::span<const T>(column(k)));
      r[m * count + k] = along;
      add_scaled(T(0) - along, std::span<const T>(own), column(k));
    }
  }
}

}  // namespace lssm::kernel
