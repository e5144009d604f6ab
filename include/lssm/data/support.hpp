// SPDX-License-Identifier: BSD-3-Clause
// Supports: which entries of a sequence of length kappa may differ from zero. Positions count from 0.
//
//   at<i>         one entry; a negative i counts from the end (at<-2>: the second to last)
//   leading<k>    the first k entries          trailing<k>   the last k
//   everywhere    all
//
// Empty brackets mean run time: at<>{-2}, leading<>{3}. A number that was left out is refused by `validate`, as no number is
// the one that was meant. A support outside the sequence does not compile where both are
// known, and is refused by `validate` where they are not.
#pragma once

#include <concepts>
#include <type_traits>

#include "../core/extent.hpp"

namespace lssm {

/// Tells for each position whether it is in the support, and whether the whole support fits a sequence.
template <class S>
concept Support = requires(const S s, integer k) {
  { s.contains(k, k) } -> std::convertible_to<bool>;
  { s.fits(k) } -> std::convertible_to<bool>;
};

/// One entry; a negative position counts from the end.
template <integer I = dynamic>
struct at {
  /// Where the brackets are empty it must be set.
  [[no_unique_address]] extent<I> position = I;

  constexpr bool is_set() const { return I != dynamic || position != dynamic; }

  constexpr bool contains(integer k, integer kappa) const {
    const integer i = position;
    return k == (i < 0 ? i + kappa : i);
  }
  constexpr bool fits(integer kappa) const { return position < kappa && position >= -kappa; }
  friend constexpr bool operator==(const at& x, const at& y) { return x.position == y.position; }
};

/// The first K entries.
template <integer K = dynamic>
struct leading {
  [[no_unique_address]] extent<K> entries{};

  constexpr bool contains(integer k, integer) const { return k < entries; }
  constexpr bool fits(integer kappa) const { return entries >= 1 && entries <= kappa; }
  friend constexpr bool operator==(const leading& x, const leading& y) { return x.entries == y.entries; }
};

/// The last K entries.
template <integer K = dynamic>
struct trailing {
  [[no_unique_address]] extent<K> entries{};

  constexpr bool contains(integer k, integer kappa) const { return k >= kappa - entries; }
  constexpr bool fits(integer kappa) const { return entries >= 1 && entries <= kappa; }
  friend constexpr bool operator==(const trailing& x, const trailing& y) { return x.entries == y.entries; }
};

/// All entries.
struct everywhere {
  constexpr bool contains(integer, integer) const { return true; }
  constexpr bool fits(integer) const { return true; }
  friend constexpr bool operator==(const everywhere&, const everywhere&) { return true; }
};

namespace detail {
/// False where it is known at compile time that the support lies outside: its numbers are all in its type, and so is the
/// length.
template <class S, integer Kappa>
consteval bool may_fit() {
  if constexpr (Kappa != dynamic && std::is_empty_v<S> &&
                requires { typename std::bool_constant<S{}.fits(Kappa)>; }) {
    return S{}.fits(Kappa);
  } else {
    return true;
  }
}
}  // namespace detail

}  // namespace lssm
