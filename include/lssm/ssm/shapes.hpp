// SPDX-License-Identifier: BSD-3-Clause
// Shapes of the matrices of a system, for files (ssm/system_file.hpp) and for rules that see matrices (train/muon.hpp).
//
//   slot                     shape, n the number of its entries
//   input_role               (n / m, m)
//   output_role              (p, n / p)
//   state_matrix             (d, d) where it has as many entries, else (d)
//   any other                (n)
//
// A structure may give others by static shapes(parameters), one for each of its parts.
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/parts.hpp"
#include "slots.hpp"

namespace lssm::detail {

/// The shape of a slot by its role: (d, m) of inputs, (p, d) of outputs, (d, d) of as many entries of A; else a list.
template <class Structure, class System, class T>
array_shape shape_by_role(const System& system, std::span<T> entries) {
  constexpr std::size_t m = Structure::inputs, p = Structure::outputs;
  const std::size_t size = entries.size();
  array_shape shape{size};
  std::size_t d = 0;
  slots_of<Structure>::each([&]<class Slot>(Slot) {
    if (std::is_same_v<Slot, input_matrix>) d = Slot::of(system).size() / m;
  });
  slots_of<Structure>::each([&]<class Slot>(Slot) {
    if (Slot::of(system).data() != entries.data()) return;
    using role = role_of<Slot>;
    if (std::is_same_v<role, input_role> && size % m == 0) shape = {size / m, m};
    if (std::is_same_v<role, output_role> && size % p == 0) shape = {p, size / p};
    if (std::is_same_v<Slot, state_matrix> && d > 1 && size == d * d) shape = {d, d};
  });
  return shape;
}

/// Structures that say which shape each of their parts has in a file.
template <class S, class System>
concept TellsShapes = requires(const System& s) {
  { S::shapes(s) } -> std::convertible_to<std::vector<array_shape>>;
};

/// f(name, numbers, shape) for each matrix of a system.
template <class T, class Structure, class System, class F>
void each_matrix(System& system, F f) {
  std::vector<array_shape> shapes;
  if constexpr (TellsShapes<Structure, System>) shapes = Structure::shapes(system);
  std::size_t i = 0;
  for_each_leaf(system, [&](const std::string& name, auto leaf) {
    static_assert(
        std::same_as<std::remove_cv_t<typename decltype(leaf)::element_type>, T>,
        "interchange: the parameters of a structure must be numbers of its scalar (docs/interchange.md)");
    if constexpr (TellsShapes<Structure, System>) {
      require(i < shapes.size() && elements_of(shapes[i]) == leaf.size(), "interchange", "shapes(parameters)",
              "shapes of as many numbers as the parts have", name);
      f(name, leaf, shapes[i++]);
    } else {
      f(name, leaf, shape_by_role<Structure>(system, leaf));
    }
  });
}

}  // namespace lssm::detail
