// SPDX-License-Identifier: BSD-3-Clause
// Layers that act entry by entry: y = φ(x).
//
//   relu         max(0, x), with derivative 0 at 0
//   gelu         x Φ(x), Φ the normal distribution function: the exact one, not its approximation by tanh; floats, doubles
//                and dual numbers of these by kernel/error_function.hpp
//   tanh_layer   tanh x
//   sigmoid      1 / (1 + exp -x), by kernel/error_function.hpp too
//   identity     x
//   one's own    pointwise<F>: F has value(x) and derivative(x, y), y = value(x), as static templates over the scalar; with
//                a constant goes_in_blocks = true, x and y are blocks (kernel/block.hpp) or registers wherever there are such
#pragma once

#include <concepts>
#include <span>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"
#include "../kernel/blocks.hpp"
#include "../kernel/error_function.hpp"

namespace lssm {

/// Has value(x) for any scalar.
template <class F>
concept HasActivationValue = requires(const double x) {
  { F::value(x) } -> std::convertible_to<double>;
};
/// Has derivative(x, y), where y = value(x).
template <class F>
concept HasActivationDerivative = requires(const double x) {
  { F::derivative(x, x) } -> std::convertible_to<double>;
};

namespace detail {
/// Entries of T that an activation takes at a time.
template <class F, class T>
inline constexpr integer activation_width = requires {
  requires F::goes_in_blocks;
}
? kernel::width<T> : 1;
}  // namespace detail

/// The layer that applies a function of one number to each entry.
template <class F>
struct pointwise {
  static_assert(HasActivationValue<F>, "pointwise: the activation lacks value(x) (docs/nn.md)");
  static_assert(HasActivationDerivative<F>, "pointwise: the activation lacks derivative(x, y) (docs/nn.md)");

  static constexpr bool positively_homogeneous = requires { requires F::positively_homogeneous; };
  static constexpr bool flat_at_zero = requires { requires F::flat_at_zero; };
  /// Entries of T taken at a time.
  template <class T>
  static constexpr integer width = detail::activation_width<F, T>;

  template <integer In>
  static constexpr integer known_outputs = In;
  template <integer In>
  static constexpr integer known_parameters = 0;

  template <integer In>
  struct bound {
    static constexpr bool has_no_parameters = true;
    extent<In> inputs{};
    constexpr extent<In> outputs() const { return inputs; }
    constexpr integer parameters() const { return 0; }

    template <class T>
    void forward(std::span<const T>, std::span<const T> x, std::span<T> y) const {
      each(
          y, [](const auto& in) __attribute__((always_inline)) { return F::value(in); }, x);
    }
    template <class T>
    void backward(std::span<const T>, std::span<const T> x, std::span<const T> y, std::span<const T> dy,
                  std::span<T>, std::span<T> dx) const {
      each(
          dx, [](const auto& in, const auto& out, const auto& d) __attribute__((always_inline)) {
            return F::derivative(in, out) * d;  // this operand order lets g++ 12 vectorize
          },
          x, y, dy);
    }

   private:
    /// to = f(from...), entry by entry, in registers where F can.
    template <class T, class Formula, class... From>
    static void each(std::span<T> to, Formula f, From... from) {
      if constexpr (constexpr integer W = width<T>; W > 1) {
        integer i = 0;
        if constexpr (kernel::is_native<T>)
          for (constexpr integer whole = kernel::whole<T>::lanes; i + whole <= length(to); i += whole)
            kernel::store_whole<T>(f(kernel::load_whole(from.data() + i)...), to.data() + i);
        for (; i < length(to); i += W) kernel::store_block(f(kernel::load_block<W>(from, i)...), to, i);
      } else {
        for (std::size_t n = 0; n < to.size(); ++n) to[n] = f(from[n]...);
      }
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
    return where(x <= T(0), T(0), x);  // keeps NaN, and the derivative of a dual number at 0 is 0
  }
  template <class T>
  static constexpr T derivative(const T& x, const T&) {
    return where(x > T(0), T(1), T(0));
  }
};

struct identity {
  static constexpr bool positively_homogeneous = true;
  static constexpr auto value(const auto& x) { return x; }
  template <class T>
  static constexpr T derivative(const T&, const T&) {
    return T(1);
  }
};

struct gelu {
  static constexpr bool goes_in_blocks = true;
  template <class T>
  static T value(const T& x) {
    if constexpr (requires { kernel::gelu(x); }) {
      return kernel::gelu(x);
    } else {
      return x * distribution(x);
    }
  }
  /// Φ(x) + x φ(x)
  template <class T>
  static T derivative(const T& x, const T&) {
    if constexpr (requires { kernel::gelu_slope(x); }) {
      return kernel::gelu_slope(x);
    } else {
      const T density =
          exp_of(T(-0.5) * x * x) * (detail::inverse_sqrt_pi<T>() * detail::sqrt_half<T>());  // 1/√(2π)
      return mul_add(x, density, distribution(x));
    }
  }

 private:
  template <class T>
  static T distribution(const T& x) {
    return T(0.5) * erfc_of(T(0) - x * detail::sqrt_half<T>());
  }
};

struct hyperbolic_tangent {
  static auto value(const auto& x) { return tanh_of(x); }
  template <class T>
  static T derivative(const T&, const T& y) {
    return (T(1) - y) * (T(1) + y);
  }
};

struct sigmoid {
  static constexpr bool goes_in_blocks = true;
  /// Computed from exp(-|x|), which cannot overflow.
  template <class T>
  static T value(const T& x) {
    if constexpr (requires { kernel::sigmoid(x); }) {
      return kernel::sigmoid(x);
    } else {
      const T e = exp_of(T(0) - abs_of(x));
      return where(x < T(0), e, T(1)) / (T(1) + e);
    }
  }
  template <class T>
  static T derivative(const T&, const T& y) {
    if constexpr (requires { kernel::sigmoid_slope(y); }) {
      return kernel::sigmoid_slope(y);
    } else {
      return y * (T(1) - y);
    }
  }
};

}  // namespace activation

using relu = pointwise<activation::relu>;
using gelu = pointwise<activation::gelu>;
using tanh_layer = pointwise<activation::hyperbolic_tangent>;
using sigmoid = pointwise<activation::sigmoid>;
using identity = pointwise<activation::identity>;

}  // namespace lssm
