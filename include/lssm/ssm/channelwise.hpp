// SPDX-License-Identifier: BSD-3-Clause
// H systems side by side, each with an input and an output of its own: the SSM of S4 and S4D, which leaves the mixing of
// channels to the dense layer behind it.
//
//   channelwise<real_diagonal<8>, 4>                                      4 channels of 8 modes each
//   channelwise<discretized<complex_diagonal<8>>, 4>                      S4D: a time step for each channel
//
//   y_t^c = C^c s_t^c,   h_k (H, H) is diagonal, with the response of system c at (c, c)
//
//   symbol      shape     meaning
//   each part   (H, n)    that of one system, which has n numbers, channel by channel
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "concepts.hpp"
#include "joined_text.hpp"

namespace lssm {

/// A slot of every channel; `learn` takes it by the name of the slot too.
template <class Slot, std::size_t I>
struct of_channels {
  using role = role_of<Slot>;
  using channel_slot = Slot;
  static constexpr auto& of(auto& s) { return std::get<I>(s.channels); }
};

namespace detail {

inline constexpr std::string_view channelwise_text = "channelwise/1 ";

template <class Structure>
struct check_channelwise {
  static_assert(LinearTimeInvariant<Structure>,
                "channelwise: the structure lacks impulse_response or pullback (docs/channelwise.md)");
  static_assert(Structure::inputs == 1 && Structure::outputs == 1,
                "channelwise: the structure of a channel has one input and one output (docs/channelwise.md)");
  static_assert(
      HasSlots<Structure> && requires { Structure::name; },
      "channelwise: the structure lacks slots or name (docs/channelwise.md)");
  static constexpr bool holds = true;
};

template <class Slots, class Indices>
struct channel_slots;
template <class... Slots, std::size_t... I>
struct channel_slots<slot_list<Slots...>, std::index_sequence<I...>> {
  using type = slot_list<of_channels<Slots, I>...>;
  template <class System, integer H>
  using storage = std::tuple<vec<typename slot_storage<Slots, System>::value_type,
                                 product_of<H, known_size<slot_storage<Slots, System>>>>...>;
};

template <class Slots>
struct slots_as_tuple;
template <class... Slots>
struct slots_as_tuple<slot_list<Slots...>> {
  using type = std::tuple<Slots...>;
};

/// The name of the part that a slot of a system is.
template <class Slot, class System>
std::string_view part_of_slot() {
  System one{};
  std::string_view name;
  std::apply(
      [&](auto... p) {
        ((static_cast<const void*>(&p.value) == &Slot::of(one) ? void(name = p.name) : void()), ...);
      },
      System::parts(one));
  return name;
}

/// Structures whose entries of a mode stand side by side, in a slot of one channel.
template <class S, class Slot>
concept ModalChannel = DiagonalStructure<S> ||(HasPoles<S>&& requires {
  requires S::modal(Slot())
  .entries == 1 || S::modal(Slot()).side_by_side;
});

}  // namespace detail

/// H independent systems with one input and one output each.
template <class Structure, integer H>
struct channelwise {
  static_assert(detail::check_channelwise<Structure>::holds);
  static_assert(H >= 1, "channelwise: the channels must be at least 1 (docs/channelwise.md)");

  Structure structure{};
  using channel = Structure;
  static constexpr integer inputs = H, outputs = H;
  static constexpr bool takes_duals = requires { requires Structure::takes_duals; };
  static constexpr std::string_view name =
      detail::joined_text<detail::channelwise_text, Structure::name>::value;  ///< in files
  using indices = std::make_index_sequence<slots_of<Structure>::size>;
  using channel_slots = detail::channel_slots<slots_of<Structure>, indices>;
  using slots = typename channel_slots::type;

  template <class T>
  using single = typename Structure::template parameters<T>;
  template <class T>
  struct parameters {
    using structure = channelwise;
    typename channel_slots::template storage<single<T>, H> channels;  // (H, n) of each slot
    static auto parts(auto& s) {
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return std::tuple(part(names()[I], std::get<I>(s.channels))...);
      }
      (indices());
    }
  };

  void validate() const {
    if constexpr (requires { structure.validate(); }) structure.validate();
  }
  template <class T>
  parameters<T> make() const {
    parameters<T> s;
    const single<T> one = structure.template make<T>();
    each_slot([&]<class Slot, std::size_t I>(Slot, std::integral_constant<std::size_t, I>) {
      using storage = std::tuple_element_t<I, decltype(s.channels)>;
      std::get<I>(s.channels) = zeros<T>(extent<known_size<storage>>(H * length(Slot::of(one))));
    });
    return s;
  }

  // ---- one channel ----

  /// The system of channel c, and back.
  template <class T>
  static void get(const parameters<T>& s, std::size_t c, single<T>& one) {
    each_slot([&]<class Slot, std::size_t I>(Slot, std::integral_constant<std::size_t, I>) {
      const auto& all = std::get<I>(s.channels);
      auto& to = Slot::of(one);
      const std::size_t n = all.size() / h;
      if constexpr (known_size<std::remove_cvref_t<decltype(to)>> == dynamic) to.resize(n);
      std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(c * n), n, to.begin());
    });
  }
  template <class T>
  static single<T> get(const parameters<T>& s, std::size_t c) {
    single<T> one;
    get(s, c, one);
    return one;
  }
  template <class T>
  static void set(parameters<T>& s, std::size_t c, const single<T>& one) {
    each_slot([&]<class Slot, std::size_t I>(Slot, std::integral_constant<std::size_t, I>) {
      const auto& from = Slot::of(one);
      std::copy(from.begin(), from.end(),
                std::get<I>(s.channels).begin() + static_cast<std::ptrdiff_t>(c * from.size()));
    });
  }
  static std::vector<array_shape> shapes(const auto& s) {
    std::vector<array_shape> all;
    each_slot([&]<class Slot, std::size_t I>(Slot, std::integral_constant<std::size_t, I>) {
      all.push_back({h, std::get<I>(s.channels).size() / h});
    });
    return all;
  }

  /// Whether all parts are of sizes that belong together.
  template <class T>
  static bool fits(const parameters<T>& s) requires requires(const single<T>& one) {
    Structure::fits(one);
  }
  {
    bool whole = true;
    each_slot([&]<class Slot, std::size_t I>(Slot, std::integral_constant<std::size_t, I>) {
      whole = whole && std::get<I>(s.channels).size() % h == 0;
    });
    return whole && Structure::fits(get(s, 0));
  }

  // ---- modes, where a channel tells its own ----

  static std::size_t modes(const auto& s) requires HasPoles<Structure> {
    return h * modes_of<Structure>(get(s, 0));
  }
  template <class T>
  static auto pole(const parameters<T>& s, std::size_t j) requires HasPoles<Structure> {
    const single<T> one = get(s, j / per_channel(s));
    return pole_of<Structure>(one, j % per_channel(s));
  }
  template <class T, class X>
  static void set_pole(parameters<T>& s, std::size_t j, const X& x) requires HasModes<Structure> {
    single<T> one = get(s, j / per_channel(s));
    set_pole_of<Structure>(one, j % per_channel(s), x);
    set(s, j / per_channel(s), one);
  }
  template <SingleScalar T>
  static std::vector<eigenvalue<T>> spectrum(const parameters<T>& s) requires HasSpectrum<Structure, T> {
    std::vector<eigenvalue<T>> all;
    for (std::size_t c = 0; c < h; ++c)
      for (const auto& x : spectrum_of<Structure, T>(get(s, c))) all.push_back(x);
    return all;
  }
  static integer state_size(const auto& s) requires HasStateSize<Structure> {
    return H * state_size_of<Structure>(get(s, 0));
  }
  /// Modes channel by channel.
  template <class Slot, std::size_t I>
  static constexpr modal_slot modal(of_channels<Slot, I>) requires detail::ModalChannel<Structure, Slot> {
    if constexpr (DiagonalStructure<Structure>) {
      return {};
    } else {
      return {.entries = modal_slot(Structure::modal(Slot())).entries};
    }
  }

  // ---- responses ----

  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> response) {
    std::vector<T> of_one(response.size() / (h * h), T(0));
    for (T& x : response) x = T(0);
    single<T> one;
    for (std::size_t c = 0; c < h; ++c) {
      get(s, c, one);
      Structure::impulse_response(std::as_const(one), std::span<T>(of_one));
      for (std::size_t k = 0; k < of_one.size(); ++k) response[(k * h + c) * h + c] = of_one[k];
    }
  }
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    std::vector<T> of_one(g.size() / (h * h), T(0));
    single<T> one, slope = get(s, 0);
    for (std::size_t c = 0; c < h; ++c) {
      get(s, c, one);
      for (std::size_t k = 0; k < of_one.size(); ++k) of_one[k] = g[(k * h + c) * h + c];
      Structure::pullback(std::as_const(one), view<T>(of_one), slope);
      set(ds, c, slope);
    }
  }
  /// One step: the states of the channels stand one after the other; x (H) comes in, y (H) goes out.
  template <class T>
  static void advance(const parameters<T>& s, std::span<const T> x, std::span<T> state,
                      std::span<T> y) requires Stepwise<Structure> {
    const std::size_t n = state.size() / h;
    single<T> one;
    for (std::size_t c = 0; c < h; ++c) {
      get(s, c, one);
      Structure::advance(std::as_const(one), x.subspan(c, 1), state.subspan(c * n, n), y.subspan(c, 1));
    }
  }

  friend constexpr bool operator==(const channelwise& x, const channelwise& y) {
    return x.structure == y.structure;
  }

 private:
  static constexpr std::size_t h = static_cast<std::size_t>(H);
  using slot_tuple = typename detail::slots_as_tuple<slots_of<Structure>>::type;
  /// The names of the parts, in the order of the slots.
  static const auto& names() {
    static const auto all = []<std::size_t... I>(std::index_sequence<I...>) {
      return std::array{detail::part_of_slot<std::tuple_element_t<I, slot_tuple>, single<double>>()...};
    }
    (indices());
    return all;
  }

  static std::size_t per_channel(const auto& s) { return modes(s) / h; }
  /// f(slot of a system, its number)
  template <class F>
  static constexpr void each_slot(F f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (f(std::tuple_element_t<I, slot_tuple>(), std::integral_constant<std::size_t, I>()), ...);
    }
    (indices());
  }
};

}  // namespace lssm
