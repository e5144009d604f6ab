// SPDX-License-Identifier: BSD-3-Clause
// Layers one after the other, composed at compile time.
//
//   sequential<dense<15>, relu, dense<1>>
//   sequential<ssm<real_diagonal<8, 1, 4>>, gelu, ssm<real_diagonal<8, 4, 1>>, last_output>
//
// If all layers map rows, θ is one span with the parameters layer by layer. If some map sequences, the parameters are a
// `layered_system` (nn/layered_system.hpp), and `deep<...>` (nn/deep.hpp) is the model, whose θ is again one span.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>

#include "activation.hpp"
#include "concepts.hpp"
#include "dense.hpp"
#include "draw_place.hpp"
#include "last_output.hpp"
#include "ssm_layer.hpp"

namespace lssm {

namespace detail {

template <class Bound, class T>
struct layer_scratch {
  using type = std::tuple<>;
};
template <BoundSequenceLayer Bound, class T>
struct layer_scratch<Bound, T> {
  using type = typename Bound::template workspace<T>;
};

template <class Bound>
inline constexpr bool has_no_parameters = requires {
  requires Bound::has_no_parameters;
};
/// How many of the first layers have no parameters: nobody asks for gradients there without one by x.
template <class... Bound>
constexpr std::size_t first_without_parameters() {
  std::size_t count = 0;
  bool all = true;
  ((all = all && has_no_parameters<Bound>, count += all ? 1u : 0u), ...);
  return count;
}

/// The shape of a batch after a layer.
template <class Bound>
constexpr batch_shape batch_behind(const Bound& layer, batch_shape batch) {
  if constexpr (BoundSequenceLayer<Bound>) batch.steps = layer.steps_after(batch.steps);
  return batch;
}

}  // namespace detail

/// Layers bound to the size of their inputs; each takes rows of as many numbers as the layer before it gives.
template <class... Bound>
class bound_sequential {
 public:
  static constexpr std::size_t depth = sizeof...(Bound);
  /// Whether every layer maps each row independently.
  static constexpr bool of_rows = (!BoundSequenceLayer<Bound> && ...);
  /// Whether some layer draws anew in each step of a training (nn/dropout.hpp).
  static constexpr bool draws = (detail::draws_in_steps<Bound> || ...);

  bound_sequential() = default;
  constexpr explicit bound_sequential(std::tuple<Bound...> layers) : layers_(std::move(layers)) {}

  constexpr const std::tuple<Bound...>& layers() const { return layers_; }
  constexpr integer inputs() const { return std::get<0>(layers_).inputs; }
  constexpr integer outputs() const { return std::get<depth - 1>(layers_).outputs(); }
  constexpr integer parameters() const {
    return std::apply([](const auto&... l) { return (l.parameters() + ... + 0); }, layers_);
  }
  constexpr integer steps_after(integer steps) const {
    each_forward([&](const auto& layer, auto) { steps = detail::batch_behind(layer, {1, steps}).steps; });
    return steps;
  }

  /// Calls f(layer, offset of its parameters), layer by layer.
  template <class F>
  constexpr void each_layer(F f) const {
    std::size_t at = 0;
    each_forward([&](const auto& layer, auto) {
      f(layer, at);
      at += static_cast<std::size_t>(layer.parameters());
    });
  }
  /// Calls f(layer, l), layer by layer; l is a std::integral_constant.
  template <class F>
  constexpr void each_forward(F f) const {
    [&]<std::size_t... L>(std::index_sequence<L...>) {
      (f(std::get<L>(layers_), std::integral_constant<std::size_t, L>()), ...);
    }
    (std::make_index_sequence<depth>{});
  }

  /// Outputs of all layers for a batch, and their gradients; allocated once.
  template <class T>
  class workspace {
   public:
    workspace() = default;
    workspace(const bound_sequential& net, integer rows) : workspace(net, batch_shape{rows, 1}) {}
    workspace(const bound_sequential& net, batch_shape batch) {
      net.each_forward([&](const auto& layer, auto l) {
        if constexpr (BoundSequenceLayer<std::remove_cvref_t<decltype(layer)>>)
          std::get<l>(scratch_) = {layer, batch};
        batch = detail::batch_behind(layer, batch);
        outputs_[l].assign(static_cast<std::size_t>(batch.rows() * layer.outputs()), T(0));
        if constexpr (l + 1 < depth) gradients_[l] = outputs_[l];
      });
    }
    std::span<const T> output() const { return outputs_[depth - 1]; }
    /// Outputs of layer l in the last forward(): (its rows, its outputs).
    std::span<const T> output(std::size_t l) const { return outputs_[l]; }
    /// Gradient by the outputs of layer l in the last backward(); the last layer's is the argument dy. Those of first
    /// layers that have no parameters are only computed with dx.
    std::span<const T> cotangent(std::size_t l) const { return gradients_[l]; }

    /// Draws what layers draw for a step of a training.
    void move_to(detail::draw_place<T>& at) {
      std::apply([&](auto&... scratch) { (detail::move_scratch(scratch, at), ...); }, scratch_);
    }

   private:
    friend bound_sequential;
    std::array<std::vector<T>, depth> outputs_, gradients_;
    std::tuple<typename detail::layer_scratch<Bound, T>::type...> scratch_;
  };

  /// Maps x (rows, inputs); the outputs (rows, outputs) stay in the workspace. Parameters of layer l are s.template of<l>().
  template <class T, class System>
    requires requires(const System& s) { s.template of<0>(); }
  std::span<const T> forward(const System& s, std::span<const T> x, workspace<T>& work) const {
    std::span<const T> in = x;
    each_forward([&](const auto& layer, auto l) {
      const std::span<T> out(work.outputs_[l]);
      const auto& theta = s.template of<l>();
      if constexpr (BoundSequenceLayer<std::remove_cvref_t<decltype(layer)>>) {
        layer.template forward<T>(theta, in, out, std::get<l>(work.scratch_));
      } else {
        layer.template forward<T>(view<T>(theta), in, out);
      }
      in = out;
    });
    return work.output();
  }
  template <class T>
  std::span<const T> forward(std::span<const T> theta, std::span<const T> x,
                             workspace<T>& work) const requires of_rows {
    return forward<T>(sliced(theta), x, work);
  }

  /// After forward(): adds the gradient of the parameters to ds and writes that of x, unless dx is empty.
  template <class T, class System>
    requires requires(const System& s) { s.template of<0>(); }
  void backward(const System& s, std::span<const T> x, std::span<const T> dy, workspace<T>& work, auto& ds,
                std::span<T> dx) const {
    std::span<const T> out = dy;
    each_backward([&](const auto& layer, auto l) {
      if (dx.empty() && l < without_parameters) return;
      std::span<const T> in = x;
      std::span<T> to = dx;
      if constexpr (l > 0) {
        in = view<T>(work.outputs_[l - 1]);
        if (!dx.empty() || l > without_parameters) to = std::span<T>(work.gradients_[l - 1]);
      }
      const auto& theta = s.template of<l>();
      auto& dtheta = ds.template of<l>();
      if constexpr (BoundSequenceLayer<std::remove_cvref_t<decltype(layer)>>) {
        layer.template backward<T>(theta, in, view<T>(work.outputs_[l]), out, dtheta, to,
                                   std::get<l>(work.scratch_));
      } else {
        layer.template backward<T>(view<T>(theta), in, view<T>(work.outputs_[l]), out, std::span<T>(dtheta),
                                   to);
      }
      out = to;
    });
  }
  template <class T>
  void backward(std::span<const T> theta, std::span<const T> x, std::span<const T> dy, workspace<T>& work,
                std::span<T> dtheta, std::span<T> dx) const requires of_rows {
    auto ds = sliced(dtheta);
    backward<T>(sliced(theta), x, dy, work, ds, dx);
  }

 private:
  static constexpr std::size_t without_parameters = detail::first_without_parameters<Bound...>();

  /// One span for each layer, with the interface of a layered system.
  template <class T>
  struct slices {
    std::array<std::span<T>, depth> layers;
    template <std::size_t L>
    auto& of() {
      return layers[L];
    }
    template <std::size_t L>
    const auto& of() const {
      return layers[L];
    }
  };
  /// θ, cut into the parameters of the layers.
  template <class T>
  slices<T> sliced(std::span<T> theta) const {
    slices<T> all;
    each_forward([&](const auto& layer, auto l) {
      all.layers[l] = theta.first(static_cast<std::size_t>(layer.parameters()));
      theta = theta.subspan(all.layers[l].size());
    });
    return all;
  }
  template <class F>
  constexpr void each_backward(F f) const {
    [&]<std::size_t... L>(std::index_sequence<L...>) {
      (f(std::get<depth - 1 - L>(layers_), std::integral_constant<std::size_t, depth - 1 - L>()), ...);
    }
    (std::make_index_sequence<depth>{});
  }

  std::tuple<Bound...> layers_;
};

/// Several layers: the composition of their maps.
template <class... Layers>
struct sequential {
  static_assert(sizeof...(Layers) >= 1, "sequential: name at least one layer (docs/nn.md)");

  std::tuple<Layers...> layers{};

  /// Whether f(s x) = s f(x) for s > 0: two numbers, f(1) and f(-1), then define f on scalars.
  static constexpr bool positively_homogeneous = (homogeneous_layer<Layers> && ...);
  /// Whether the derivative at 0 is 0: homogeneous layers map 0 to 0, so one layer with derivative 0 there suffices.
  static constexpr bool flat_at_zero = positively_homogeneous && (flat_layer<Layers> || ...);

  template <integer In>
  static constexpr integer known_outputs = detail::outputs_after<In, Layers...>;
  template <integer In>
  static constexpr integer known_parameters = detail::parameters_after<In, Layers...>;

  constexpr void validate() const {
    std::apply([](const auto&... l) { (validate_one(l), ...); }, layers);
  }
  /// Binds all layers; refuses layers that do not fit, at compile time where their sizes are static.
  template <integer In>
  constexpr auto bind(extent<In> inputs) const {
    return bind_from<0>(inputs, std::tuple<>());
  }
  friend constexpr bool operator==(const sequential&, const sequential&) = default;

 private:
  static constexpr void validate_one(const auto& l) {
    if constexpr (requires { l.validate(); }) l.validate();
  }
  template <std::size_t L, integer In>
  static constexpr void expect_inputs(extent<In> inputs) {
    constexpr integer wanted = detail::required_inputs<std::tuple_element_t<L, std::tuple<Layers...>>>;
    static_assert(wanted == dynamic || In == dynamic || wanted == In,
                  "sequential: a layer takes another number of inputs than the layer before it, or the data, "
                  "give (docs/nn.md)");
    if constexpr (wanted != dynamic && In == dynamic)
      if (inputs != wanted)
        refuse("sequential", L == 0 ? std::string("inputs") : "the outputs of layer " + to_text(L - 1),
               to_text(wanted) + ", the inputs of layer " + to_text(L), integer(inputs));
  }
  template <std::size_t L, integer In, class... Before>
  constexpr auto bind_from(extent<In> inputs, std::tuple<Before...> before) const {
    expect_inputs<L>(inputs);
    const auto layer =
        detail::as_layer<std::tuple_element_t<L, std::tuple<Layers...>>>::of(std::get<L>(layers))
            .bind(inputs);
    const auto all = std::tuple_cat(std::move(before), std::tuple(layer));
    if constexpr (L + 1 == sizeof...(Layers)) {
      return std::apply([](const auto&... l) { return bound_sequential(std::tuple(l...)); }, all);
    } else {
      return bind_from<L + 1>(layer.outputs(), all);
    }
  }
};

}  // namespace lssm
