// SPDX-License-Identifier: BSD-3-Clause
// Contiguous storage of n scalars: std::array where n is known at compile time and the numbers take at most some kB,
// known_vector where they take more, std::vector where n is not known. A training holds tens of them and may live on the
// stack of a thread.
//
// States hold these, kernels see them as spans; users meet xtensor containers at the boundary (core/tensor.hpp).
// The reason is the element type: xtensor is not specified for packs, duals and quads.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <initializer_list>
#include <span>
#include <type_traits>
#include <vector>

#include "extent.hpp"

namespace lssm {

/// N numbers on the heap, zero unless given: a std::array for sizes that are too large for a stack. A known_vector that
/// has been moved from may only be assigned to.
template <class T, integer N>
class known_vector {
 public:
  using value_type = T;

  constexpr known_vector() : numbers_(static_cast<std::size_t>(N), T(0)) {}
  constexpr known_vector(std::initializer_list<T> first) : known_vector() {
    if (first.size() > size()) refuse("known_vector", "the numbers", "at most " + to_text(N), first.size());
    std::copy(first.begin(), first.end(), begin());
  }

  static constexpr std::size_t size() { return static_cast<std::size_t>(N); }
  constexpr T* data() { return numbers_.data(); }
  constexpr const T* data() const { return numbers_.data(); }
  constexpr T& operator[](std::size_t i) { return numbers_[i]; }
  constexpr const T& operator[](std::size_t i) const { return numbers_[i]; }
  constexpr auto begin() { return numbers_.begin(); }
  constexpr auto begin() const { return numbers_.begin(); }
  constexpr auto end() { return numbers_.end(); }
  constexpr auto end() const { return numbers_.end(); }
  constexpr void fill(const T& x) { std::fill(begin(), end(), x); }
  friend constexpr bool operator==(const known_vector&, const known_vector&) = default;

 private:
  std::vector<T> numbers_;
};

namespace detail {
/// Whether an object may hold N numbers in place, within further objects; and whether a function may have an array of them.
template <class T, integer N>
inline constexpr bool in_place = static_cast<std::size_t>(N) <= 4096 / sizeof(T);
template <class T, integer N>
inline constexpr bool on_stack = static_cast<std::size_t>(N) <= 65536 / sizeof(T);

template <class T, integer N>
struct storage {
  using type =
      std::conditional_t<in_place<T, N>, std::array<T, static_cast<std::size_t>(N)>, known_vector<T, N>>;
};
template <class T>
struct storage<T, dynamic> {
  using type = std::vector<T>;
};
}  // namespace detail

/// N numbers: an array where N is known while compiling (on the heap where it is large), else a vector.
template <class T, integer N = dynamic>
using vec = typename detail::storage<T, N>::type;

/// Makes n zeros.
template <class T, integer N>
constexpr vec<T, N> zeros(extent<N> n) {
  if constexpr (N == dynamic) {
    return vec<T, N>(static_cast<std::size_t>(static_cast<integer>(n)), T(0));
  } else {
    vec<T, N> v{};
    v.fill(T(0));
    return v;
  }
}

/// The compile-time size of a storage type, or dynamic.
template <class Storage>
inline constexpr integer known_size = dynamic;
template <class T, std::size_t N>
inline constexpr integer known_size<std::array<T, N>> = static_cast<integer>(N);
template <class T, integer N>
inline constexpr integer known_size<known_vector<T, N>> = N;

template <class V>
inline constexpr bool is_storage = false;
template <class T, std::size_t N>
inline constexpr bool is_storage<std::array<T, N>> = true;
template <class T, integer N>
inline constexpr bool is_storage<known_vector<T, N>> = true;
template <class T>
inline constexpr bool is_storage<std::vector<T>> = true;

/// Signed length of a container; rooms exchange spans with it.
template <class V>
constexpr integer length(const V& v) {
  return static_cast<integer>(v.size());
}
/// A span of all entries.
template <class T, class V>
constexpr std::span<const T> view(const V& v) {
  return std::span<const T>(v.data(), v.size());
}

/// Spans that keep a size known at compile time.
template <class T, integer N>
using fixed_span = std::span<T, N == dynamic ? std::dynamic_extent : static_cast<std::size_t>(N)>;

/// The first N entries of v, or all of them where N is dynamic.
template <integer N, class V>
constexpr auto fixed_view(V& v) {
  using T = std::remove_reference_t<decltype(*v.data())>;
  return fixed_span<T, N>(v.data(), N == dynamic ? v.size() : static_cast<std::size_t>(N));
}

namespace detail {
/// Copies n numbers between arrays that do not overlap; a known number N of them in the pieces that kernels load
/// (kernel/blocks.hpp): a load waits where the store before it was of other bytes.
template <integer N = dynamic, class T>
constexpr void copy_numbers(const T* from, std::size_t n, T* to) {
  if constexpr (std::is_trivially_copyable_v<T>) {
    if (!__builtin_is_constant_evaluated()) {
      std::size_t done = N == dynamic ? n : n / 8 * 8;
      if (done > 0) std::memcpy(to, from, done * sizeof(T));
      for (std::size_t piece = 4; N != dynamic && piece > 0; piece /= 2)
        if (done + piece <= n) std::memcpy(to + done, from + done, piece * sizeof(T)), done += piece;
      return;
    }
  }
  for (std::size_t i = 0; i < n; ++i) to[i] = from[i];
}
}  // namespace detail

}  // namespace lssm
