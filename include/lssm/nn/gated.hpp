// SPDX-License-Identifier: BSD-3-Clause
// Gated linear units: one half of the channels passes through a gate that the other half opens. Behind a dense layer of 2n
// outputs; no parameters of their own.
//
//   glu          y_j = x_j σ(x_{n+j})           x (rows, 2n) ↦ y (rows, n)        Dauphin, Fan, Auli, Grangier (2017)
//   gated<F>     y_j = x_j φ(x_{n+j})           φ = F::value; gated<activation::gelu> is GEGLU (Shazeer, 2020)
#pragma once

#include "../core/error.hpp"
#include "activation.hpp"

namespace lssm {

/// The first half of the channels times an activation of the second half.
template <class F>
struct gated {
  template <integer In>
  static constexpr integer known_outputs = In == dynamic ? dynamic : In / 2;
  template <integer In>
  static constexpr integer known_parameters = 0;

  template <integer In>
  struct bound {
    static constexpr bool has_no_parameters = true;
    [[no_unique_address]] extent<In> inputs{};
    constexpr extent<known_outputs<In>> outputs() const {
      return extent<known_outputs<In>>(integer(inputs) / 2);
    }
    constexpr integer parameters() const { return 0; }

    template <class T>
    void forward(std::span<const T>, std::span<const T> x, std::span<T> y) const {
      const std::size_t n = static_cast<std::size_t>(integer(outputs()));
      for (std::size_t r = 0; r < y.size(); r += n)
        for (std::size_t j = 0; j < n; ++j) y[r + j] = x[2 * r + j] * F::value(x[2 * r + n + j]);
    }
    template <class T>
    void backward(std::span<const T>, std::span<const T> x, std::span<const T>, std::span<const T> dy,
                  std::span<T>, std::span<T> dx) const {
      const std::size_t n = static_cast<std::size_t>(integer(outputs()));
      for (std::size_t r = 0; 2 * r < dx.size(); r += n)
        for (std::size_t j = 0; j < n; ++j) {
          const T gate = F::value(x[2 * r + n + j]);
          dx[2 * r + n + j] = dy[r + j] * x[2 * r + j] * F::derivative(x[2 * r + n + j], gate);
          dx[2 * r + j] = dy[r + j] * gate;
        }
    }
  };
  template <integer In>
  static constexpr bound<In> bind(extent<In> inputs) {
    static_assert(In == dynamic || In % 2 == 0,
                  "gated: the number of inputs must be even, channels and then their gates (docs/layers.md)");
    require(inputs % 2 == 0, "gated", "inputs", "even, channels and then their gates", integer(inputs));
    return {inputs};
  }
  friend constexpr bool operator==(gated, gated) { return true; }
};

using glu = gated<activation::sigmoid>;

}  // namespace lssm
