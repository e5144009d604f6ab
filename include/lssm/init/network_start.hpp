// SPDX-License-Identifier: BSD-3-Clause
// Starts of SSMs with other layers: each SSM by one of the other starts, each kernel by one of these; biases are zero. In
// deep<...> all draw from one stream, layer by layer.
//
//   restarted_normal{.deviation = .01}    Keras' normals as the authors' programs draw them: every layer restarts the stream;
//                                         products of floats
//   normal_kernels{.deviation = .01}      independent normals
//   scaled_kernels{.gain = 1}             independent normals with deviation gain / √inputs (√2: K. He et al., 2015)
#pragma once

#include <cmath>

#include "../core/error.hpp"
#include "../core/parts.hpp"
#include "../core/random.hpp"
#include "../core/storage.hpp"
#include "../ssm/learn.hpp"
#include "fill_slots.hpp"

namespace lssm {

/// Keras' normals: every matrix restarts the stream. Needs a RestartableStream.
struct restarted_normal {
  double deviation = 0.01;  ///< finite and >= 0

  void validate() const { detail::require_not_negative("restarted_normal", "deviation", deviation); }
  template <class T, RandomStream Stream>
  void operator()(std::span<T> kernel, integer, Stream& stream) const {
    static_assert(
        RestartableStream<Stream>,
        "restarted_normal: the stream lacks restart() or skip(n); use framework_streams (docs/init.md)");
    stream.restart();
    for (T& x : kernel)
      x = T(static_cast<double>(static_cast<float>(stream.normal()) * static_cast<float>(deviation)));
  }
  friend bool operator==(const restarted_normal&, const restarted_normal&) = default;
};

/// Kernels of independent normals, biases 0.
struct normal_kernels {
  double deviation = 0.01;  ///< finite and >= 0

  void validate() const { detail::require_not_negative("normal_kernels", "deviation", deviation); }
  template <class T, RandomStream Stream>
  void operator()(std::span<T> kernel, integer, Stream& stream) const {
    for (T& x : kernel) x = T(deviation * stream.normal());
  }
  friend bool operator==(const normal_kernels&, const normal_kernels&) = default;
};

/// Kernels of independent normals with deviation gain / √inputs, biases 0 (√2: K. He et al., 2015).
struct scaled_kernels {
  double gain = 1;  ///< finite and >= 0

  void validate() const { detail::require_not_negative("scaled_kernels", "gain", gain); }
  template <class T, RandomStream Stream>
  void operator()(std::span<T> kernel, integer inputs, Stream& stream) const {
    const double deviation = gain / std::sqrt(static_cast<double>(inputs));
    for (T& x : kernel) x = T(deviation * stream.normal());
  }
  friend bool operator==(const scaled_kernels&, const scaled_kernels&) = default;
};

/// A start of each SSM by one start, of each kernel by another.
template <class Ssm, class Kernels = normal_kernels>
struct network_start {
  Ssm ssm{};
  Kernels network{};
  static constexpr bool of_eigenvalues = detail::of_eigenvalues<Ssm>;

  void validate() const {
    if constexpr (requires { ssm.validate(); }) ssm.validate();
    network.validate();
  }
  template <class System, RandomStream Stream, class Slots = three_matrices>
  void operator()(System& system, Stream& stream, Slots = {}) const {
    if constexpr (requires { system.network; }) {
      detail::write_start<Slots>(ssm, system, stream);
      using T = std::remove_cvref_t<decltype(system.network[0])>;
      for (T& x : system.network) x = T(0);
      system.layers.each_layer([&](const auto& layer, std::size_t offset) {
        const auto n = static_cast<std::size_t>(layer.parameters());
        draw_kernel(layer, std::span<T>(system.network).subspan(offset, n), stream);
      });
    } else {
      start_layers(system, stream);
    }
  }
  friend bool operator==(const network_start&, const network_start&) = default;

 private:
  /// Layer by layer, and layers inside of layers in their turn.
  template <class System, RandomStream Stream>
  void start_layers(System& system, Stream& stream) const {
    system.each_layer([&]<class Layer>(const Layer& layer, auto& parameters) {
      if constexpr (requires { typename Layer::structure_type; }) {
        detail::write_start<slots_of<typename Layer::structure_type>>(ssm, parameters, stream);
      } else if constexpr (requires { parameters.layers; }) {
        start_layers(parameters, stream);
      } else {
        each_number([]<class T>(T& x) { x = T(0); }, parameters);
        if constexpr (
            requires { layer.kernel_entries(); } || requires { layer.write_start(std::span(parameters)); })
          draw_kernel(layer, std::span(parameters), stream);
      }
    });
  }
  /// Draws the kernel, the first of a layer's parameters, where there is one; other layers may have a start of their own.
  template <class Layer, class T, RandomStream Stream>
  void draw_kernel(const Layer& layer, std::span<T> parameters, Stream& stream) const {
    if constexpr (requires { layer.kernel_entries(); })
      network(parameters.first(layer.kernel_entries()), integer(layer.inputs), stream);
    if constexpr (requires { layer.write_start(parameters); }) layer.write_start(parameters);
  }
};

}  // namespace lssm
