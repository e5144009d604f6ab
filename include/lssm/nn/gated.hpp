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
    extent<In> inputs{};
    constexpr extent<known_outputs<In>> outputs() const {
      return extent<known_outputs<In>>(integer(inputs) / 2);
    }
    constexpr integer parameters() const { return 0; }

    template <class T>
    void forward(std::span<const T>, std::span<const T> x, std::span<T> y) const {
      constexpr integer W = detail::activation_width<F, T>;
      for (std::size_t r = 0; r < y.size(); r += size()) {
        const row<const T> in = of(x, 2 * r), gates = of(x, 2 * r + size());
        const row<T> out = of(y, r);
        for (integer j = 0; j < length(out); j += W)
          put<W>(take<W>(in, j) * F::value(take<W>(gates, j)), out, j);
      }
    }
    template <class T>
    void backward(std::span<const T>, std::span<const T> x, std::span<const T>, std::span<const T> dy,
                  std::span<T>, std::span<T> dx) const {
      constexpr integer W = detail::activation_width<F, T>;
      for (std::size_t r = 0; 2 * r < dx.size(); r += size()) {
        const row<const T> in = of(x, 2 * r), gates = of(x, 2 * r + size()), slope = of(dy, r);
        const row<T> din = of(dx, 2 * r), dgates = of(dx, 2 * r + size());
        for (integer j = 0; j < length(slope); j += W) {
          const auto opening = take<W>(gates, j), gate = F::value(opening), d = take<W>(slope, j);
          put<W>(d * take<W>(in, j) * F::derivative(opening, gate), dgates, j);
          put<W>(d * gate, din, j);
        }
      }
    }

   private:
    constexpr std::size_t size() const { return static_cast<std::size_t>(integer(outputs())); }
    template <class U>
    using row = fixed_span<U, known_outputs<In>>;
    template <class U>
    constexpr row<U> of(std::span<U> all, std::size_t first) const {
      return row<U>(all.data() + first, size());
    }
    /// W entries from j on, as F takes them: blocks, or numbers.
    template <integer W, class U, std::size_t N>
    [[gnu::always_inline]] static auto take(std::span<U, N> x, integer j) {
      if constexpr (W > 1) {
        return kernel::load_block<W>(x, j);
      } else {
        return std::remove_const_t<U>(x[static_cast<std::size_t>(j)]);
      }
    }
    template <integer W, class X, class T, std::size_t N>
    [[gnu::always_inline]] static void put(const X& x, std::span<T, N> to, integer j) {
      if constexpr (W > 1) {
        kernel::store_block(x, to, j);
      } else {
        to[static_cast<std::size_t>(j)] = x;
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
