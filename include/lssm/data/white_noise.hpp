// SPDX-License-Identifier: BSD-3-Clause
// White noise in expectation: the loss that infinitely many normal sequences would give, without a draw.
//
//   E (x̃ · e)² = σ² Σ_i e_i²   for independent x_i of mean 0 and deviation σ: G = σ² 1
//
// The same Gram matrix belongs to N sequences of which κm are impulses of amplitude σ √N, one at each entry and channel, and the
// others zero. These are the sequences of the set; N is the least power of four from κm on, so that √N is exact in any scalar.
// Beside injected sequences they count as N.
#pragma once

#include <cmath>

#include "training_set.hpp"

namespace lssm {

/// Inputs whose Gram matrix is that of white noise: σ² times the identity. For losses that are not squared it is no
/// expectation, but these impulses.
template <integer Kappa = dynamic, integer Channels = 1>
struct white_noise {
  static_assert(Kappa == dynamic || Kappa >= 2, "white_noise: the length must be at least 2 (docs/data.md)");

  extent<Kappa> length{};
  double deviation = 1;  ///< σ, finite and > 0

  static constexpr integer known_length = Kappa, channels = Channels;
  static constexpr bool clean_labels = true;

  constexpr integer kappa() const { return length; }
  /// N, the least power of four from κm on.
  constexpr integer sequences() const {
    integer n = 1;
    while (n < kappa() * Channels) n *= 4;
    return n;
  }
  void each(auto f) const {
    const integer entries = kappa() * Channels;
    listed<everywhere> impulses{.count = sequences()};
    impulses.values.assign(static_cast<std::size_t>(entries * sequences()), 0.0);
    for (integer i = 0; i < entries; ++i)
      impulses.values[static_cast<std::size_t>(i * entries + i)] =
          deviation * std::sqrt(static_cast<double>(sequences()));
    f(impulses);
  }
  void validate() const {
    require(length >= 2, "white_noise", "length", "at least 2", kappa());
    require_entries("white_noise", "4 (length x channels) squared", {4, length, Channels, length, Channels});
    require(std::isfinite(deviation) && deviation > 0, "white_noise", "deviation", "finite and above 0",
            deviation);
  }
  friend bool operator==(const white_noise&, const white_noise&) = default;
};

}  // namespace lssm
