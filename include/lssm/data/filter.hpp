// SPDX-License-Identifier: BSD-3-Clause
// Filters: what stands between the labels and the training, a defence for example. A filter sees the labelled data and says
// which sequences stay; it has no hand in labels.
//
//   unfiltered        every sequence stays
//   one's own         a struct with
//
//     keep(data)      places of the sequences that stay, in rising order; `data` is a const labelled<T>
//     edit(input)     optional: changes the input (kappa, m) of a sequence that stays. Afterwards the teacher labels all
//                     of them, so that it does not compile where labels are the data's own or noisy.
//     edit_all(x, n)  the same for all that stay at once, x (N, kappa, m) with n = kappa m entries in each
#pragma once

#include <vector>

#include "label.hpp"

namespace lssm {

/// Every sequence stays.
struct unfiltered {
  friend constexpr bool operator==(unfiltered, unfiltered) { return true; }
};

/// Says which sequences stay.
template <class F>
concept DataFilter = std::same_as<F, unfiltered> || requires(const F f, const labelled<double>& data) {
  { f.keep(data) } -> std::convertible_to<std::vector<integer>>;
};
/// A filter that also changes inputs, one by one or all at once.
template <class F>
concept EditsInputs = requires(const F f, std::span<double> input) {
  f.edit(input);
}
|| requires(const F f, std::span<double> inputs, integer entries) { f.edit_all(inputs, entries); };

namespace detail {
/// Lets a filter change inputs (N, entries).
template <class Filter, class T>
void edit_inputs(const Filter& filter, std::span<T> x, integer entries) {
  if constexpr (requires { filter.edit_all(x, entries); }) {
    filter.edit_all(x, entries);
  } else {
    const auto row = static_cast<std::size_t>(entries);
    for (std::size_t at = 0; at < x.size(); at += row) filter.edit(x.subspan(at, row));
  }
}
}  // namespace detail

/// The data that a filter leaves.
template <SingleScalar T, DataFilter Filter, class BoundTeacher>
labelled<T> filtered(const Filter& filter, labelled<T> data, [[maybe_unused]] const BoundTeacher& teacher) {
  if constexpr (!std::same_as<Filter, unfiltered>) {
    data.keep(filter.keep(std::as_const(data)));
    if constexpr (EditsInputs<Filter>) {
      detail::edit_inputs(filter, std::span<T>(data.x), data.kappa * data.channels);
      data.relabel(teacher);
    }
  }
  return data;
}

}  // namespace lssm
