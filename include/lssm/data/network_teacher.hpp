// SPDX-License-Identifier: BSD-3-Clause
// A teacher that is an SSM with a network on its last output, from given numbers.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "../nn/sequential.hpp"
#include "teacher.hpp"

namespace lssm {

/// An SSM with a network on its last output, in numbers: y = network(C s_{κ-1}).
template <class T, LinearTimeInvariant Structure, class Network>
struct bound_network_teacher {
  static constexpr integer inputs = Structure::inputs;
  bound_system<T, Structure> ssm;
  decltype(std::declval<const Network&>().bind(extent<1>{})) network;
  std::vector<T> weights;

  T operator()(std::span<const T> x) const {
    // A whole block of which one number counts: kernels know that at run time, and g++ warns at -O3.
    const std::array<T, static_cast<std::size_t>(kernel::partial_sums)> v{ssm(x)};
    typename decltype(network)::template workspace<T> work(network, 1);
    return network.template forward<T>(view<T>(weights), view<T>(v).first(1), work)[0];
  }
};

/// An SSM with a network from given numbers. validate() and bind() throw bad_argument where their counts are others.
template <LinearTimeInvariant Structure, class Network>
struct given_network {
  given<Structure> ssm{};
  Network network{};
  std::vector<double> weights;  ///< as the network's layers hold them (nn/dense.hpp)

  void validate() const {
    ssm.validate();
    network.validate();
    const integer wanted = network.bind(extent<1>{}).parameters();
    if (length(weights) != wanted)
      refuse("given_network", "weights", to_text(wanted) + " numbers", weights.size());
    for (double w : weights) require(w - w == 0, "given_network", "weights", "finite", w);
  }
  template <Scalar T>
  bound_network_teacher<T, Structure, Network> bind() const {
    validate();
    return {ssm.template bind<T>(), network.bind(extent<1>{}),
            std::vector<T>(weights.begin(), weights.end())};
  }
  friend bool operator==(const given_network&, const given_network&) = default;
};

}  // namespace lssm
