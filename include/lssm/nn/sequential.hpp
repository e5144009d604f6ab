// SPDX-License-Identifier: BSD-3-Clause
// Layers one after the other, put together while compiling.
//
//   sequential<dense<15>, relu, dense<1>>
//
// θ holds the parameters of the layers in their order. Rows of a batch are independent: a row may be a sequence's last
// output or a time step.
#pragma once

#include <algorithm>
#include <tuple>
#include <utility>

#include "activation.hpp"
#include "concepts.hpp"
#include "dense.hpp"

namespace lssm {

/// Layers whose sizes are known, because those of their inputs are: layer l maps size(l) to size(l + 1) numbers a row.
template <class... Bound>
class bound_sequential {
 public:
  static constexpr std::size_t depth = sizeof...(Bound);

  constexpr explicit bound_sequential(std::tuple<Bound...> layers) : layers_(std::move(layers)) {}

  constexpr integer inputs() const { return std::get<0>(layers_).inputs; }
  constexpr integer outputs() const { return std::get<depth - 1>(layers_).outputs(); }
  constexpr integer parameters() const {
    return std::apply([](const auto&... l) { return (l.parameters() + ... + 0); }, layers_);
  }

  /// f(layer, offset of its parameters), layer by layer.
  template <class F>
  constexpr void each_layer(F f) const {
    std::size_t at = 0;
    each_forward([&](const auto& layer, std::size_t) {
      f(layer, at);
      at += static_cast<std::size_t>(layer.parameters());
    });
  }

  /// What a batch leaves on its way through, and gradients on their way back; sized once.
  template <class T>
  class workspace {
   public:
    workspace() = default;
    workspace(const bound_sequential& net, integer rows) {
      integer widest = net.inputs();
      std::apply(
          [&](const auto&... l) {
            ((outputs_.push_back(std::vector<T>(static_cast<std::size_t>(rows * l.outputs()), T(0))),
              widest = std::max(widest, integer(l.outputs()))),
             ...);
          },
          net.layers_);
      for (auto& g : gradients_) g.assign(static_cast<std::size_t>(rows * widest), T(0));
    }
    std::span<const T> output() const { return outputs_.back(); }

   private:
    friend bound_sequential;
    std::vector<std::vector<T>> outputs_;  // of each layer (rows, size)
    std::vector<T> gradients_[2];
  };

  /// x (rows, inputs); the outputs (rows, outputs) stay in the workspace.
  template <class T>
  std::span<const T> forward(std::span<const T> theta, std::span<const T> x, workspace<T>& work) const {
    std::size_t at = 0;
    std::span<const T> in = x;
    each_forward([&](const auto& layer, std::size_t l) {
      const auto count = static_cast<std::size_t>(layer.parameters());
      layer.forward(theta.subspan(at, count), in, std::span<T>(work.outputs_[l]));
      at += count;
      in = view<T>(work.outputs_[l]);
    });
    return work.output();
  }

  /// After forward(): adds the gradient of θ to dθ and writes that of x, unless dx is empty.
  template <class T>
  void backward(std::span<const T> theta, std::span<const T> x, std::span<const T> dy, workspace<T>& work,
                std::span<T> dtheta, std::span<T> dx) const {
    std::size_t end = theta.size();
    std::span<const T> out = dy;
    each_backward([&](const auto& layer, std::size_t l) {
      const auto count = static_cast<std::size_t>(layer.parameters());
      end -= count;
      const std::span<const T> in = l == 0 ? x : view<T>(work.outputs_[l - 1]);
      const std::span<T> to = l == 0 ? dx : std::span<T>(work.gradients_[l % 2]).first(in.size());
      layer.backward(theta.subspan(end, count), in, view<T>(work.outputs_[l]), out,
                     dtheta.subspan(end, count), to);
      out = to;
    });
  }

 private:
  template <class F>
  constexpr void each_forward(F f) const {
    [&]<std::size_t... L>(std::index_sequence<L...>) { (f(std::get<L>(layers_), L), ...); }
    (std::make_index_sequence<depth>{});
  }
  template <class F>
  constexpr void each_backward(F f) const {
    [&]<std::size_t... L>(std::index_sequence<L...>) {
      (f(std::get<depth - 1 - L>(layers_), depth - 1 - L), ...);
    }
    (std::make_index_sequence<depth>{});
  }

  std::tuple<Bound...> layers_;
};

template <class... Layers>
struct sequential {
  static_assert(sizeof...(Layers) >= 1, "sequential: name at least one layer (docs/nn.md)");

  [[no_unique_address]] std::tuple<Layers...> layers{};

  /// f(s x) = s f(x) for s > 0: of a scalar such a network is two numbers, f(1) and f(-1).
  static constexpr bool positively_homogeneous = (homogeneous_layer<Layers> && ...);
  /// A homogeneous one maps 0 to 0, layer by layer; its derivative there is 0 if that of one layer is.
  static constexpr bool flat_at_zero = positively_homogeneous && (flat_layer<Layers> || ...);

  template <integer In>
  static constexpr integer known_outputs = detail::outputs_after<In, Layers...>;
  template <integer In>
  static constexpr integer known_parameters = detail::parameters_after<In, Layers...>;

  constexpr void validate() const {
    std::apply([](const auto&... l) { (validate_one(l), ...); }, layers);
  }
  template <integer In>
  constexpr auto bind(extent<In> inputs) const {
    return bind_from<0>(inputs, std::tuple<>());
  }
  friend constexpr bool operator==(const sequential&, const sequential&) = default;

 private:
  static constexpr void validate_one(const auto& l) {
    if constexpr (requires { l.validate(); }) l.validate();
  }
  template <std::size_t L, integer In, class... Before>
  constexpr auto bind_from(extent<In> inputs, std::tuple<Before...> before) const {
    const auto layer = std::get<L>(layers).bind(inputs);
    const auto all = std::tuple_cat(std::move(before), std::tuple(layer));
    if constexpr (L + 1 == sizeof...(Layers)) {
      return std::apply([](const auto&... l) { return bound_sequential(std::tuple(l...)); }, all);
    } else {
      return bind_from<L + 1>(layer.outputs(), all);
    }
  }
};

}  // namespace lssm
