// SPDX-License-Identifier: BSD-3-Clause
// Systems, teachers and data in files that other programs read and write: .npz for NumPy, JSON for everything else.
//
//   save_npz("teacher.npz", x)          save_json("teacher.json", x)          the file is replaced atomically
//   load_npz<X>("teacher.npz")          load_json<X>("teacher.json")          X: the type to make of it
//   read_arrays<X>(file)                from an npz_file or json_document that is already open
//
//   X                                        arrays                                               header
//   bound_system<T, Structure>               a (d), b (d, m), c (p, d), structure (text)          ssm/system_file.hpp
//   given<Structure>                         the same                                             data/set_file.hpp
//   labelled<T>                              x (N, kappa, m), y (N), (N, p), (N, kappa, p),
//                                            h_star (kappa, p, m) or none                         data/set_file.hpp
//   training_set<Kappa, listed<everywhere>>  x (N, kappa, m)                                      data/set_file.hpp
//   one's own                                a specialization of interchange<X>
//
// Sizes in the type must equal those of the file, others are taken from it, and a system is read only as the structure
// that was written. Axes of length 1 may be left out, and the file may have other arrays. Numbers are float or double, bit
// for bit; those of the other type are rounded to the nearest, and numbers that are not finite are refused.
#pragma once

#include <string>

#include "file.hpp"
#include "named_arrays.hpp"

namespace lssm {

/// Conversion of an X to arrays and back, for both formats: static write(out, x), where out.add(name, span, shape) adds an
/// array and out.add_text(name, text) a text, and static read(in, like...), where `in` is npz_arrays or json_arrays
/// (io/named_arrays.hpp).
template <class X>
struct interchange {};

/// An X with an interchange<X>.
template <class X>
concept Interchangeable = requires(const X x, npz_writer& npz, json_array_writer& json) {
  interchange<X>::write(npz, x);
  interchange<X>::write(json, x);
};

namespace detail {

template <class X>
struct check_interchange {
  static_assert(
      Interchangeable<X>,
      "interchange: there is no interchange<X> that writes and reads this type (docs/interchange.md)");
  static constexpr bool holds = Interchangeable<X>;
};
template <class T>
struct check_interchange_number {
  static_assert(InterchangeNumber<T>,
                "interchange: numbers are float or double, of other scalars save_parts keeps "
                "every bit (docs/interchange.md)");
  static constexpr bool holds = InterchangeNumber<T>;
};

/// Whether the shape is the expected one, with or without axes of length 1.
inline bool same_shape(std::span<const std::size_t> found, std::span<const std::size_t> expected) {
  std::size_t j = 0;
  for (const std::size_t n : expected) {
    if (j < found.size() && found[j] == n) {
      ++j;
    } else if (n != 1) {
      return false;
    }
  }
  return j == found.size();
}

template <class T, class In>
std::vector<T> array_of_shape(const In& in, const std::string& name, const array_shape& expected) {
  if (const array_shape found = in.shape(name); !same_shape(found, expected))
    in.refuse(name, "the shape " + shape_text(expected), shape_text(found));
  return in.template numbers<T>(name);
}

}  // namespace detail

/// Replaces the file. Throws bad_file if that fails.
template <class X>
void save_npz(const std::string& path, const X& x) {
  static_assert(detail::check_interchange<X>::holds);
  npz_writer out;
  interchange<X>::write(out, x);
  out.save(path);
}

/// Replaces the file. Throws bad_file if that fails.
template <class X>
void save_json(const std::string& path, const X& x) {
  static_assert(detail::check_interchange<X>::holds);
  json_array_writer out;
  interchange<X>::write(out, x);
  replace_file(path, out.text() + "\n");
}

/// Reads an X. `like` gives the sizes that the type does not have, as interchange<X>::read says.
template <class X, class... Like>
X read_arrays(const npz_file& file, const Like&... like) {
  static_assert(detail::check_interchange<X>::holds);
  return interchange<X>::read(npz_arrays(file), like...);
}
template <class X, class... Like>
X read_arrays(const json_document& document, const Like&... like) {
  static_assert(detail::check_interchange<X>::holds);
  return interchange<X>::read(json_arrays(document), like...);
}

/// Throws bad_file, which names the file, the place, what was expected and what was found.
template <class X, class... Like>
X load_npz(const std::string& path, const Like&... like) {
  return read_arrays<X>(npz_file(path), like...);
}
template <class X, class... Like>
X load_json(const std::string& path, const Like&... like) {
  return read_arrays<X>(json_document::read(path), like...);
}

}  // namespace lssm
