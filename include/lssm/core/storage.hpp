// SPDX-License-Identifier: BSD-3-Clause
// Contiguous storage of n scalars: std::array where n is known at compile time, std::vector where it is not.
//
// States hold these, kernels see them as spans; users meet xtensor containers at the boundary (core/tensor.hpp).
// The reason is the element type: packs, duals and quads are no elements xtensor is specified for.
#pragma once

#include <array>
#include <span>
#include <type_traits>
#include <vector>

#include "extent.hpp"

namespace lssm {

namespace detail {
template <class T, integer N>
struct storage {
  using type = std::array<T, static_cast<std::size_t>(N)>;
};
template <class T>
struct storage<T, dynamic> {
  using type = std::vector<T>;
};
}  // namespace detail

/// N numbers: an array where N is known while compiling, else a vector.
template <class T, integer N = dynamic>
using vec = typename detail::storage<T, N>::type;

/// n zeros.
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

template <class V>
inline constexpr bool is_storage = false;
template <class T, std::size_t N>
inline constexpr bool is_storage<std::array<T, N>> = true;
template <class T>
inline constexpr bool is_storage<std::vector<T>> = true;

/// Spans with a signed length, the currency between rooms.
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

}  // namespace lssm
