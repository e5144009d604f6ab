// SPDX-License-Identifier: BSD-3-Clause
// Names in order: columns of a table, entries of an archive, keys of an object. A file may have a hundred thousand of
// them, so finding one that is there twice takes n log n comparisons, and finding a name log n.
//
//   names_of(texts), order_by_name(texts)  for texts in a vector, or in a container indexed like one
//   sort_by_name(begin, end, name_of)      numbers of names, by their names; equal names by their numbers
//   twofold_name(begin, end, name_of)      the first sorted number whose successor has the same name, or end
//   find_name(begin, end, name, name_of)   the first sorted number that has this name, or end
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

namespace lssm::detail {

template <class Iterator, class NameOf>
void sort_by_name(Iterator begin, Iterator end, const NameOf& name_of) {
  std::sort(begin, end, [&](auto i, auto j) {
    const auto order = name_of(i) <=> name_of(j);
    return order < 0 || (order == 0 && i < j);
  });
}

template <class Iterator, class NameOf>
Iterator twofold_name(Iterator begin, Iterator end, const NameOf& name_of) {
  return std::adjacent_find(begin, end, [&](auto i, auto j) { return name_of(i) == name_of(j); });
}

template <class Iterator, class NameOf>
Iterator find_name(Iterator begin, Iterator end, std::string_view name, const NameOf& name_of) {
  const Iterator at = std::lower_bound(begin, end, name,
                                       [&](auto i, std::string_view wanted) { return name_of(i) < wanted; });
  return at != end && name_of(*at) == name ? at : end;
}

template <class Texts>
auto names_of(const Texts& texts) {
  return [&texts](std::size_t i) { return std::string_view(texts[i]); };
}
template <class Texts>
std::vector<std::uint32_t> order_by_name(const Texts& texts) {
  std::vector<std::uint32_t> order(texts.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  sort_by_name(order.begin(), order.end(), names_of(texts));
  return order;
}

}  // namespace lssm::detail
