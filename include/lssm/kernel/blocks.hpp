// SPDX-License-Identifier: BSD-3-Clause
// Loops over modes go in blocks: eight floats or doubles at once, one at a time for every other scalar.
//
// Every sum over modes has eight partial sums, mode j going to number j mod 8, folded at the end in halves. This
// association is fixed by a constant, not by the hardware, so that static and dynamic sizes, lanes and single numbers,
// AVX2 and AVX-512 all round alike. Beyond the last mode a block of eight holds zeros.
//
//   block<T, W>                      W = 8 or 1: x + y, x - y, x * y, x / y, fused(x, y, z) = x y + z, entry by entry
//   load_block<W>(x, j)              entries j, j+1, ... of a span        store_block(b, x, j)
//   accumulator<T, W>                add(j, b), add_product(j, x, y), sum()
//   with_width<T>(f)                 f of the width to use; constant expressions take single numbers
//   dot(x, y), add_scaled(s, x, y)   x · y,  y += s x                 combine(c, v, n, x, y)   y = x + Σ_i c_i v_i
#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <type_traits>

#include "registers.hpp"

namespace lssm::kernel {

inline constexpr integer partial_sums = 8;

template <class T>
inline constexpr bool is_native = std::is_same_v<T, float> || std::is_same_v<T, double>;

/// Modes per block outside constant expressions.
template <class T>
inline constexpr integer width = is_native<T> ? partial_sums : 1;

/// `count` rounded up to whole blocks: storage of this size needs no partial loads.
template <class T>
constexpr integer padded(integer count) {
  return count == dynamic ? dynamic : (count + width<T> - 1) / width<T> * width<T>;
}

template <class T, class F>
constexpr void with_width(F f) {
  if constexpr (is_native<T>) {
    if (!std::is_constant_evaluated()) {
      f(std::integral_constant<integer, width<T>>{});
      return;
    }
  }
  f(std::integral_constant<integer, 1>{});
}

template <class T, integer W>
struct block;

template <class T>
struct block<T, 1> {
  T v;
  friend constexpr block operator+(const block& x, const block& y) { return {x.v + y.v}; }
  friend constexpr block operator-(const block& x, const block& y) { return {x.v - y.v}; }
  friend constexpr block operator*(const block& x, const block& y) { return {x.v * y.v}; }
  friend constexpr block operator/(const block& x, const block& y) { return {x.v / y.v}; }
  friend constexpr block fused(const block& x, const block& y, const block& z) { return {mul_add(x.v, y.v, z.v)}; }
};

template <class T>
struct block<T, 8> {
  static constexpr std::size_t pieces = native<T>::pieces;
  typename native<T>::vector v[pieces];
  [[gnu::always_inline]] friend block operator+(block x, const block& y) {
    for (std::size_t i = 0; i < pieces; ++i) x.v[i] += y.v[i];
    return x;
  }
  [[gnu::always_inline]] friend block operator-(block x, const block& y) {
    for (std::size_t i = 0; i < pieces; ++i) x.v[i] -= y.v[i];
    return x;
  }
  [[gnu::always_inline]] friend block operator*(block x, const block& y) {
    for (std::size_t i = 0; i < pieces; ++i) x.v[i] *= y.v[i];
    return x;
  }
  [[gnu::always_inline]] friend block operator/(block x, const block& y) {
    for (std::size_t i = 0; i < pieces; ++i) x.v[i] /= y.v[i];
    return x;
  }
  [[gnu::always_inline]] friend block fused(const block& x, const block& y, const block& z) {
    block r;
    for (std::size_t i = 0; i < pieces; ++i) fuse<T>(x.v[i], y.v[i], z.v[i], r.v[i]);
    return r;
  }
};

template <integer W, class T>
[[gnu::always_inline]] constexpr block<T, W> fill_block(const T& x) {
  if constexpr (W == 1) {
    return {x};
  } else {
    block<T, W> b;
    for (auto& piece : b.v) piece = x - typename native<T>::vector{};
    return b;
  }
}

/// Entries j, j+1, ... of x, zeros beyond its end.
template <integer W, class T>
[[gnu::always_inline]] constexpr block<T, W> load_block(std::span<const T> x, integer j) {
  if constexpr (W == 1) {
    return {x[static_cast<std::size_t>(j)]};
  } else {
    block<T, W> b;
    const integer left = length(x) - j;
    if (left >= W) {
      std::memcpy(&b, x.data() + j, sizeof b);
    } else {
      load_some(x.data() + j, left, b.v);
    }
    return b;
  }
}

template <class T, integer W>
[[gnu::always_inline]] constexpr void store_block(const block<T, W>& b, std::span<T> x, integer j) {
  if constexpr (W == 1) {
    x[static_cast<std::size_t>(j)] = b.v;
  } else {
    const integer left = length(x) - j;
    if (left >= W) {
      std::memcpy(x.data() + j, &b, sizeof b);
    } else {
      store_some(b.v, x.data() + j, left);
    }
  }
}

/// Eight partial sums of blocks of width W; clear() before the first use.
template <class T, integer W>
class accumulator;

template <class T>
class accumulator<T, 1> {
 public:
  constexpr void clear() {
    for (T& x : parts_) x = T(0);
  }
  /// The block of modes j, j+1, ...
  constexpr void add(integer j, const block<T, 1>& b) {
    T& s = parts_[j % partial_sums];
    s = s + b.v;
  }
  constexpr void add_product(integer j, const block<T, 1>& x, const block<T, 1>& y) {
    T& s = parts_[j % partial_sums];
    s = mul_add(x.v, y.v, s);
  }
  constexpr T sum() const {
    const T s0 = parts_[0] + parts_[4], s1 = parts_[1] + parts_[5], s2 = parts_[2] + parts_[6], s3 = parts_[3] + parts_[7];
    return (s0 + s2) + (s1 + s3);
  }

 private:
  T parts_[partial_sums];
};

template <class T>
class accumulator<T, 8> {
 public:
  void clear() { parts_ = fill_block<8>(T(0)); }
  void add(integer, const block<T, 8>& b) { parts_ = parts_ + b; }
  void add_product(integer, const block<T, 8>& x, const block<T, 8>& y) { parts_ = fused(x, y, parts_); }
  T sum() const { return sum_of_eight<T>(parts_.v); }

 private:
  block<T, 8> parts_;
};

/// x · y
template <class T>
constexpr T dot(std::span<const T> x, std::span<const T> y) {
  T sum(0);
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    accumulator<T, W> acc;
    acc.clear();
    for (integer j = 0; j < length(x); j += W) acc.add_product(j, load_block<W>(x, j), load_block<W>(y, j));
    sum = acc.sum();
  });
  return sum;
}

/// y = x + Σ_i c_i v_i for the first `count` coefficients and vectors.
template <class T, class Coefficients, class Vectors>
constexpr void combine(const Coefficients& c, const Vectors& v, std::size_t count, std::span<const T> x, std::span<T> y) {
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    for (integer j = 0; j < length(y); j += W) {
      block<T, W> sum = fill_block<W>(c[0]) * load_block<W>(view<T>(v[0]), j);
      for (std::size_t i = 1; i < count; ++i) sum = fused(fill_block<W>(c[i]), load_block<W>(view<T>(v[i]), j), sum);
      store_block(load_block<W>(x, j) + sum, y, j);
    }
  });
}

/// y += s x
template <class T>
constexpr void add_scaled(const T& s, std::span<const T> x, std::span<T> y) {
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const block<T, W> factor = fill_block<W>(s);
    for (integer j = 0; j < length(x); j += W)
      store_block(fused(factor, load_block<W>(x, j), load_block<W, T>(y, j)), y, j);
  });
}

}  // namespace lssm::kernel
