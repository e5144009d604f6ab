// SPDX-License-Identifier: BSD-3-Clause
// States to and from .npz files, by the names that their `parts` give (core/parts.hpp).
//
//   save_parts("state.npz", state)         one one-dimensional array per leaf, named by its path: "a", "inner.t"
//   load_parts("state.npz", state)         back into a state of the same sizes, bit for bit
//
//   add_parts(writer, "first", state)      several states in one file: "first.a", "first.inner.t"
//   load_parts(file, "first", state)       loads one of them
//   parts_loader in(file);                 loads all or none: each is checked when it is named,
//   in.load("first", x).load("second", y); nothing is changed before commit()
//   in.expect_no_others();
//   in.commit();
//
// Scalars that one array of plain numbers cannot hold (long double, quad, dual, packs) take several, see planes.hpp. The
// arrays of every state, their types and sizes, are checked before anything is changed: no state is ever loaded in part.
#pragma once

#include <algorithm>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
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

/// The array of one plane of a leaf with that many elements.
inline npy_view leaf_view(const npz_file& file, const std::string& entry, std::size_t size) {
  npy_view view = file.view(entry);
  const std::size_t expected[] = {size};
  if (!std::ranges::equal(view.header.shape, expected))
    npy_fail(view.name, view.header.shape_offset, "the shape " + shape_text(expected),
             shape_text(view.header.shape));
  return view;
}

[[noreturn]] inline void refuse_element(const npz_file& file, const std::string& path, std::size_t index) {
  throw bad_file(file.name() + ": entry " + in_quotes(path) + ": element " + std::to_string(index) +
                 " is no number of its type");
}

/// The stored numbers of a leaf, element by element; throws bad_file unless type and size fit the leaf.
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

/// The name of a part below a prefix, which may be empty.
inline std::string below(const std::string& prefix, const std::string& path) {
  return prefix.empty() ? path : prefix + "." + path;
}

}  // namespace detail

/// Adds the arrays of a state, named "prefix.leaf", or "leaf" where the prefix is empty.
template <HasParts State>
npz_writer& add_parts(npz_writer& out, const std::string& prefix, const State& state) {
  for_each_leaf(state, [&]<class L>(const std::string& path, std::span<L> leaf) {
    detail::require_planes<L>();
    for (std::size_t i = 0; i < detail::planes_of<L>::count; ++i)
      out.add(detail::below(prefix, path) + detail::planes_of<L>::name(i), detail::plane(leaf, i));
  });
  return out;
}

/// An archive with the arrays of a state, to which others may be added for readers other than load_parts.
template <HasParts State>
npz_writer to_npz(const State& state) {
  npz_writer out;
  add_parts(out, {}, state);
  return out;
}

/// Writes all parts of a state to an npz file, bit for bit. Throws bad_file where it cannot be written.
template <HasParts State>
void save_parts(const std::string& path, const State& state) {
  to_npz(state).save(path);
}

/// Loads several states from a file, all or none. File and states must outlive the loader and not move.
/// Everything but commit() throws bad_file, with nothing changed, if the file does not fit.
class parts_loader {
 public:
  explicit parts_loader(const npz_file& file) : file_(&file) {}
  explicit parts_loader(const npz_file&&) = delete;

  const npz_file& file() const { return *file_; }

  /// Checks a state's numbers, which it takes over in commit().
  template <HasParts State>
  parts_loader& load(const std::string& prefix, State& state) {
    each_stored(prefix, state, [this]<class L>(std::span<L> leaf, auto stored) {
      changes_.emplace_back([leaf, stored = std::move(stored)] { fill(leaf, stored); });
    });
    return *this;
  }
  /// Reads a state with the sizes of `like` now, for states that must be checked before `then` uses them.
  template <HasParts State>
  State read(const std::string& prefix, State like) {
    each_stored(prefix, like, [](auto leaf, const auto& stored) { fill(leaf, stored); });
    return like;
  }
  /// An array that belongs to no state.
  template <NpyElement T>
  npy_array<T> read_array(const std::string& name) {
    npy_array<T> array = file_->read<T>(name);
    known_.insert(name);
    return array;
  }
  /// Registers a change that commit() makes, in the order of registration. It must not throw.
  parts_loader& then(std::function<void()> change) {
    changes_.push_back(std::move(change));
    return *this;
  }

  /// Throws bad_file if the file has an entry with this prefix that was not asked for.
  const parts_loader& expect_no_others(std::string_view beginning = {}) const {
    for (const std::string& name : file_->names())
      if (name.starts_with(beginning) && !known_.contains(name))
        throw bad_file(file_->name() + ": entry " + in_quotes(name) + " belongs to no part of this state");
    return *this;
  }

  void commit() {
    for (const auto& change : changes_) change();
    changes_.clear();
  }

 private:
  template <class State, class F>
  void each_stored(const std::string& prefix, State& state, F f) {
    for_each_leaf(state, [&]<class L>(const std::string& path, std::span<L> leaf) {
      detail::require_planes<L>();
      using layout = detail::planes_of<L>;
      const std::string name = detail::below(prefix, path);
      auto stored = detail::stored_leaf<layout>(*file_, name, leaf.size());
      for (std::size_t i = 0; i < layout::count; ++i) known_.insert(name + layout::name(i));
      f(leaf, std::move(stored));
    });
  }
  template <class L, class Stored>
  static void fill(std::span<L> leaf, const Stored& stored) {
    using layout = detail::planes_of<L>;
    for (std::size_t j = 0; j < leaf.size(); ++j) leaf[j] = layout::join(stored.data() + j * layout::count);
  }

  const npz_file* file_;
  std::set<std::string, std::less<>> known_;
  std::vector<std::function<void()>> changes_;
};

/// Loads one state of a file that may hold others.
template <HasParts State>
void load_parts(const npz_file& file, const std::string& prefix, State& state) {
  parts_loader in(file);
  in.load(prefix, state).commit();
}

/// Loads the only state of a file.
template <HasParts State>
void load_parts(const npz_file& file, State& state) {
  parts_loader in(file);
  in.load({}, state).expect_no_others();
  in.commit();
}

template <HasParts State>
void load_parts(const std::string& path, State& state) {
  load_parts(npz_file(path), state);
}

}  // namespace lssm
