// SPDX-License-Identifier: BSD-3-Clause
// Dense layers, y = xᵀK (+ β), applied to each row of a batch.
//
//   dense<15>                     15 outputs, with bias                   dense<>{15}    the same at run time
//   dense<15, without_bias>       15 outputs, without bias
//
//   symbol  shape          meaning                 parameters: K, then β where there is one
//   x, y    (rows, in|out) inputs and outputs
//   K       (in, out)      kernel, as Keras stores it: one row per input
//   β       (out)          bias
#pragma once

#include "../core/error.hpp"
#include "../kernel/matrix.hpp"

namespace lssm {

/// y = W x + b.
struct with_bias {
  static constexpr bool has = true;
};
/// y = W x.
struct without_bias {
  static constexpr bool has = false;
};

/// A dense layer: x (rows, in) ↦ y (rows, out).
template <integer Out = dynamic, class Bias = with_bias>
struct dense {
  static_assert(Out == dynamic || Out >= 1, "dense: the number of outputs must be at least 1 (docs/nn.md)");

  extent<Out> outputs{};
  static constexpr bool positively_homogeneous = !Bias::has;

  template <integer In>
  static constexpr integer known_outputs = Out;
  template <integer In>
  static constexpr integer known_parameters = sum_of<product_of<In, Out>, Bias::has ? Out : 0>;

  constexpr void validate() const {
    require(outputs >= 1, "dense", "outputs", "at least 1", integer(outputs));
    require_entries("dense", "outputs", {outputs});
  }

  template <integer In>
  struct bound {
    extent<In> inputs{};
    extent<Out> width{};
    constexpr extent<Out> outputs() const { return width; }
    constexpr integer parameters() const { return inputs * width + (Bias::has ? integer(width) : 0); }

    template <class T>
    void forward(std::span<const T> theta, std::span<const T> x, std::span<T> y) const {
      const std::span<const T> bias = Bias::has ? theta.subspan(kernel_entries()) : std::span<const T>{};
      kernel::multiply_rows(x, inputs, theta.first(kernel_entries()), width, bias, y);
    }
    /// Adds the gradient to dθ; writes dx.
    template <class T>
    void backward(std::span<const T> theta, std::span<const T> x, std::span<const T>, std::span<const T> dy,
                  std::span<T> dtheta, std::span<T> dx) const {
      kernel::add_outer_products(x, inputs, dy, width, dtheta.first(kernel_entries()));
      if constexpr (Bias::has) kernel::add_rows(dy, width, dtheta.subspan(kernel_entries()));
      kernel::multiply_transposed(dy, width, theta.first(kernel_entries()), inputs, dx);
    }

    /// Number of kernel entries, which come before the biases.
    constexpr std::size_t kernel_entries() const { return static_cast<std::size_t>(inputs * width); }
  };
  template <integer In>
  constexpr bound<In> bind(extent<In> inputs) const {
    require_entries("dense", "inputs x outputs", {inputs, outputs});
    return {inputs, outputs};
  }
  friend constexpr bool operator==(const dense& x, const dense& y) { return x.outputs == y.outputs; }
};

}  // namespace lssm
