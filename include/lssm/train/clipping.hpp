// SPDX-License-Identifier: BSD-3-Clause
// Clipping: a bound on the gradient before the update rule sees it.
//
//   unclipped                       as it is
//   clip_norm{.most = 1}            scaled down to that 2-norm over all parameters, however small or large they are
//   clip_entries{.most = 1}         each entry within [-most, most]
//
// A bound that is zero in the scalar of the run, or below its smallest normal number, is refused.
//
//   one's own                       a struct with `void operator()(auto u) const` on the gradient, a span
#pragma once

#include <span>

#include "../kernel/blocks.hpp"
#include "../kernel/norm.hpp"
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

  template <Scalar T = double>
  void validate() const {
    detail::require_positive_in<T>("clip_norm", "most", most);
  }
  friend bool operator==(const clip_norm&, const clip_norm&) = default;

  template <Scalar T>
  struct bound {
    T most;
    void operator()(std::span<T> u) const {
      const T square = kernel::dot(std::span<const T>(u), std::span<const T>(u));
      const T norm = sqrt_of(square), plain = most / norm;
      const mask_of<T> sound = kernel::sound_square(square) && (norm <= most || kernel::sound_square(plain));
      if (any_lane<T>(!sound)) shrink(u, sound);
      const T scale = where(norm > most && sound, plain, T(1));
      for (T& x : u) x = x * scale;
    }

   private:
    /// Clips where squares, or the factor, overflow or underflow though the entries do not. What is not finite stays.
    void shrink(std::span<T> u, const mask_of<T>& sound) const {
      const auto [largest, ratio] = kernel::scaled_norm(std::span<const T>(u));
      const T scale = most / ratio;
      const mask_of<T> above = !sound && largest > scale;
      for (T& x : u) x = where(above, x / largest * scale, x);
    }
  };
  template <Scalar T>
  static bound<T> bind(std::span<const clip_norm> per_lane) {
    for (const clip_norm& c : per_lane) c.template validate<T>();
    return {gather<T>(per_lane, &clip_norm::most)};
  }
};

/// Each entry of the gradient within [-most, most].
struct clip_entries {
  double most = 1;  ///< > 0

  template <Scalar T = double>
  void validate() const {
    detail::require_positive_in<T>("clip_entries", "most", most);
  }
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
    for (const clip_entries& c : per_lane) c.template validate<T>();
    return {gather<T>(per_lane, &clip_entries::most)};
  }
};

}  // namespace lssm
