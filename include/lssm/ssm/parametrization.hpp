// SPDX-License-Identifier: BSD-3-Clause
// Elementwise coordinates of a parameter: x = value(θ). They change the gradient flow, hence the experiment.
//
//   as_is              x = θ                          the paper's
//   exp_of_minus_exp   x = exp(-exp θ) in (0, 1)      stable by construction (the linear recurrent unit's)
//   exponential        x = exp θ > 0                  relative changes: a multiplicative flow
//   minus_exponential  x = -exp θ < 0                 stable in continuous time (S4D's real parts, Mamba's A)
//
// A map of one's own is a struct with value, derivative and inverse as templates over the scalar, and
// second_derivative where the stiff flow should be able to use it; `static constexpr bool of_eigenvalues = true` if it makes
// sense for A where its entries are eigenvalues only, as of the last two. Deliberately absent: maps that mix parameters; those
// are written as a ParameterMap (ssm/parameter_map.hpp).
#pragma once

#include <concepts>

#include "../core/scalar.hpp"

namespace lssm {

/// x = value(θ).
template <class Map>
concept HasMapValue = requires(const double t) {
  { Map::value(t) } -> std::convertible_to<double>;
};
/// dx/dθ = derivative(θ).
template <class Map>
concept HasMapDerivative = requires(const double t) {
  { Map::derivative(t) } -> std::convertible_to<double>;
};
/// θ = inverse(x).
template <class Map>
concept HasMapInverse = requires(const double x) {
  { Map::inverse(x) } -> std::convertible_to<double>;
};

/// x = value(θ) with its derivative, and θ = inverse(x) for starts given as x.
template <class Map>
concept Parametrization = HasMapValue<Map> && HasMapDerivative<Map> && HasMapInverse<Map>;

/// A parametrization that also knows its second derivative.
template <class Map>
concept CurvedParametrization = Parametrization<Map> && requires(const double t) {
  { Map::second_derivative(t) } -> std::convertible_to<double>;
};

/// x = θ.
struct as_is {
  static constexpr auto value(const auto& t) { return t; }
  template <class T>
  static constexpr T derivative(const T&) {
    return T(1);
  }
  template <class T>
  static constexpr T second_derivative(const T&) {
    return T(0);
  }
  static constexpr auto inverse(const auto& x) { return x; }
};

/// x = exp(-exp θ) in (0, 1). Where x rounds to 0, so do its derivatives: there exp θ may be infinite.
struct exp_of_minus_exp {
  static constexpr bool of_eigenvalues = true;
  template <class T>
  static T value(const T& t) {
    return or_zero<T>([](const T&, const T& x) { return x; }, t);
  }
  template <class T>
  static T derivative(const T& t) {
    return or_zero<T>([](const T& e, const T& x) { return T(0) - e * x; }, t);
  }
  template <class T>
  static T second_derivative(const T& t) {
    return or_zero<T>([](const T& e, const T& x) { return e * (e - T(1)) * x; }, t);
  }
  /// Defined for 0 < x < 1; NaN or infinite elsewhere, which `bind` refuses.
  template <class T>
  static T inverse(const T& x) {
    return log_of(T(0) - log_of(x));
  }

 private:
  /// f(exp θ, x), and 0 where x is: a dual number's derivative would be 0 times infinity as well.
  template <class T, class F>
  static T or_zero(const F& f, const T& t) {
    const T e = exp_of(t), x = exp_of(T(0) - e);
    return where(x == T(0), T(0), f(e, x));
  }
};

/// x = exp θ > 0.
struct exponential {
  static constexpr bool of_eigenvalues = true;
  static auto value(const auto& t) { return exp_of(t); }
  static auto derivative(const auto& t) { return exp_of(t); }
  static auto second_derivative(const auto& t) { return exp_of(t); }
  static auto inverse(const auto& x) { return log_of(x); }
};

/// x = -exp θ < 0.
struct minus_exponential {
  template <class T>
  static T value(const T& t) {
    return T(0) - exp_of(t);
  }
  template <class T>
  static T derivative(const T& t) {
    return T(0) - exp_of(t);
  }
  template <class T>
  static T second_derivative(const T& t) {
    return T(0) - exp_of(t);
  }
  template <class T>
  static T inverse(const T& x) {
    return log_of(T(0) - x);
  }
};

}  // namespace lssm
