// SPDX-License-Identifier: BSD-3-Clause
// From continuous time to steps of length t, mode by mode: s' = a s + b x,  y = c s.
//
//   h_0 = c δ b,  h_k = c ā^{k-1} γ b                 at(a, t) → {ā, δ, γ}, real a or eigenvalue<T>
//
//   method                        ā                            δ                γ           α, λ: a std::ratio
//   zero_order_hold               e^{at}                       t φ₁(at)         ā δ
//   first_order_hold              e^{at}                       t φ₂(at)         t φ₁(at)²   of a triangle hold
//   impulse_invariance            e^{at}                       t                ā δ         Mamba's: B times the step
//   exponential_trapezoidal<λ>    e^{at}                       λ t              ā t         Mamba-3's
//   generalized_bilinear<α>       (1 + (1-α) at) / (1 - α at)  t / (1 - α at)   ā δ         c stays, as in S4
//   generalized_tustin<α>         the same                     α t / (1 - α at) t / (1 - α at)²  as in control
//   bilinear, tustin              α = ½
//   forward_euler, backward_euler α = 0 and 1, c stays
//
// Where γ = ā δ, δ is the factor of B of the recurrence s_t = ā s_{t-1} + δ b x_t; the others (`feedthrough`) have a part of
// h_0 that no state holds. inverse(ā, t) is the a of a step. A pole of 1 / (1 - α at) gives infinity. One's own method is a
// struct with name, feedthrough and at; with inverse, where there is one. Derivatives by a and t come from dual numbers, or
// faster from slopes(a, t), where a method has it.
#pragma once

#include <array>
#include <ratio>
#include <string_view>
#include <utility>

#include "exponential_functions.hpp"
#include "logarithm.hpp"
#include "mode_access.hpp"

namespace lssm {

/// ā, δ and γ of h_0 = c δ b, h_k = c ā^{k-1} γ b.
template <class Z>
struct discrete_mode {
  Z pole;     ///< ā
  Z direct;   ///< δ
  Z carried;  ///< γ
};

/// Derivatives of ā, δ and γ, of a complex a those of holomorphic functions.
template <class Z>
struct mode_slopes {
  discrete_mode<Z> by_a, by_step;
};

namespace detail {

/// A method of e^{at}.
struct exact_pole {
  /// log(ā) / t, of the branch with the smallest imaginary part; of a real ā > 0 real.
  template <class Z>
  static Z inverse(const Z& pole, const mode_scalar<Z>& t) {
    require_step(t);
    return scaled_sum(logarithm("inverse", pole), mode_scalar<Z>(1) / t, mode_scalar<Z>(0));
  }
  template <class T>
  static void require_step(const T& t) {
    require(t > T(0) && is_finite(t), "inverse", "the time step", "finite and above 0", value_of(t));
  }
};

/// The name of a method with its fraction, as in "generalized_bilinear 1/4".
template <class Ratio>
constexpr auto name_with(std::string_view name) {
  std::array<char, 64> text{};
  std::size_t n = 0;
  for (const char c : name) text[n++] = c;
  text[n++] = ' ';
  const auto number = [&](auto value) {
    std::size_t digits = 1;
    for (auto v = value; v >= 10; v /= 10) ++digits;
    for (std::size_t i = n + digits; i-- > n; value /= 10) text[i] = static_cast<char>('0' + value % 10);
    n += digits;
  };
  number(Ratio::num);
  text[n++] = '/';
  number(Ratio::den);
  return std::pair(text, n);
}

template <class T, class Ratio>
constexpr T number_of() {
  return T(lane_of<T>(Ratio::num)) / T(lane_of<T>(Ratio::den));
}

/// A fraction that methods take.
template <class Ratio>
concept UnitFraction = (Ratio::num >= 0 && Ratio::num <= Ratio::den && Ratio::den < 1000000);

/// 1 - α at, the ā of the generalized bilinear method, and its inverse.
template <class Alpha>
struct rational_pole {
  static_assert(UnitFraction<Alpha>,
                "generalized_bilinear: alpha is a std::ratio from 0 to 1 (docs/discretization.md)");
  template <class Z>
  static Z below(const Z& a, const mode_scalar<Z>& t) {
    using T = mode_scalar<Z>;
    return scaled_sum(a, T(0) - number_of<T, Alpha>() * t, T(1));
  }
  template <class Z>
  static Z pole(const Z& a, const mode_scalar<Z>& t, const Z& below_it) {
    using T = mode_scalar<Z>;
    return quotient(scaled_sum(a, (T(1) - number_of<T, Alpha>()) * t, T(1)), below_it);
  }
  /// (ā - 1) / (t (1 - α + α ā)).
  template <class Z>
  static Z inverse(const Z& pole, const mode_scalar<Z>& t) {
    using T = mode_scalar<Z>;
    exact_pole::require_step(t);
    const T alpha = number_of<T, Alpha>();
    const Z under = scaled_sum(pole, alpha, T(1) - alpha);
    if (is_zero_mode(under))
      refuse("inverse", "the eigenvalue", "that of a finite one in continuous time", "1 - 1/alpha");
    return quotient(scaled_sum(scaled_sum(pole, T(1), T(-1)), T(1) / t, T(0)), under);
  }
};

}  // namespace detail

/// Inputs that stay for a step: ā = e^{at}, and B is multiplied by t φ₁(at).
struct zero_order_hold : detail::exact_pole {
  static constexpr std::string_view name = "zero_order_hold";
  static constexpr bool feedthrough = false;
  template <class Z>
  static discrete_mode<Z> at(const Z& a, const detail::mode_scalar<Z>& t) {
    const auto f = detail::exponentials(a, t);
    const Z direct = detail::scaled_sum(f.phi1, t, detail::mode_scalar<Z>(0));
    return {f.exp, direct, detail::times(f.exp, direct)};
  }
  template <class Z>
  static mode_slopes<Z> slopes(const Z& a, const detail::mode_scalar<Z>& t) {
    using namespace detail;
    using T = mode_scalar<Z>;
    const auto f = exponentials(a, t);
    const Z direct = scaled_sum(f.phi1, t, T(0)), turned = times(a, f.exp),
            carried = scaled_sum(f.exp, t, T(0)), bent = scaled_sum(scaled_slope_of_phi1(a, t, f), t, T(0));
    return {{carried, bent, fused_sum(carried, direct, times(f.exp, bent))},
            {turned, f.exp, fused_sum(turned, direct, times(f.exp, f.exp))}};
  }
};

/// Inputs that are joined by lines, of which the newest is known.
struct first_order_hold : detail::exact_pole {
  static constexpr std::string_view name = "first_order_hold";
  static constexpr bool feedthrough = true;
  template <class Z>
  static discrete_mode<Z> at(const Z& a, const detail::mode_scalar<Z>& t) {
    using T = detail::mode_scalar<Z>;
    const auto f = detail::exponentials(a, t);
    return {f.exp, detail::scaled_sum(f.phi2, t, T(0)),
            detail::scaled_sum(detail::times(f.phi1, f.phi1), t, T(0))};
  }
};

/// The response of continuous time at the steps, times t.
struct impulse_invariance : detail::exact_pole {
  static constexpr std::string_view name = "impulse_invariance";
  static constexpr bool feedthrough = false;
  template <class Z>
  static discrete_mode<Z> at(const Z& a, const detail::mode_scalar<Z>& t) {
    using T = detail::mode_scalar<Z>;
    const Z exp = detail::exponentials(a, t).exp;
    return {exp, detail::real_mode<Z>(t), detail::scaled_sum(exp, t, T(0))};
  }
};

/// λ t of the input that comes and (1 - λ) t e^{at} of the one before.
template <class Lambda = std::ratio<1, 2>>
struct exponential_trapezoidal : detail::exact_pole {
  static_assert(detail::UnitFraction<Lambda>,
                "exponential_trapezoidal: lambda is a std::ratio from 0 to 1 (docs/discretization.md)");
  static constexpr auto stored_name = detail::name_with<Lambda>("exponential_trapezoidal");
  static constexpr std::string_view name{stored_name.first.data(), stored_name.second};
  static constexpr bool feedthrough = true;
  template <class Z>
  static discrete_mode<Z> at(const Z& a, const detail::mode_scalar<Z>& t) {
    using T = detail::mode_scalar<Z>;
    const Z exp = detail::exponentials(a, t).exp;
    return {exp, detail::real_mode<Z>(detail::number_of<T, Lambda>() * t), detail::scaled_sum(exp, t, T(0))};
  }
};

/// Steps between the two Eulers, with C as it is in continuous time.
template <class Alpha>
struct generalized_bilinear : detail::rational_pole<Alpha> {
  static constexpr auto stored_name = detail::name_with<Alpha>("generalized_bilinear");
  static constexpr std::string_view name{stored_name.first.data(), stored_name.second};
  static constexpr bool feedthrough = false;
  template <class Z>
  static discrete_mode<Z> at(const Z& a, const detail::mode_scalar<Z>& t) {
    const Z below = generalized_bilinear::below(a, t), pole = generalized_bilinear::pole(a, t, below);
    const Z direct = detail::quotient(detail::real_mode<Z>(t), below);
    return {pole, direct, detail::times(pole, direct)};
  }
};

/// The same with the C and D of control, which substitute (z - 1) / (t (1 - α + α z)) for s in the transfer function.
template <class Alpha>
struct generalized_tustin : detail::rational_pole<Alpha> {
  static constexpr auto stored_name = detail::name_with<Alpha>("generalized_tustin");
  static constexpr std::string_view name{stored_name.first.data(), stored_name.second};
  static constexpr bool feedthrough = true;
  template <class Z>
  static discrete_mode<Z> at(const Z& a, const detail::mode_scalar<Z>& t) {
    using T = detail::mode_scalar<Z>;
    const Z below = generalized_tustin::below(a, t);
    const Z whole = detail::quotient(detail::real_mode<Z>(t), below);
    return {generalized_tustin::pole(a, t, below),
            detail::scaled_sum(whole, detail::number_of<T, Alpha>(), T(0)), detail::quotient(whole, below)};
  }
};

using bilinear = generalized_bilinear<std::ratio<1, 2>>;     ///< S4's
using tustin = generalized_tustin<std::ratio<1, 2>>;         ///< of control
using forward_euler = generalized_bilinear<std::ratio<0>>;   ///< explicit
using backward_euler = generalized_bilinear<std::ratio<1>>;  ///< implicit

/// The step for which the bilinear methods are exact at the angular frequency ω: 2 tan(ωt/2) / ω, for 0 <= ωt < π.
template <SingleScalar T>
T prewarped_step(const T& t, const std::type_identity_t<T>& omega) {
  const T angle = omega * t * T(0.5);
  require(t >= T(0) && omega >= T(0) && value_of(angle) < 1.5707963267948966, "prewarped_step",
          "the frequency times the step", "from 0 to below pi", value_of(omega * t));
  return is_zero(angle) ? t : T(2) * sin_of(angle) / (cos_of(angle) * omega);
}

/// A method of discretization.
template <class M>
concept Discretization = requires(const double a, const eigenvalue<double> z) {
  { M::name } -> std::convertible_to<std::string_view>;
  { M::feedthrough } -> std::convertible_to<bool>;
  { M::at(a, a) } -> std::same_as<discrete_mode<double>>;
  { M::at(z, a) } -> std::same_as<discrete_mode<eigenvalue<double>>>;
};

}  // namespace lssm
