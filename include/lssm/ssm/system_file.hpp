// SPDX-License-Identifier: BSD-3-Clause
// Students and teachers in files for other programs (io/interchange.hpp).
//
//   save_npz("student.npz", outcome.student)
//   load_npz<bound_system<double, real_diagonal<>>>("student.npz")           d from the file
//   load_npz<bound_system<double, real_diagonal<10, 2>>>("student.npz")      another d, m or p is refused
//   load_npz<bound_system<double, S>>("student.npz", S{...})                 a structure of one's own with its sizes
//
//   array       shape
//   structure   text: "real_diagonal/1"; of a structure of one's own its member `name`, or the name of its type
//   a           (d); (d, d) where the structure has as many entries
//   b           (d, m)
//   c           (p, d)
//
// Of a complex_diagonal a_re, a_im, b_re, b_im, c_re, c_im of these shapes, d pairs. Slots of one's own have the shapes of ssm/shapes.hpp.
//
// In NumPy, h_k = C A^k B of a real_diagonal is  c @ (a[:, None] ** k * b).  What the numbers mean is the structure's, so a
// file is read only as the structure that it names. One that names none holds a real_diagonal.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "../io/interchange.hpp"
#include "bound_system.hpp"
#include "real_diagonal.hpp"
#include "shapes.hpp"

namespace lssm {

namespace detail {

/// Structures that say how many modes they have, as real_diagonal: each of a, b, c follows from that.
template <class S>
concept CountsStates = requires(const S s) {
  { s.states } -> std::convertible_to<integer>;
  { S::known_states } -> std::convertible_to<integer>;
};
/// Structures that say how many pairs of conjugate eigenvalues they have, as complex_diagonal.
template <class S>
concept CountsPairs = requires(const S s) {
  { s.pairs } -> std::convertible_to<integer>;
  { S::known_pairs } -> std::convertible_to<integer>;
};

/// The name of a type without namespaces and template arguments, or "unnamed"; of every compiler the same.
template <class S>
constexpr auto signature_with() {
  return std::string_view(__PRETTY_FUNCTION__);  // "... [with S = mine::rotations<2>]" or "... [S = ...]"
}
template <class S>
constexpr std::string_view identifier_of() {
  std::string_view name = signature_with<S>();
  name.remove_suffix(1);
  if (name.ends_with('>')) {
    std::size_t begin = name.size();
    for (int depth = 0; begin > 0;) {
      const char c = name[--begin];
      depth += c == '>' ? 1 : c == '<' ? -1 : 0;
      if (depth == 0) break;
    }
    name = name.substr(0, begin);
  }
  std::size_t begin = name.size();
  const auto in_word = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  while (begin > 0 && in_word(name[begin - 1])) --begin;
  name.remove_prefix(begin);
  return name.empty() ? std::string_view("unnamed") : name;
}

/// What a file calls the structure: its member `name`, else the name of its type.
template <class Structure>
constexpr std::string_view structure_name() {
  if constexpr (requires {
                  { Structure::name } -> std::convertible_to<std::string_view>;
                }) {
    return Structure::name;
  } else {
    return identifier_of<Structure>();
  }
}

/// Refuses a file of another structure. Before files named it, all were of real_diagonal.
template <class Structure, class In>
void expect_structure(const In& in) {
  const std::string expected = "the structure " + in_quotes(structure_name<Structure>());
  if (in.contains("structure")) {
    if (const std::string found = in.text("structure"); found != structure_name<Structure>())
      in.refuse("structure", expected, in_quotes(found));
  } else if (structure_name<Structure>() != structure_name<real_diagonal<>>()) {
    in.refuse("a", expected + " named by a text 'structure'", "none, as in files of a real_diagonal");
  }
}

/// Sets a number of states or pairs that is left open to the file's.
template <class Structure, class In>
void take_states(const In& in, Structure& structure) {
  const auto take = [&](auto& number, const char* list, const char* what, bool square) {
    if (number != 0) return;
    const array_shape shape = in.shape(list);
    if (square ? shape.size() != 2 || shape[0] != shape[1] || shape[0] == 0
               : shape.size() > 1 || (shape.size() == 1 && shape[0] == 0))
      in.refuse(
          list,
          std::string(square ? "the shape (d, d) of at least one " : "the shape (d,) of at least one ") +
              what,
          shape_text(shape));
    number = shape.empty() ? 1 : static_cast<integer>(shape[0]);
  };
  if constexpr (CountsStates<Structure>) {
    constexpr bool square = TellsShapes<Structure, typename Structure::template parameters<double>>;
    if constexpr (Structure::known_states == dynamic) take(structure.states, "a", "state", square);
  } else if constexpr (CountsPairs<Structure>) {
    if constexpr (Structure::known_pairs == dynamic) take(structure.pairs, "a_re", "pair", false);
  }
}

/// The parameters of a structure.
template <class T, class Structure, class Out>
void write_system(Out& out, const typename Structure::template parameters<T>& system) {
  if constexpr (CountsStates<Structure> &&
                !TellsShapes<Structure, typename Structure::template parameters<T>>) {
    const std::size_t d = system.a.size();
    require(d >= 1, "save", "a", "of at least one state", d);
    if (system.b.size() != d * Structure::inputs)
      refuse("save", "b", "of " + to_text(d * Structure::inputs) + " numbers", system.b.size());
    if (system.c.size() != d * Structure::outputs)
      refuse("save", "c", "of " + to_text(d * Structure::outputs) + " numbers", system.c.size());
  }
  each_matrix<T, Structure>(
      system, [&](const std::string& name, std::span<const T> values, const array_shape& shape) {
        out.template add<T>(name, values, shape);
      });
  out.add_text("structure", structure_name<Structure>());
}
template <class T, class Structure, class In>
typename Structure::template parameters<T> read_system(const In& in, Structure& structure) {
  expect_structure<Structure>(in);
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
