// SPDX-License-Identifier: BSD-3-Clause
// What moves, and in which coordinates: a map θ ↦ (A, B, C) with its pullback.
//
//   learn<state_matrix>                                   A moves, B and C stay as the start sets them (Theorem 1)
//   learn<state_matrix, input_matrix, output_matrix>      all three
//   learn<state_role, time_role>                          the slots of these roles, whatever the structure calls them
//   learn<every_slot>                                     all that the structure has (learn_all)
//   learn<through<state_matrix, exp_of_minus_exp>, ...>   A moves in other coordinates
//   a class of one's own                                  any ParameterMap (parameter_map.hpp), one that ties B to C for example
//
// θ (n) holds the slots one after the other in the order of the list. This choice changes the flow and so the
// experiment, unlike a chart of the integrator (train/chart.hpp), which changes digits and speed only.
#pragma once

#include <span>

#include "../core/storage.hpp"
#include "parametrization.hpp"
#include "slots.hpp"

namespace lssm {

/// Every slot of the structure, in its order.
struct every_slot {};

/// A slot seen through a parametrization of its entries.
template <class Slot, class Map>
struct through {};

namespace detail {
template <class S>
struct slot_traits {
  using slot = S;
  using map = as_is;
};
template <class S, class M>
struct slot_traits<through<S, M>> {
  using slot = S;
  using map = M;
};

/// A slot, a role or every_slot, and its parametrization member by member: the message names the one that lacks.
template <class S>
struct check_slot {
  using slot = typename slot_traits<S>::slot;
  using map = typename slot_traits<S>::map;
  static constexpr bool named = HasRole<slot> || Role<slot> || std::is_same_v<slot, every_slot>;
  static_assert(named, "learn: takes slots, each with its role, roles, and every_slot (docs/ssm.md)");
  static_assert(HasMapValue<map>, "learn: a parametrization lacks value(theta) (docs/ssm.md)");
  static_assert(HasMapDerivative<map>, "learn: a parametrization lacks derivative(theta) (docs/ssm.md)");
  static_assert(HasMapInverse<map>, "learn: a parametrization lacks inverse(x) (docs/ssm.md)");
  static constexpr bool holds = named && Parametrization<map>;
};

/// A, B or C itself, not another member of a structure.
template <class Slot>
inline constexpr bool is_matrix = std::is_same_v<Slot, state_matrix> || std::is_same_v<Slot, input_matrix> ||
                                  std::is_same_v<Slot, output_matrix>;

/// How many of the list are of type T.
template <class T, class... List>
inline constexpr int occurrences = (static_cast<int>(std::is_same_v<T, List>) + ... + 0);

/// Entries of a slot that belong to each mode: one of A, a row of B, a column of C.
template <class Slot>
constexpr integer entries_per_mode(integer inputs, integer outputs) {
  return std::is_same_v<Slot, input_matrix> ? inputs : std::is_same_v<Slot, output_matrix> ? outputs : 1;
}
/// Where an entry of each mode stands in θ, and in its slot: first + j step, of_slot + j step for mode j.
struct mode_place {
  std::size_t first, of_slot, step;
};

}  // namespace detail

/// θ (n): the entries of the named slots, in that order; the others stay as the start sets them. Roles and every_slot become
/// slots in the model, which knows the structure: `ssm<Structure, Learn>::learned` is the map.
template <class... Slots>
struct learn {
  static_assert(sizeof...(Slots) >= 1, "learn: name at least one slot, role or every_slot (docs/ssm.md)");
  static_assert((detail::check_slot<Slots>::holds && ...));
  static_assert(((detail::occurrences<typename detail::slot_traits<Slots>::slot,
                                      typename detail::slot_traits<Slots>::slot...> == 1) &&
                 ...),
                "learn: a slot is named twice (docs/ssm.md)");

  /// The length of θ where it is known at compile time.
  template <class System>
  static constexpr integer known_count =
      sum_of<known_size<detail::slot_storage<typename detail::slot_traits<Slots>::slot, System>>...>;

  template <class System>
  static constexpr integer count(const System& s) {
    return (length(detail::slot_traits<Slots>::slot::of(s)) + ... + 0);
  }

  template <class T, class System>
  static constexpr void to_system(std::span<const T> theta, System& s) {
    each_range(s, [&]<class Map>(Map, auto& x, std::size_t at) {
      if constexpr (std::is_same_v<Map, as_is>) {  // at once: loads of whole registers follow
        detail::copy_numbers<known_size<std::remove_cvref_t<decltype(x)>>>(theta.data() + at, x.size(),
                                                                           x.data());
      } else {
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = Map::value(theta[at + i]);
      }
    });
  }
  template <class T, class System>
  static constexpr void from_system(const System& s, std::span<T> theta) {
    each_range(s, [&]<class Map>(Map, auto& x, std::size_t at) {
      if constexpr (std::is_same_v<Map, as_is>) {
        detail::copy_numbers<known_size<std::remove_cvref_t<decltype(x)>>>(x.data(), x.size(),
                                                                           theta.data() + at);
      } else {
        for (std::size_t i = 0; i < x.size(); ++i) theta[at + i] = Map::inverse(x[i]);
      }
    });
  }
  /// dθ from the gradient ds with respect to (A, B, C).
  template <class T, class System>
  static constexpr void pullback(std::span<const T> theta, const System& ds, std::span<T> dtheta) {
    each_range(ds, [&]<class Map>(Map, auto& x, std::size_t at) {
      if constexpr (std::is_same_v<Map, as_is>) {
        detail::copy_numbers<known_size<std::remove_cvref_t<decltype(x)>>>(x.data(), x.size(),
                                                                           dtheta.data() + at);
      } else {
        for (std::size_t i = 0; i < x.size(); ++i) dtheta[at + i] = x[i] * Map::derivative(theta[at + i]);
      }
    });
  }

  /// f(slot, map, i, at) for entry i of each slot, which is entry `at` of θ.
  template <class System, class F>
  static constexpr void each_entry(const System& s, F f) {
    std::size_t at = 0;
    (
        [&] {
          using traits = detail::slot_traits<Slots>;
          for (std::size_t i = 0; i < traits::slot::of(s).size(); ++i)
            f(typename traits::slot{}, typename traits::map{}, i, at++);
        }(),
        ...);
  }

  /// f(slot) for each slot.
  template <class F>
  static constexpr void each_slot(F f) {
    (f(typename detail::slot_traits<Slots>::slot{}), ...);
  }

  /// Each entry x of a matrix becomes constraint(slot, x); unchanged entries keep θ bit for bit; `s` supplies the sizes.
  template <class T, class System, class Constraint>
  static constexpr void constrain(const System& s, std::span<T> theta, const Constraint& constraint) {
    each_entry(s, [&]<class Slot, class Map>(Slot slot, Map, std::size_t, std::size_t at) {
      const T x = Map::value(theta[at]), y = constraint(slot, x);
      theta[at] = where(is_zero(y - x), theta[at], Map::inverse(y));
    });
  }

  // ---- the Hessian per mode, for structures whose A is diagonal ----

  static constexpr integer slots = sizeof...(Slots);
  static constexpr bool curved_maps =
      (CurvedParametrization<typename detail::slot_traits<Slots>::map> && ...);
  static constexpr bool takes_duals = curved_maps;
  static constexpr bool curved =
      curved_maps && (detail::is_matrix<typename detail::slot_traits<Slots>::slot> && ...);

  /// Whether a chart may take θ for a, entry by entry.
  static constexpr bool state_matrix_alone = slots == 1 && (std::is_same_v<Slots, state_matrix> && ...);

  /// Entries of θ that belong to a mode.
  template <class Structure>
  static constexpr integer mode_entries =
      (detail::entries_per_mode<typename detail::slot_traits<Slots>::slot>(Structure::inputs,
                                                                           Structure::outputs) +
       ...);
  /// f(slot, map, channel, place) for these entries: that of mode j is θ[place.first + j place.step], and the slot's entry
  /// [place.of_slot + j place.step].
  template <class System, class F>
  static constexpr void each_mode_entry(const System& s, F f) {
    const std::size_t d = s.a.size();
    std::size_t at = 0;
    (
        [&] {
          using traits = detail::slot_traits<Slots>;
          const std::size_t n = traits::slot::of(s).size() / d;
          constexpr bool rows =
              std::is_same_v<typename traits::slot, input_matrix>;  // (d, m), and (p, d) of C
          for (std::size_t i = 0; i < n; ++i)
            f(typename traits::slot{}, typename traits::map{}, i,
              detail::mode_place{at + (rows ? i : i * d), rows ? i : i * d, rows ? n : 1});
          at += n * d;
        }(),
        ...);
  }

  /// blocks[u * n + v] (d) of n = mode_entries: second derivative of L with respect to the entries u <= v of a mode, from the
  /// modal entries m of Σ_k g_k ∇²h_k and the gradient ds of L with respect to (A, B, C).
  template <class T, class System, class Modal, class Blocks>
  static constexpr void second_order(std::span<const T> theta, const System& ds, const Modal& m,
                                     Blocks& blocks) {
    const std::size_t d = ds.a.size(), inputs = ds.b.size() / d;
    std::size_t n = 0, u = 0;
    each_mode_entry(ds, [&](auto, auto, std::size_t, const detail::mode_place&) { ++n; });
    each_mode_entry(ds, [&]<class U, class UMap>(U, UMap, std::size_t uc, const detail::mode_place& up) {
      std::size_t v = 0;
      each_mode_entry(ds, [&]<class V, class VMap>(V, VMap, std::size_t vc, const detail::mode_place& vp) {
        for (std::size_t j = 0; u <= v && j < d; ++j) {
          const T& tu = theta[up.first + j * up.step];
          T value = modal_entry<U::role::index, V::role::index, T>(m, j, d, inputs, uc, vc) *
                    UMap::derivative(tu) * VMap::derivative(theta[vp.first + j * vp.step]);
          if (u == v) value = value + U::of(ds)[up.of_slot + j * up.step] * UMap::second_derivative(tu);
          blocks[u * n + v][j] = value;
        }
        ++v;
      });
      ++u;
    });
  }

 private:
  /// f(map, x, at) for the entries x of each slot, which are those of θ from `at` on.
  template <class System, class F>
  static constexpr void each_range(System& s, F f) {
    std::size_t at = 0;
    (
        [&] {
          using traits = detail::slot_traits<Slots>;
          f(typename traits::map{}, traits::slot::of(s), at);
          at += traits::slot::of(s).size();
        }(),
        ...);
  }

  /// Channel uc of slot U with channel vc of slot V.
  template <std::size_t U, std::size_t V, class T, class Modal>
  static constexpr T modal_entry(const Modal& m, std::size_t j, std::size_t d, std::size_t inputs,
                                 std::size_t uc, std::size_t vc) {
    if constexpr (U > V)
      return modal_entry<V, U, T>(m, j, d, inputs, vc, uc);
    else if constexpr (U == 0 && V == 0)
      return m.aa[j];
    else if constexpr (U == 0 && V == 1)
      return m.ab[j * inputs + vc];
    else if constexpr (U == 0 && V == 2)
      return m.ac[vc * d + j];
    else if constexpr (U == 1 && V == 2)
      return m.bc[(vc * inputs + uc) * d + j];
    else
      return T(0);
  }
};

/// All that the structure has.
using learn_all = learn<every_slot>;

namespace detail {
/// Whether a policy takes the entries of A for its eigenvalues, as it says by `static constexpr bool of_eigenvalues`.
template <class Policy>
inline constexpr bool of_eigenvalues = requires {
  requires Policy::of_eigenvalues;
};

/// Whether a slot of the state is seen through a map of eigenvalues.
template <class Learn>
inline constexpr bool maps_eigenvalues = false;
template <class... Slots>
inline constexpr bool maps_eigenvalues<learn<Slots...>> =
    ((std::is_same_v<typename slot_traits<Slots>::slot::role, state_role> &&
      of_eigenvalues<typename slot_traits<Slots>::map>) ||
     ...);

/// Whether all that is learned is learned in its own coordinates.
template <class Learn>
inline constexpr bool learned_plainly = false;
template <class... Slots>
inline constexpr bool learned_plainly<learn<Slots...>> =
    (std::is_same_v<typename slot_traits<Slots>::map, as_is> && ...);
}  // namespace detail

/// Whether a parameter map moves a slot; one's own maps are taken to move all.
template <class L, class Slot>
inline constexpr bool learns = true;
template <class... Slots, class Slot>
inline constexpr bool learns<learn<Slots...>, Slot> =
    detail::occurrences<Slot, typename detail::slot_traits<Slots>::slot...> == 1;

namespace detail {
/// Parameter maps that name their slots; of others all slots of the structure move.
template <class Learn>
concept NamesSlots = requires {
  Learn::each_slot([](auto) {});
};
/// Parameter maps that tell to which slot each entry of θ belongs.
template <class Learn, class System>
concept TellsSlots = requires(const System& s) {
  Learn::each_entry(s, [](auto, auto, std::size_t, std::size_t) {});
};
/// f(slot) for each slot of a structure that moves.
template <class Learn, class Structure, class F>
constexpr void each_moved_slot(F f) {
  if constexpr (NamesSlots<Learn>) {
    Learn::each_slot(f);
  } else {
    slots_of<Structure>::each(f);
  }
}
}  // namespace detail

}  // namespace lssm
