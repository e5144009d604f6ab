// SPDX-License-Identifier: BSD-3-Clause
// Layers with a path around them: y = f(x) + g(x), f the layers in a row, g a layer of rows.
//
//   residual<Layers...>                y = f(x) + x                          He, Zhang, Ren, Sun (2016)
//   d_skip<Layers...>                  y_j = f(x)_j + d_j x_j                the D of Gu, Goel, Ré (2022), one number a channel
//   skip_connection<Skip, Layers...>   any layer of rows: dense<8, without_bias> where f has 8 outputs and x has not
//   channel_gains                      y_j = d_j x_j, by itself a layer; starts set d = 1
//
// The parameters are a layered_system: those of the layers in their order, then those of the skip.
#pragma once

#include "../kernel/blocks.hpp"
#include "layered_system.hpp"

namespace lssm {

/// Each channel times a number of its own: y_j = d_j x_j.
struct channel_gains {
  template <integer In>
  static constexpr integer known_outputs = In;
  template <integer In>
  static constexpr integer known_parameters = In;
  static constexpr bool positively_homogeneous = true;

  template <integer In>
  struct bound {
    extent<In> inputs{};
    constexpr extent<In> outputs() const { return inputs; }
    constexpr integer parameters() const { return inputs; }
    template <class T>
    constexpr void write_start(std::span<T> theta) const {
      for (T& d : theta) d = T(1);
    }
    template <class T>
    void forward(std::span<const T> theta, std::span<const T> x, std::span<T> y) const {
      kernel::with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
        for (std::size_t at = 0; at < y.size(); at += theta.size())
          for (integer j = 0; j < inputs; j += W)
            kernel::store_block(
                kernel::load_block<W>(row(theta, 0), j) * kernel::load_block<W>(row(x, at), j), row(y, at),
                j);
      });
    }
    template <class T>
    void backward(std::span<const T> theta, std::span<const T> x, std::span<const T>, std::span<const T> dy,
                  std::span<T> dtheta, std::span<T> dx) const {
      kernel::with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
        for (integer j = 0; j < inputs; j += W) {
          auto sum = kernel::load_block<W>(row(dtheta, 0), j);
          for (std::size_t at = 0; at < dy.size(); at += theta.size())
            sum = fused(kernel::load_block<W>(row(dy, at), j), kernel::load_block<W>(row(x, at), j), sum);
          kernel::store_block(sum, row(dtheta, 0), j);
        }
      });
      if (!dx.empty()) forward(theta, dy, dx);
    }

   private:
    template <class U>
    fixed_span<U, In> row(std::span<U> all, std::size_t at) const {
      return fixed_span<U, In>(all.data() + at, static_cast<std::size_t>(integer(inputs)));
    }
  };
  template <integer In>
  static constexpr bound<In> bind(extent<In> inputs) {
    return {inputs};
  }
  friend constexpr bool operator==(channel_gains, channel_gains) { return true; }
};

namespace detail {
template <class Inner, class Skip>
struct with_skip;
template <class... Bound, class Skip>
struct with_skip<bound_sequential<Bound...>, Skip> {
  using type = bound_sequential<Bound..., Skip>;
};

/// Layers and their skip bound to their sizes.
template <integer In, class Inner, class Skip>
struct bound_skip_connection {
  using learned = learn_layers;
  static constexpr bool draws = Inner::draws;
  /// The layers with the skip as the last of them, which holds parameters and does not map.
  using network_type = typename with_skip<Inner, Skip>::type;
  template <class T>
  using system = layered_system<T, network_type>;

  extent<In> inputs{};
  Inner inner;
  Skip skip;

  constexpr auto outputs() const { return skip.outputs(); }
  constexpr integer parameters() const { return inner.parameters() + skip.parameters(); }
  static constexpr integer steps_after(integer steps) { return steps; }
  template <class T>
  system<T> make() const {
    return system<T>(network_type(std::tuple_cat(inner.layers(), std::tuple(skip))));
  }

  template <class T>
  struct workspace {
    workspace() = default;
    workspace(const bound_skip_connection& b, batch_shape batch)
        : layers(b.inner, batch),
          around(static_cast<std::size_t>(batch.rows() * b.outputs()), T(0)),
          passed(static_cast<std::size_t>(batch.rows() * b.inputs), T(0)) {}
    void move_to(draw_place<T>& at) { layers.move_to(at); }
    typename Inner::template workspace<T> layers;
    std::vector<T> around;  // (rows, outputs), of the skip
    std::vector<T> passed;  // (rows, inputs), the gradient that comes back through the layers
  };
  template <class T>
  void forward(const system<T>& s, std::span<const T> x, std::span<T> y, workspace<T>& work) const {
    skip.template forward<T>(view<T>(s.template of<Inner::depth>()), x, std::span<T>(work.around));
    const auto through = inner.template forward<T>(s, x, work.layers);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = through[i] + work.around[i];
  }
  template <class T>
  void backward(const system<T>& s, std::span<const T> x, std::span<const T>, std::span<const T> dy,
                system<T>& ds, std::span<T> dx, workspace<T>& work) const {
    skip.template backward<T>(view<T>(s.template of<Inner::depth>()), x, view<T>(work.around), dy,
                              std::span<T>(ds.template of<Inner::depth>()), dx);
    const std::span<T> back(work.passed);
    inner.template backward<T>(s, x, dy, work.layers, ds, dx.empty() ? dx : back);
    for (std::size_t i = 0; i < dx.size(); ++i) dx[i] = dx[i] + back[i];
  }
};

}  // namespace detail

/// y = f(x) + g(x): f the layers, g = Skip, a layer of rows.
template <class Skip, class... Layers>
struct skip_connection {
  static_assert(sizeof...(Layers) >= 1, "skip_connection: name at least one layer (docs/layers.md)");

  std::tuple<Layers...> layers{};
  Skip skip{};  // with an address: as an empty member g++ 12 lets it overwrite its neighbours in a tuple

  static constexpr integer required_inputs =
      detail::required_inputs<std::tuple_element_t<0, std::tuple<Layers...>>>;
  template <integer In>
  static constexpr integer known_outputs = Skip::template known_outputs<In>;
  template <integer In>
  static constexpr integer known_parameters =
      sum_of<detail::parameters_after<In, Layers...>, Skip::template known_parameters<In>>;

  constexpr void validate() const {
    sequential<Layers...>{layers}.validate();
    if constexpr (requires { skip.validate(); }) skip.validate();
  }
  template <integer In>
  constexpr auto bind(extent<In> inputs) const {
    constexpr integer through = detail::outputs_after<In, Layers...>, around = known_outputs<In>;
    static_assert(
        through == dynamic || around == dynamic || through == around,
        "skip_connection: the layers give another number of channels than the skip (docs/layers.md)");
    const auto inner = sequential<Layers...>{layers}.bind(inputs);
    const auto bound = skip.bind(inputs);
    static_assert(!BoundSequenceLayer<std::remove_cvref_t<decltype(bound)>>,
                  "skip_connection: the skip is no layer of rows (docs/layers.md)");
    if (inner.outputs() != integer(bound.outputs()))
      refuse("skip_connection", "outputs of the layers",
             to_text(integer(bound.outputs())) + ", as many as the skip gives", inner.outputs());
    require(inner.steps_after(2) == 2, "skip_connection", "the layers", "ones that answer at every step",
            "one that answers once");
    return detail::bound_skip_connection<In, std::remove_cvref_t<decltype(inner)>,
                                         std::remove_cvref_t<decltype(bound)>>{inputs, inner, bound};
  }
  friend constexpr bool operator==(const skip_connection&, const skip_connection&) = default;
};

/// y = f(x) + x
template <class... Layers>
using residual = skip_connection<identity, Layers...>;
/// y_j = f(x)_j + d_j x_j
template <class... Layers>
using d_skip = skip_connection<channel_gains, Layers...>;

}  // namespace lssm
