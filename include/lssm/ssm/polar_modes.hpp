// SPDX-License-Identifier: BSD-3-Clause
// Complex eigenvalues by modulus and phase, a = r e^{iφ}, and the rows of B by a factor of their own: the coordinates of LRU.
//
//   polar_modes<>                                   θ = (r, φ)              every a; its flow is singular at r = 0
//   polar_modes<exp_of_minus_exp, exponential>      θ = (ν, ϑ)              r = exp(-exp ν) < 1, φ = exp ϑ > 0: LRU's
//   scaled_rows                                     θ = (γ, B')             B = exp(γ) B' row by row, γ = ½ log(1 - |a|²) at
//                                                                           the start and free from then on
//   lru_coordinates                                 both, and C as it is
//
// With ∂L/∂Re a and ∂L/∂Im a:  dr = cos φ dRe + sin φ dIm,  dφ = r (cos φ dIm - sin φ dRe).
#pragma once

#include "joined_maps.hpp"
#include "logarithm.hpp"
#include "parametrization.hpp"

namespace lssm {

namespace detail {
/// Systems with real and imaginary parts of A and of B.
template <class System>
concept KeepsPairs = requires(System s) {
  s.a_re, s.a_im, s.b_re, s.b_im;
};
}  // namespace detail

/// θ (2 d): the moduli through one parametrization, then the phases through another.
template <class Modulus = as_is, class Phase = as_is>
struct polar_modes {
  static_assert(Parametrization<Modulus> && Parametrization<Phase>,
                "polar_modes: takes two parametrizations, of modulus and phase (docs/coordinates.md)");
  using moves = slot_list<state_real, state_imaginary>;
  static constexpr bool takes_duals = CurvedParametrization<Modulus> && CurvedParametrization<Phase>;

  template <detail::KeepsPairs System>
  static constexpr integer known_count = sum_of<known_size<detail::slot_storage<state_real, System>>,
                                                known_size<detail::slot_storage<state_imaginary, System>>>;
  static constexpr integer count(const auto& s) { return 2 * length(s.a_re); }

  template <class T, class System>
  static void to_system(std::span<const T> theta, System& s) {
    for (std::size_t j = 0, d = s.a_re.size(); j < d; ++j) {
      const T r = Modulus::value(theta[j]), phase = Phase::value(theta[d + j]);
      s.a_re[j] = r * cos_of(phase);
      s.a_im[j] = r * sin_of(phase);
    }
  }
  /// Phases are in (-π, π]. What a parametrization does not reach becomes NaN or infinite, which `bind` refuses.
  template <class T, class System>
  static void from_system(const System& s, std::span<T> theta) {
    for (std::size_t j = 0, d = s.a_re.size(); j < d; ++j)
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
        const auto part = [lane](const T& x) { return scalar_traits<T>::get(x, lane); };
        const eigenvalue<lane_of<T>> a{part(s.a_re[j]), part(s.a_im[j])};
        const lane_of<T> r = a.magnitude();
        const lane_of<T> phase = r > lane_of<T>(0) ? detail::angle_of(a, r) : lane_of<T>(0);
        scalar_traits<T>::set(theta[j], lane, Modulus::inverse(r));
        scalar_traits<T>::set(theta[d + j], lane, Phase::inverse(phase));
      }
  }
  template <class T, class System>
  static void pullback(std::span<const T> theta, const System& ds, std::span<T> dtheta) {
    for (std::size_t j = 0, d = ds.a_re.size(); j < d; ++j) {
      const T r = Modulus::value(theta[j]), phase = Phase::value(theta[d + j]);
      const T c = cos_of(phase), s = sin_of(phase);
      const T along = mul_add(c, ds.a_re[j], s * ds.a_im[j]);
      const T around = mul_add(c, ds.a_im[j], T(0) - s * ds.a_re[j]);
      dtheta[j] = along * Modulus::derivative(theta[j]);
      dtheta[d + j] = r * around * Phase::derivative(theta[d + j]);
    }
  }
};

/// θ (d + 2 d m): γ, then Re and Im of B' (d, m); row j of B is exp(γ_j) times that of B'.
struct scaled_rows {
  using moves = slot_list<input_real, input_imaginary>;
  static constexpr bool takes_duals = true;
  template <detail::KeepsPairs System>
  static constexpr integer known_count = sum_of<known_size<detail::slot_storage<state_real, System>>,
                                                known_size<detail::slot_storage<input_real, System>>,
                                                known_size<detail::slot_storage<input_imaginary, System>>>;
  static constexpr integer count(const auto& s) { return length(s.a_re) + 2 * length(s.b_re); }

  template <class T, class System>
  static void to_system(std::span<const T> theta, System& s) {
    each(s, [&](auto& b, std::size_t i, std::size_t row, std::size_t at) {
      b[i] = exp_of(theta[row]) * theta[at];
    });
  }
  /// γ_j = ½ log(1 - |a_j|²), so that an eigenvalue outside the disk is refused by `bind`.
  template <class T, class System>
  static void from_system(const System& s, std::span<T> theta) {
    for (std::size_t j = 0; j < s.a_re.size(); ++j) {
      const T r = eigenvalue<T>{s.a_re[j], s.a_im[j]}.magnitude();
      theta[j] = log_of((T(1) - r) * (T(1) + r)) / T(2);
    }
    each(s, [&](auto& b, std::size_t i, std::size_t row, std::size_t at) {
      theta[at] = b[i] / exp_of(theta[row]);
    });
  }
  template <class T, class System>
  static void pullback(std::span<const T> theta, const System& ds, std::span<T> dtheta) {
    for (std::size_t j = 0; j < ds.a_re.size(); ++j) dtheta[j] = T(0);
    each(ds, [&](auto& db, std::size_t i, std::size_t row, std::size_t at) {
      dtheta[at] = exp_of(theta[row]) * db[i];
      dtheta[row] = mul_add(dtheta[at], theta[at], dtheta[row]);
    });
  }

 private:
  /// f(entries, i, row, at) for entry i of both parts of B, which is entry `at` of θ.
  static void each(auto& s, const auto& f) {
    const std::size_t d = s.a_re.size(), n = s.b_re.size(), m = n / d;
    for (std::size_t i = 0; i < n; ++i) f(s.b_re, i, i / m, d + i);
    for (std::size_t i = 0; i < n; ++i) f(s.b_im, i, i / m, d + n + i);
  }
};

/// LRU's: log-log modulus, log phase, log factor of the rows, B' and C.
using lru_coordinates =
    joined_maps<polar_modes<exp_of_minus_exp, exponential>, scaled_rows, learn<output_role>>;

}  // namespace lssm
