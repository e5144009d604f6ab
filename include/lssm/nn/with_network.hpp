// SPDX-License-Identifier: BSD-3-Clause
// A student of two parts: an SSM, and a network on its last output (the paper's third setting).
//
//   with_network<ssm<real_diagonal<10>>, sequential<dense<15>, relu, dense<1>>>
//
// θ holds the parameters of the SSM, then the network's. Measures of systems (eigenvalues, effective rank, γ) are those of
// the SSM.
#pragma once

#include "../ssm/ssm.hpp"
#include "layered_system.hpp"

namespace lssm {

/// The parameter map: θ has the learned parameters of the SSM, then all of the network's.
template <class Learn>
struct learn_with_network {
  template <class System>
  static constexpr integer known_count =
      sum_of<Learn::template known_count<System>, known_size<detail::slot_storage<network_weights, System>>>;

  template <class System>
  static constexpr integer count(const System& s) {
    return Learn::count(s) + length(s.network);
  }
  template <class T, class System>
  static constexpr void to_system(std::span<const T> theta, System& s) {
    Learn::to_system(theta.first(of_ssm(s)), s);
    std::copy(theta.begin() + Learn::count(s), theta.end(), s.network.begin());
  }
  template <class T, class System>
  static constexpr void from_system(const System& s, std::span<T> theta) {
    Learn::from_system(s, theta.first(of_ssm(s)));
    std::copy(s.network.begin(), s.network.end(), theta.begin() + Learn::count(s));
  }
  template <class T, class System>
  static constexpr void pullback(std::span<const T> theta, const System& ds, std::span<T> dtheta) {
    Learn::pullback(theta.first(of_ssm(ds)), ds, dtheta.first(of_ssm(ds)));
    std::copy(ds.network.begin(), ds.network.end(), dtheta.begin() + Learn::count(ds));
  }
  template <class System, class F>
  static constexpr void each_entry(const System& s, F f) {
    Learn::each_entry(s, f);
    for (std::size_t i = 0; i < s.network.size(); ++i) f(network_weights{}, as_is{}, i, of_ssm(s) + i);
  }
  template <class F>
  static constexpr void each_slot(F f) requires requires(F g) {
    Learn::each_slot(g);
  }
  {
    Learn::each_slot(f);
    f(network_weights{});
  }
  template <class T, class System, class Constraint>
  static constexpr void constrain(const System& s, std::span<T> theta, const Constraint& constraint) {
    Learn::constrain(s, theta.first(of_ssm(s)), constraint);
    for (T& x : theta.subspan(of_ssm(s))) x = constraint(network_weights{}, x);
  }

 private:
  static constexpr std::size_t of_ssm(const auto& s) { return static_cast<std::size_t>(Learn::count(s)); }
};
template <class Learn, class Slot>
inline constexpr bool learns<learn_with_network<Learn>, Slot> = learns<Learn, Slot>;

/// An SSM with a network on its last output: ŷ = network(C s_{κ-1}).
template <Model Ssm, class Network>
struct with_network {
  static_assert(
      decltype(std::declval<const Network&>().bind(extent<1>{}))::of_rows,
      "with_network: the network acts on the last output alone; SSMs in a row are deep<...> (docs/nn.md)");
  static_assert(Network::template known_outputs<1> == 1 || Network::template known_outputs<1> == dynamic,
                "with_network: labels are single numbers, so the network must have one output (docs/nn.md)");

  Ssm ssm{};
  Network network{};

  using structure_type = typename Ssm::structure_type;
  using learned = learn_with_network<typename Ssm::learned>;
  using network_type = Network;
  using bound_network = decltype(std::declval<const Network&>().bind(extent<1>{}));
  static constexpr integer inputs = Ssm::inputs, outputs = Ssm::outputs;

  /// The parameters: (A, B, C) and the network's.
  template <class T>
  struct system : Ssm::template system<T> {
    vec<T, Network::template known_parameters<1>> network;
    bound_network layers;  // the network that has these parameters
    static constexpr auto parts(auto& s) {
      return std::tuple_cat(Ssm::template system<T>::parts(s), std::tuple(part("network", s.network)));
    }
  };
  static constexpr integer known_parameters = learned::template known_count<system<double>>;
  template <class T>
  using theta = vec<T, known_parameters>;

  template <class T>
  constexpr system<T> make() const {
    constexpr integer known = Network::template known_parameters<1>;
    const bound_network layers = network.bind(extent<1>{});
    return {ssm.template make<T>(), zeros<T>(extent<known>(layers.parameters())), layers};
  }
  constexpr void validate() const {
    ssm.validate();
    network.validate();
    require(network.bind(extent<1>{}).outputs() == 1, "with_network", "outputs of the network", "1",
            network.bind(extent<1>{}).outputs());
  }
  friend constexpr bool operator==(const with_network& x, const with_network& y) {
    return x.ssm == y.ssm && x.network == y.network;
  }
};

}  // namespace lssm
