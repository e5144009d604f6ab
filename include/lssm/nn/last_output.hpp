// SPDX-License-Identifier: BSD-3-Clause
// Layers about time and channels that have no parameters.
//
//   last_output      the last step of every sequence:  x (N, steps, n) ↦ y (N, 1, n),  y_n = x_{n, steps-1}
//   channels<M>      the identity on M numbers per step: gives the number of inputs where the first layer does not
//
// Without last_output a model answers at every step.
#pragma once

#include <algorithm>

#include "activation.hpp"
#include "concepts.hpp"

namespace lssm {

/// The last step of every sequence: x (N, steps, n) ↦ y (N, 1, n).
struct last_output {
  template <integer In>
  static constexpr integer known_outputs = In;
  template <integer In>
  static constexpr integer known_parameters = 0;

  template <integer In>
  struct bound {
    template <class T>
    using system = vec<T, 0>;

    [[no_unique_address]] extent<In> inputs{};
    constexpr extent<In> outputs() const { return inputs; }
    static constexpr integer parameters() { return 0; }
    static constexpr integer steps_after(integer) { return 1; }
    template <class T>
    static constexpr system<T> make() {
      return {};
    }

    template <class T>
    struct workspace {
      workspace() = default;
      workspace(const bound&, batch_shape batch) : steps(static_cast<std::size_t>(batch.steps)) {}
      std::size_t steps = 1;
    };

    template <class T>
    void forward(const system<T>&, std::span<const T> x, std::span<T> y, workspace<T>& work) const {
      const std::size_t n = width();
      for (std::size_t i = 0; i * n < y.size(); ++i)
        std::copy_n(x.begin() + at(i, work.steps), n, y.begin() + static_cast<std::ptrdiff_t>(i * n));
    }
    template <class T>
    void backward(const system<T>&, std::span<const T>, std::span<const T>, std::span<const T> dy, system<T>&,
                  std::span<T> dx, workspace<T>& work) const {
      if (dx.empty()) return;
      const std::size_t n = width();
      for (T& v : dx) v = T(0);
      for (std::size_t i = 0; i * n < dy.size(); ++i)
        std::copy_n(dy.begin() + static_cast<std::ptrdiff_t>(i * n), n, dx.begin() + at(i, work.steps));
    }

   private:
    std::size_t width() const { return static_cast<std::size_t>(integer(inputs)); }
    /// Offset of the last step of sequence i.
    std::ptrdiff_t at(std::size_t i, std::size_t steps) const {
      return static_cast<std::ptrdiff_t>(((i + 1) * steps - 1) * width());
    }
  };
  template <integer In>
  static constexpr bound<In> bind(extent<In> inputs) {
    return {inputs};
  }
  friend constexpr bool operator==(last_output, last_output) { return true; }
};

/// The identity map on M inputs.
template <integer M>
struct channels : identity {
  static_assert(M >= 1, "channels: there must be at least one (docs/nn.md)");
  static constexpr integer required_inputs = M;
  friend constexpr bool operator==(channels, channels) { return true; }
};

}  // namespace lssm
