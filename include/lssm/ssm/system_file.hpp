// SPDX-License-Identifier: BSD-3-Clause
// Students and teachers in files for other programs (io/interchange.hpp).
//
//   save_npz("student.npz", outcome.student)
//   load_npz<bound_system<double, real_diagonal<>>>("student.npz")           d from the file
//   load_npz<bound_system<double, real_diagonal<10, 2>>>("student.npz")      another d, m or p is refused
//   load_npz<bound_system<double, S>>("student.npz", S{...})                 a structure of one's own with its sizes
//
//   array   shape
//   a       (d); (d, d) where the structure has as many entries
//   b       (d, m)
//   c       (p, d)
//
// In NumPy, h_k = C A^k B is  c @ (a[:, None] ** k * b).  The file has numbers; what they mean is the structure's.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "../io/interchange.hpp"
#include "bound_system.hpp"

namespace lssm {

namespace detail {

/// Structures that say how many modes they have, as real_diagonal: each of a, b, c follows from that.
template <class S>
concept CountsStates = requires(const S s) {
  { s.states } -> std::convertible_to<integer>;
  { S::known_states } -> std::convertible_to<integer>;
};

/// The shape of a matrix of so many entries.
template <class Structure>
array_shape matrix_shape(std::string_view name, std::size_t size, std::size_t d) {
  constexpr std::size_t m = Structure::inputs, p = Structure::outputs;
  if (name == "b" && size == d * m) return {d, m};
  if (name == "c" && size == p * d) return {p, d};
  if (name == "a" && d > 1 && size == d * d) return {d, d};
  return {size};
}

/// f(name, numbers, shape) for each matrix of a system.
template <class T, class Structure, class System, class F>
void each_matrix(System& system, F f) {
  constexpr std::size_t m = Structure::inputs;
  const std::size_t d = system.b.size() / m;
  for_each_leaf(system, [&](const std::string& name, auto leaf) {
    static_assert(
        std::same_as<std::remove_cv_t<typename decltype(leaf)::element_type>, T>,
        "interchange: the parameters of a structure must be numbers of its scalar (docs/interchange.md)");
    f(name, leaf, matrix_shape<Structure>(name, leaf.size(), d));
  });
}

/// Sets a number of states that is left open to the file's.
template <class Structure, class In>
void take_states(const In& in, Structure& structure) {
  if constexpr (CountsStates<Structure>) {
    if constexpr (Structure::known_states == dynamic) {
      if (structure.states != 0) return;
      const array_shape shape = in.shape("a");
      if (shape.size() > 1 || (shape.size() == 1 && shape[0] == 0))
        in.refuse("a", "the shape (d,) of at least one state", shape_text(shape));
      structure.states = shape.empty() ? 1 : static_cast<integer>(shape[0]);
    }
  }
}

/// The parameters of a structure.
template <class T, class Structure, class Out>
void write_system(Out& out, const typename Structure::template parameters<T>& system) {
  if constexpr (CountsStates<Structure>) {
    const std::size_t d = system.a.size();
    require(d >= 1, "save", "a", "of at least one state", d);
    require(system.b.size() == d * Structure::inputs, "save", "b",
            "of " + std::to_string(d * Structure::inputs) + " numbers", system.b.size());
    require(system.c.size() == d * Structure::outputs, "save", "c",
            "of " + std::to_string(d * Structure::outputs) + " numbers", system.c.size());
  }
  each_matrix<T, Structure>(
      system, [&](const std::string& name, std::span<const T> values, const array_shape& shape) {
        out.template add<T>(name, values, shape);
      });
}
template <class T, class Structure, class In>
typename Structure::template parameters<T> read_system(const In& in, Structure& structure) {
  take_states(in, structure);
  auto system = structure.template make<T>();
  each_matrix<T, Structure>(system,
                            [&](const std::string& name, std::span<T> values, const array_shape& shape) {
                              const std::vector<T> read = array_of_shape<T>(in, name, shape);
                              std::copy(read.begin(), read.end(), values.begin());
                            });
  return system;
}

}  // namespace detail

template <class T, class Structure>
struct interchange<bound_system<T, Structure>> {
  static_assert(detail::check_interchange_number<T>::holds);

  static void write(auto& out, const bound_system<T, Structure>& x) {
    detail::write_system<T, Structure>(out, x.system);
  }
  static bound_system<T, Structure> read(const auto& in, Structure structure = {}) {
    return {detail::read_system<T>(in, structure)};
  }
};

}  // namespace lssm
