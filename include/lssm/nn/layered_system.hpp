// SPDX-License-Identifier: BSD-3-Clause
// The parameters of several layers, and the map between them and θ, one flat span.
//
//   s.of<l>()                        parameters of layer l: (A, B, C) of an SSM, the kernel and the bias of a dense layer
//   s.each_layer(f)                  calls f(layer, its parameters) for each layer
//   learn_layers                     θ ↔ s, layer by layer: the map of an SSM is its own `learn`, other layers move all
//
// Names of the parts are layer0, layer1, ...; layers without parameters have none.
#pragma once

#include <array>
#include <string_view>

#include "../ssm/learned_slots.hpp"
#include "sequential.hpp"

namespace lssm {

namespace detail {

template <class Bound, class T>
struct layer_parameters {
  using type = std::vector<T>;
};
template <BoundSequenceLayer Bound, class T>
struct layer_parameters<Bound, T> {
  using type = typename Bound::template system<T>;
};
/// What becomes the parameters of a layer, zeros, in their place: nothing is made elsewhere and moved.
template <class Bound, class T>
struct zero_parameters {
  const Bound& layer;

  operator typename layer_parameters<Bound, T>::type() const {
    if constexpr (BoundSequenceLayer<Bound>) {
      return layer.template make<T>();
    } else {
      return std::vector<T>(static_cast<std::size_t>(layer.parameters()), T(0));
    }
  }
};

/// The parameter map that learns all numbers of a layer, unchanged.
struct learn_everything {
  template <class System>
  static constexpr integer count(const System& s) {
    integer n = 0;
    each_number([&](const auto&) { ++n; }, s);
    return n;
  }
  template <class T, class System>
  static constexpr void to_system(std::span<const T> theta, System& s) {
    std::size_t at = 0;
    each_number([&](T& x) { x = theta[at++]; }, s);
  }
  template <class T, class System>
  static constexpr void from_system(const System& s, std::span<T> theta) {
    std::size_t at = 0;
    each_number([&](const T& x) { theta[at++] = x; }, s);
  }
  template <class T, class System>
  static constexpr void pullback(std::span<const T>, const System& ds, std::span<T> dtheta) {
    from_system(ds, dtheta);
  }
  template <class System, class F>
  static constexpr void each_entry(const System& s, F f) {
    std::size_t at = 0;
    each_number([&](const auto&) { f(network_weights{}, as_is{}, at, at), ++at; }, s);
  }
  template <class System, class F>
  static constexpr void each_slot_of(F f) {
    f(network_weights{});
  }
  template <class T, class System, class Constraint>
  static constexpr void constrain(const System&, std::span<T> theta, const Constraint& constraint) {
    for (T& x : theta) x = constraint(network_weights{}, x);
  }
};

template <class Bound>
struct layer_map {
  using type = learn_everything;
};
template <class Bound>
  requires requires { typename Bound::learned; }
struct layer_map<Bound> {
  using type = typename Bound::learned;
};

/// "layer" and the digits of L, the name of a layer's part.
template <std::size_t L>
inline constexpr auto layer_letters = [] {
  constexpr std::size_t digits = L < 10 ? 1 : L < 100 ? 2 : 3;
  std::array<char, 5 + digits> letters{'l', 'a', 'y', 'e', 'r'};
  for (std::size_t i = digits, left = L; i-- > 0; left /= 10)
    letters[5 + i] = static_cast<char>('0' + left % 10);
  return letters;
}();
template <std::size_t L>
inline constexpr std::string_view layer_name{layer_letters<L>.data(), layer_letters<L>.size()};

}  // namespace detail

template <class T, class Net>
class layered_system;
template <class T, class... Bound>
class layered_system<T, bound_sequential<Bound...>> {
 public:
  using network_type = bound_sequential<Bound...>;
  template <std::size_t L>
  using layer_type = std::tuple_element_t<L, std::tuple<Bound...>>;
  static constexpr std::size_t depth = sizeof...(Bound);
  template <std::size_t L>
  using parameters_type = typename detail::layer_parameters<layer_type<L>, T>::type;
  /// Whether a layer has any; false where it is known to have none.
  template <std::size_t L>
  static constexpr bool has_parameters = known_size<parameters_type<L>> != 0 && !requires {
    requires layer_type<L>::has_no_parameters;
  };

  /// Makes parameters of zero.
  explicit layered_system(const network_type& net)
      : layers(net),
        parameters_(std::make_from_tuple<all_parameters>(std::apply(
            [](const Bound&... layer) { return std::tuple(detail::zero_parameters<Bound, T>{layer}...); },
            net.layers()))) {}
  layered_system() = default;

  template <std::size_t L>
  auto& of() {
    return std::get<L>(parameters_);
  }
  template <std::size_t L>
  const auto& of() const {
    return std::get<L>(parameters_);
  }
  /// Calls f(layer, its parameters) for each layer.
  template <class F>
  void each_layer(F f) {
    layers.each_forward([&](const auto& layer, auto l) { f(layer, of<l>()); });
  }
  template <class F>
  void each_layer(F f) const {
    layers.each_forward([&](const auto& layer, auto l) { f(layer, of<l>()); });
  }

  static constexpr auto parts(auto& s) {
    return [&]<std::size_t... L>(std::index_sequence<L...>) { return std::tuple_cat(part_of<L>(s)...); }
    (std::make_index_sequence<depth>{});
  }

  network_type layers;  // the layers that have these parameters

 private:
  template <std::size_t L>
  static constexpr auto part_of(auto& s) {
    if constexpr (has_parameters<L>) {
      return std::tuple(part(detail::layer_name<L>, s.template of<L>()));
    } else {
      return std::tuple<>();
    }
  }

  using all_parameters = std::tuple<typename detail::layer_parameters<Bound, T>::type...>;
  all_parameters parameters_;
};

/// The parameter map of several layers: θ has the learned parameters layer by layer.
struct learn_layers {
  template <class System>
  static integer count(const System& s) {
    integer n = 0;
    s.each_layer(
        [&]<class Bound>(const Bound&, const auto& p) { n += detail::layer_map<Bound>::type::count(p); });
    return n;
  }
  template <class T, class System>
  static void to_system(std::span<const T> theta, System& s) {
    each(s, theta, []<class Map>(Map, auto mine, auto& p) { Map::to_system(mine, p); });
  }
  template <class T, class System>
  static void from_system(const System& s, std::span<T> theta) {
    each(s, theta, []<class Map>(Map, auto mine, const auto& p) { Map::from_system(p, mine); });
  }
  template <class T, class System>
  static void pullback(std::span<const T> theta, const System& ds, std::span<T> dtheta) {
    std::size_t at = 0;
    each(ds, theta, [&]<class Map>(Map, auto mine, const auto& p) {
      Map::pullback(mine, p, dtheta.subspan(at, mine.size()));
      at += mine.size();
    });
  }
  /// Calls f(slot, map, i, at) for each entry; the slot is network_weights where the layer is not an SSM.
  template <class System, class F>
  static void each_entry(const System& s, F f) {
    std::size_t first = 0;
    s.each_layer([&]<class Bound>(const Bound&, const auto& p) {
      using map = typename detail::layer_map<Bound>::type;
      map::each_entry(p,
                      [&](auto slot, auto m, std::size_t i, std::size_t at) { f(slot, m, i, first + at); });
      first += static_cast<std::size_t>(map::count(p));
    });
  }
  /// Calls f(slot) for each slot of each layer; some come several times.
  template <class System, class F>
  static constexpr void each_slot_of(F f) {
    [&]<std::size_t... L>(std::index_sequence<L...>) { (each_slot_of_layer<System, L>(f), ...); }
    (std::make_index_sequence<System::depth>{});
  }
  /// Calls f(l, first, n) for each layer l, whose n entries of θ begin with `first`.
  template <class System, class F>
  static void each_range(const System& s, F f) {
    std::size_t l = 0, first = 0;
    s.each_layer([&]<class Bound>(const Bound&, const auto& p) {
      const auto n = static_cast<std::size_t>(detail::layer_map<Bound>::type::count(p));
      f(l++, first, n);
      first += n;
    });
  }
  template <class T, class System, class Constraint>
  static void constrain(const System& s, std::span<T> theta, const Constraint& constraint) {
    each(s, theta, [&]<class Map>(Map, auto mine, const auto& p) { Map::constrain(p, mine, constraint); });
  }

 private:
  template <class System, std::size_t L, class F>
  static constexpr void each_slot_of_layer(F& f) {
    using map = typename detail::layer_map<typename System::template layer_type<L>>::type;
    if constexpr (System::template has_parameters<L>)
      detail::each_learned_slot<map, typename System::template parameters_type<L>>(f);
  }
  /// Calls f(map, its part of θ, parameters), layer by layer.
  template <class System, class T, class F>
  static void each(System& s, std::span<T> theta, F f) {
    std::size_t at = 0;
    s.each_layer([&]<class Bound>(const Bound&, auto& p) {
      using map = typename detail::layer_map<Bound>::type;
      const auto n = static_cast<std::size_t>(map::count(p));
      f(map(), theta.subspan(at, n), p);
      at += n;
    });
  }
};

}  // namespace lssm
