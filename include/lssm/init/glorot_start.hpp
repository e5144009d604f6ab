// SPDX-License-Identifier: BSD-3-Clause
// Glorot's start of full matrices: uniform with variance 2 / (rows + columns), so that signals keep their size both ways.
#pragma once

#include <cmath>

#include "../core/error.hpp"
#include "../core/random.hpp"
#include "../ssm/modes.hpp"

namespace lssm {

/// Uniforms in ±√(6 / (rows + columns)) for A (d, d), B (d, m) and C (p, d), in this order.
struct glorot_start {
  double gain = 1;  ///< of A: finite and >= 0. With 1 the spectral radius is near 1.

  void validate() const { detail::require_not_negative("glorot_start", "gain", gain); }

  template <class System, RandomStream Stream>
  void operator()(System& system, Stream& stream) const {
    static_assert(
        requires { system.a, system.b, system.c; } && !requires { system.step; } &&
            !detail::parameters_of_modes<System>,
        "glorot_start: it is a start of dense_state, and this structure is another (docs/init.md)");
    const auto d = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(system.a.size()))));
    require(d * d == system.a.size(), "glorot_start", "entries of A", "a square number", system.a.size());
    const auto fill = [&](auto& entries, std::size_t others, double scale) {
      const double bound = scale * std::sqrt(6.0 / static_cast<double>(d + others));
      for (auto& x : entries) x = std::remove_cvref_t<decltype(x)>(bound * (2 * stream.uniform() - 1));
    };
    fill(system.a, d, gain);
    fill(system.b, system.b.size() / d, 1);
    fill(system.c, system.c.size() / d, 1);
  }
  friend bool operator==(const glorot_start&, const glorot_start&) = default;
};

}  // namespace lssm
