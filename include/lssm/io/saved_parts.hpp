// SPDX-License-Identifier: BSD-3-Clause
// States to and from .npz files, by the names that their `parts` give (core/parts.hpp).
//
//   save_parts("state.npz", state)    one one-dimensional array per leaf, named by its path: "a", "inner.t"
//   load_parts("state.npz", state)    back into a state of the same sizes, bit for bit
//
// What one array of plain numbers cannot hold (long double, quad, dual, packs) takes several, see planes.hpp. Before
// load_parts changes anything it has checked that the file holds exactly the arrays of this state, in its types and
// sizes: a state is never loaded in part.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "../core/parts.hpp"
#include "npz.hpp"
#include "planes.hpp"

namespace lssm {

namespace detail {

template <class L>
using planes_of = planes<std::remove_cv_t<L>>;

template <class L>
constexpr void require_planes() {
  static_assert(planes_of<L>::count > 0,
                "parts: a leaf must be a scalar, an integer, a bool or an enumeration, or an array of these");
}

/// Plane i of a leaf: the i-th stored number of each element.
template <class L>
auto plane(std::span<L> leaf, std::size_t i) {
  using layout = planes_of<L>;
  std::vector<typename layout::element> column;
  column.reserve(leaf.size());
  typename layout::element stored[layout::count];
  for (const L& x : leaf) {
    layout::split(x, stored);
    column.push_back(stored[i]);
  }
  return column;
}

/// The array of one plane of a leaf with so many elements.
inline npy_view leaf_view(const npz_file& file, const std::string& entry, std::size_t size) {
  npy_view view = file.view(entry);
  const std::size_t expected[] = {size};
  if (!std::ranges::equal(view.header.shape, expected))
    npy_fail(view.name, view.header.shape_offset, "the shape " + shape_text(expected),
             shape_text(view.header.shape));
  return view;
}

[[noreturn]] inline void refuse_element(const npz_file& file, const std::string& path, std::size_t index) {
  throw bad_file(file.name() + ": entry '" + path + "': element " + std::to_string(index) +
                 " is no number of its type");
}

/// The stored numbers of a leaf, element by element; throws bad_file unless the file has them as this leaf needs them.
template <class Layout>
auto stored_leaf(const npz_file& file, const std::string& path, std::size_t size) {
  using element = typename Layout::element;
  std::vector<element> stored(size * Layout::count);
  for (std::size_t i = 0; i < Layout::count; ++i) {
    const auto column = npy_values<element>(leaf_view(file, path + Layout::name(i), size)).data;
    for (std::size_t j = 0; j < size; ++j) stored[j * Layout::count + i] = column[j];
  }
  for (std::size_t j = 0; j < size; ++j)
    if (!Layout::valid(stored.data() + j * Layout::count)) refuse_element(file, path, j);
  return stored;
}

/// Every entry of the file must belong to the state.
inline void expect_names(const npz_file& file, const std::vector<std::string>& names) {
  for (const std::string& name : file.names())
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw bad_file(file.name() + ": entry '" + name + "' belongs to no part of this state");
}

template <class State>
std::vector<std::string> entry_names(const State& state) {
  std::vector<std::string> names;
  for_each_leaf(state, [&](const std::string& path, auto leaf) {
    using layout = planes_of<typename decltype(leaf)::element_type>;
    for (std::size_t i = 0; i < layout::count; ++i) names.push_back(path + layout::name(i));
  });
  return names;
}

}  // namespace detail

/// The arrays of a state. Others may be added where the file is to be looked at, not loaded.
template <HasParts State>
npz_writer to_npz(const State& state) {
  npz_writer out;
  for_each_leaf(state, [&]<class L>(const std::string& path, std::span<L> leaf) {
    detail::require_planes<L>();
    for (std::size_t i = 0; i < detail::planes_of<L>::count; ++i)
      out.add(path + detail::planes_of<L>::name(i), detail::plane(leaf, i));
  });
  return out;
}

template <HasParts State>
void save_parts(const std::string& path, const State& state) {
  to_npz(state).save(path);
}

template <HasParts State>
void load_parts(const npz_file& file, State& state) {
  detail::expect_names(file, detail::entry_names(state));
  for (const bool assign : {false, true})  // everything is checked before anything is changed
    for_each_leaf(state, [&]<class L>(const std::string& path, std::span<L> leaf) {
      detail::require_planes<L>();
      using layout = detail::planes_of<L>;
      const auto stored = detail::stored_leaf<layout>(file, path, leaf.size());
      if (!assign) return;
      for (std::size_t j = 0; j < leaf.size(); ++j) leaf[j] = layout::join(stored.data() + j * layout::count);
    });
}

template <HasParts State>
void load_parts(const std::string& path, State& state) {
  load_parts(npz_file(path), state);
}

}  // namespace lssm
