// SPDX-License-Identifier: BSD-3-Clause
// Layers about time and channels that have no parameters.
//
//   last_output      the last step of every sequence:  x (N, steps, n) ↦ y (N, 1, n),  y_n = x_{n, steps-1}
//   mean_output      the mean over its steps:          y_n = Σ_t x_{n, t} / steps
//   channels<M>      the identity on M numbers per step: gives the number of inputs where the first layer does not
//
// Without one of the two outputs a model answers at every step.
#pragma once

#include <algorithm>

#include "activation.hpp"
#include "concepts.hpp"

namespace lssm {

namespace detail {

/// One row from every sequence: x (N, steps, n) ↦ y (N, 1, n), by `Pick`.
template <class Pick>
struct over_time {
  template <integer In>
  static constexpr integer known_outputs = In;
  template <integer In>
  static constexpr integer known_parameters = 0;

  template <integer In>
  struct bound {
    template <class T>
    using system = vec<T, 0>;

    extent<In> inputs{};
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
      const std::size_t n = width(), all = n * work.steps;
      for (std::size_t i = 0; i * n < y.size(); ++i)
        Pick::forward(x.subspan(i * all, all), y.subspan(i * n, n));
    }
    template <class T>
    void backward(const system<T>&, std::span<const T>, std::span<const T>, std::span<const T> dy, system<T>&,
                  std::span<T> dx, workspace<T>& work) const {
      if (dx.empty()) return;
      const std::size_t n = width(), all = n * work.steps;
      for (std::size_t i = 0; i * n < dy.size(); ++i)
        Pick::backward(dy.subspan(i * n, n), dx.subspan(i * all, all));
    }

   private:
    std::size_t width() const { return static_cast<std::size_t>(integer(inputs)); }
  };
  template <integer In>
  static constexpr bound<In> bind(extent<In> inputs) {
    return {inputs};
  }
  friend constexpr bool operator==(over_time, over_time) { return true; }
};

struct pick_last {
  template <class T>
  static void forward(std::span<const T> x, std::span<T> y) {
    std::copy_n(x.end() - static_cast<std::ptrdiff_t>(y.size()), y.size(), y.begin());
  }
  template <class T>
  static void backward(std::span<const T> dy, std::span<T> dx) {
    for (T& v : dx) v = T(0);
    std::copy_n(dy.begin(), dy.size(), dx.end() - static_cast<std::ptrdiff_t>(dy.size()));
  }
};
struct pick_mean {
  template <class T>
  static void forward(std::span<const T> x, std::span<T> y) {
    const T steps = steps_of<T>(x.size(), y.size());
    for (T& v : y) v = T(0);
    for (std::size_t i = 0; i < x.size(); i += y.size())
      for (std::size_t j = 0; j < y.size(); ++j) y[j] = y[j] + x[i + j];
    for (T& v : y) v = v / steps;
  }
  template <class T>
  static void backward(std::span<const T> dy, std::span<T> dx) {
    const T steps = steps_of<T>(dx.size(), dy.size());
    for (std::size_t i = 0; i < dx.size(); i += dy.size())
      for (std::size_t j = 0; j < dy.size(); ++j) dx[i + j] = dy[j] / steps;
  }

 private:
  template <class T>
  static T steps_of(std::size_t numbers, std::size_t per_step) {
    const std::size_t steps = numbers / per_step;
    return T(static_cast<lane_of<T>>(steps));
  }
};

}  // namespace detail

/// The last step of every sequence: x (N, steps, n) ↦ y (N, 1, n).
using last_output = detail::over_time<detail::pick_last>;
/// The mean over the steps of every sequence: x (N, steps, n) ↦ y (N, 1, n).
using mean_output = detail::over_time<detail::pick_mean>;

/// The identity map on M inputs.
template <integer M>
struct
    channels {  // no identity by inheritance: in a tuple g++ 12 would set numbers of its neighbours to zero
  static_assert(M >= 1, "channels: there must be at least one (docs/nn.md)");
  static constexpr bool positively_homogeneous = true;
  static constexpr integer required_inputs = M;
  template <integer In>
  static constexpr integer known_outputs = In;
  template <integer In>
  static constexpr integer known_parameters = 0;
  template <integer In>
  static constexpr auto bind(extent<In> inputs) {
    return identity::bind(inputs);
  }
  friend constexpr bool operator==(channels, channels) { return true; }
};

}  // namespace lssm
