// SPDX-License-Identifier: BSD-3-Clause
// Layers that act entry by entry: y = φ(x).
//
//   relu        max(0, x), with derivative 0 at 0
//   tanh_layer, sigmoid, gelu, identity
//   one's own   pointwise<F>: F has value(x) and derivative(x, y), y = value(x), as static templates over the scalar
#pragma once

#include <concepts>
#include <span>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm {

template <class F>
concept HasActivationValue = requires(const double x) {
  { F::value(x) } -> std::convertible_to<double>;
};
template <class F>
concept HasActivationDerivative = requires(const double x) {
  { F::derivative(x, x) } -> std::convertible_to<double>;
};

/// The layer of a function of one number.
template <class F>
struct pointwise {
  static_assert(HasActivationValue<F>, "pointwise: the activation lacks value(x) (docs/nn.md)");
  static_assert(HasActivationDerivative<F>, "pointwise: the activation lacks derivative(x, y) (docs/nn.md)");

  static constexpr bool positively_homogeneous = requires { requires F::positively_homogeneous; };
  static constexpr bool flat_at_zero = requires { requires F::flat_at_zero; };

  template <integer In>
  static constexpr integer known_outputs = In;
  template <integer In>
  static constexpr integer known_parameters = 0;

  template <integer In>
  struct bound {
    [[no_unique_address]] extent<In> inputs{};
    constexpr extent<In> outputs() const { return inputs; }
    constexpr integer parameters() const { return 0; }

    template <class T>
    void forward(std::span<const T>, std::span<const T> x, std::span<T> y) const {
      for (std::size_t i = 0; i < y.size(); ++i) y[i] = F::value(x[i]);
    }
    template <class T>
    void backward(std::span<const T>, std::span<const T> x, std::span<const T> y, std::span<const T> dy,
                  std::span<T>, std::span<T> dx) const {
      for (std::size_t i = 0; i < dx.size(); ++i) dx[i] = dy[i] * F::derivative(x[i], y[i]);
    }
  };
  template <integer In>
  static constexpr bound<In> bind(extent<In> inputs) {
    return {inputs};
  }
  friend constexpr bool operator==(pointwise, pointwise) { return true; }
};

namespace activation {

struct relu {
  /// φ(s x) = s φ(x) for s > 0.
  static constexpr bool positively_homogeneous = true;
  /// φ'(0) = 0.
  static constexpr bool flat_at_zero = true;
  template <class T>
  static constexpr T value(const T& x) {
    return where(x <= T(0), T(0), x);  // NaN stays, and at 0 a dual number has no derivative
  }
  template <class T>
  static constexpr T derivative(const T& x, const T&) {
    return where(x > T(0), T(1), T(0));
  }
};

struct identity {
  static constexpr bool positively_homogeneous = true;
  template <class T>
  static constexpr T value(const T& x) {
    return x;
  }
  template <class T>
  static constexpr T derivative(const T&, const T&) {
    return T(1);
  }
};

}  // namespace activation

using relu = pointwise<activation::relu>;
using identity = pointwise<activation::identity>;

}  // namespace lssm
