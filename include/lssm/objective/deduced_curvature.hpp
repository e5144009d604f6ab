// SPDX-License-Identifier: BSD-3-Clause
// The second derivative of Σ_k g_k h_k, mode by mode, of a structure that says which entries belong to a mode (ModalSlots).
//
// No two modes couple, so that one pullback in dual numbers, with the v-th entry of every mode as direction, has column v
// of every block: as many pullbacks as a mode has learned entries. The maps of `learn` count by the chain rule: the
// direction is dx/dθ, and the diagonal has dL/dx d²x/dθ² besides.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "../core/dual.hpp"
#include "../core/parts.hpp"
#include "../ssm/concepts.hpp"
#include "../ssm/learn.hpp"

namespace lssm::detail {

/// Learned entries of a mode.
template <class Structure, class... Slots>
constexpr integer deduced_entries(learn<Slots...>) {
  return (modal_slot(Structure::modal(typename slot_traits<Slots>::slot())).entries + ...);
}
/// f(slot, map, i, at, u, j) for entry i of each learned slot, which is entry `at` of θ and the u-th of mode j.
template <class Structure, class Learn, class System, class F>
constexpr void each_modal_entry(const System& s, F f) {
  const std::size_t modes = modes_of<Structure>(s);
  std::size_t before = 0, next = 0;  // entries of a mode in the slots up to this one, and with it
  Learn::each_entry(s, [&]<class Slot, class Map>(Slot slot, Map map, std::size_t i, std::size_t at) {
    constexpr modal_slot m = Structure::modal(Slot());
    constexpr std::size_t n = static_cast<std::size_t>(m.entries);
    if (i == 0) {
      if (Slot::of(s).size() != n * modes)
        refuse("modal", "entries of a slot", to_text(n) + " for each of " + to_text(modes) + " modes",
               Slot::of(s).size());
      before = next;
      next += n;
    }
    if constexpr (m.side_by_side) {
      f(slot, map, i, at, before + i % n, i / n);
    } else {
      f(slot, map, i, at, before + i / modes, i % modes);
    }
  });
}

/// Scratch, and the blocks of the second derivative; lane by lane, so that a structure needs no duals of packs.
template <class T, class Structure, class Learn>
class deduced_second_order {
  using number = dual<lane_of<T>>;
  using parameters = typename Structure::template parameters<number>;

 public:
  deduced_second_order() = default;
  explicit deduced_second_order(const Structure& structure)
      : at_(structure.template make<number>()), slope_(at_) {}

  /// blocks[u * n + v] (modes) for u <= v.
  template <class System, class Blocks>
  void write(std::span<const T> theta, const System& s, std::span<const T> g, Blocks& blocks) {
    g_.resize(g.size());
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      each_number([lane](number& x, const T& y) { x = number(scalar_traits<T>::get(y, lane)); }, at_, s);
      for (std::size_t k = 0; k < g.size(); ++k) g_[k] = number(scalar_traits<T>::get(g[k], lane));
      for (std::size_t v = 0; v < entries; ++v) write_column(v, lane, theta, s, blocks);
    }
  }

 private:
  static constexpr std::size_t entries = static_cast<std::size_t>(deduced_entries<Structure>(Learn()));

  template <class System, class Blocks>
  void write_column(std::size_t v, std::size_t lane, std::span<const T> theta, const System& s,
                    Blocks& blocks) {
    const auto here = [&](std::size_t at) { return scalar_traits<T>::get(theta[at], lane); };
    each_modal_entry<Structure, Learn>(
        s, [&]<class Slot, class Map>(Slot, Map, std::size_t i, std::size_t at, std::size_t u, std::size_t) {
          Slot::of(at_)[i].e = u == v ? lane_of<T>(Map::derivative(here(at))) : lane_of<T>(0);
        });
    Structure::pullback(std::as_const(at_), std::span<const number>(g_), slope_);
    each_modal_entry<Structure, Learn>(s, [&]<class Slot, class Map>(Slot, Map, std::size_t i, std::size_t at,
                                                                     std::size_t u, std::size_t j) {
      if (u > v) return;
      const number& x = Slot::of(slope_)[i];
      auto bend = x.e * Map::derivative(here(at));
      if (u == v) bend = bend + x.v * Map::second_derivative(here(at));
      scalar_traits<T>::set(blocks[u * entries + v][j], lane, bend);
    });
  }

  parameters at_, slope_;
  std::vector<number> g_;
};

}  // namespace lssm::detail
