// SPDX-License-Identifier: BSD-3-Clause
// A start of complex modes in a ring: |λ|² uniform, so that every area is as likely, or λ normal within it; the phase
// uniform; B and C normal.
//
//   annulus_start{.inner = 0.9, .outer = 0.999}                      long memory
//   annulus_start{.inner = 0.9, .outer = 0.999, .high = 0.314}       slow oscillations
//   annulus_start{.deviation = 0.3}                                  normal in the disc
#pragma once

#include <cmath>
#include <numbers>

#include "../core/error.hpp"
#include "../core/random.hpp"
#include "../ssm/complex_diagonal.hpp"
#include "gaussian_start.hpp"

namespace lssm {

/// Pairs of conjugate eigenvalues r e^{±iφ}, r² uniform in [inner², outer²), φ in [low, high): drawn pair by pair, r before
/// φ; then B and then C, real parts first.
struct annulus_start {
  double inner = 0;                ///< 0 <= inner <= outer
  double outer = 1;                ///< finite
  double low = 0;                  ///< of the phase, >= 0
  double high = std::numbers::pi;  ///< at most π: conjugates have the other half
  gaussian_entries input{};        ///< of B
  gaussian_entries output{};       ///< of C
  bool normalized = false;         ///< rows of B times sqrt(1 - r²), as in an LRU: states of unit variance
  double deviation = 0;  ///< above 0: of Re λ and Im λ, normals that fall into the ring, instead of uniforms
  static constexpr bool of_one_channel = true;

  void validate() const {
    require(inner >= 0, "annulus_start", "inner", "at least 0", inner);
    if (!(std::isfinite(outer) && outer >= inner))
      refuse("annulus_start", "outer", "finite and at least inner, " + to_text(inner), outer);
    const auto has_square = [](double x) { return !(x > 0) || std::isnormal(2 * x * x); };
    require(has_square(outer), "annulus_start", "outer", "0, or of a square within the range of double",
            outer);
    require(low >= 0, "annulus_start", "low", "at least 0", low);
    if (!(high >= low && high <= std::numbers::pi))
      refuse("annulus_start", "high", "between low, " + to_text(low) + ", and pi", high);
    require(!normalized || outer <= 1, "annulus_start", "outer", "at most 1 where rows are normalized",
            outer);
    detail::require_not_negative("annulus_start", "deviation", deviation);
    require(has_square(deviation), "annulus_start", "deviation",
            "0, or of a square within the range of double", deviation);
    others().validate();
  }

  template <class System, RandomStream Stream>
  void operator()(System& system, Stream& stream) const {
    static_assert(
        requires { system.a_re, system.a_im, system.b_re, system.b_im, system.c_re, system.c_im; },
        "annulus_start: it is a start of complex_diagonal, and this structure is another (docs/init.md)");
    using T = std::remove_cvref_t<decltype(system.a_re[0])>;
    const std::size_t d = system.a_re.size(), m = system.b_re.size() / std::max<std::size_t>(d, 1);
    std::vector<double> scale(d, 1.0);
    for (std::size_t j = 0; j < d; ++j) {
      const double square = square_at(stream.uniform());
      const double phase = low + (high - low) * stream.uniform();
      system.a_re[j] = T(std::sqrt(square) * std::cos(phase));
      system.a_im[j] = T(std::sqrt(square) * std::sin(phase));
      if (normalized) scale[j] = std::sqrt(1 - square);
    }
    detail::fill_slots(
        "annulus_start", slot_list<input_real, input_imaginary, output_real, output_imaginary>(), system,
        others(), [&](const gaussian_entries& law) { return law.mean + law.deviation * stream.normal(); });
    for (auto* b : {&system.b_re, &system.b_im})
      for (std::size_t i = 0; i < b->size(); ++i) (*b)[i] = (*b)[i] * T(scale[i / m]);
  }
  friend bool operator==(const annulus_start&, const annulus_start&) = default;

 private:
  /// r² where the law has so much below it; that of normals is exponential.
  double square_at(double u) const {
    const double width = outer * outer - inner * inner, twice = 2 * deviation * deviation;
    if (!(twice > 0)) return inner * inner + width * u;
    return inner * inner - twice * std::log1p(u * std::expm1(-width / twice));
  }
  /// The laws of B and C.
  gaussian_start others() const { return {.input = input, .output = output}; }
};

}  // namespace lssm
