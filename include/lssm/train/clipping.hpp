// SPDX-License-Identifier: BSD-3-Clause
// Clipping: a bound on the gradient before the update rule sees it.
//
//   unclipped                       as it is
//   clip_norm{.most = 1}            scaled down to that 2-norm over all parameters
//   clip_entries{.most = 1}         each entry within [-most, most]
//   one's own                       a struct with `void operator()(auto u) const` on the gradient, a span
#pragma once

#include <span>

#include "../kernel/blocks.hpp"
#include "gather.hpp"

namespace lssm {

/// The gradient as it is.
struct unclipped {
  constexpr void operator()(auto) const {}
  friend constexpr bool operator==(unclipped, unclipped) { return true; }
};

/// The gradient scaled down to ‖∇L‖₂ <= most.
struct clip_norm {
  double most = 1;  ///< > 0

  void validate() const { require(most > 0, "clip_norm", "most", "positive", most); }
  friend bool operator==(const clip_norm&, const clip_norm&) = default;

  template <Scalar T>
  struct bound {
    T most;
    void operator()(std::span<T> u) const {
      const T norm = sqrt_of(kernel::dot(std::span<const T>(u), std::span<const T>(u)));
      const mask_of<T> overflown = !is_finite(norm);
      if (any_lane<T>(overflown)) shrink(u, overflown);
      const T scale = where(norm > most && !overflown, most / norm, T(1));
      for (T& x : u) x = x * scale;
    }

   private:
    /// The same where squares overflow though the entries do not. What is not finite stays.
    void shrink(std::span<T> u, const mask_of<T>& overflown) const {
      T largest(0), sum(0);
      for (const T& x : u) largest = max_of(largest, abs_of(x));
      for (const T& x : u) sum = mul_add(x / largest, x / largest, sum);
      const T scale = most / sqrt_of(sum);
      const mask_of<T> above = overflown && largest > scale;
      for (T& x : u) x = where(above, x / largest * scale, x);
    }
  };
  template <Scalar T>
  static bound<T> bind(std::span<const clip_norm> per_lane) {
    return {gather<T>(per_lane, [](const clip_norm& c) { return c.most; })};
  }
};

/// Each entry of the gradient within [-most, most].
struct clip_entries {
  double most = 1;  ///< > 0

  void validate() const { require(most > 0, "clip_entries", "most", "positive", most); }
  friend bool operator==(const clip_entries&, const clip_entries&) = default;

  template <Scalar T>
  struct bound {
    T most;
    void operator()(std::span<T> u) const {
      for (T& x : u) x = where(x > most, most, where(x < T(0) - most, T(0) - most, x));  // NaN stays
    }
  };
  template <Scalar T>
  static bound<T> bind(std::span<const clip_entries> per_lane) {
    return {gather<T>(per_lane, [](const clip_entries& c) { return c.most; })};
  }
};

}  // namespace lssm
