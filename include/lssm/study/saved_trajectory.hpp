// SPDX-License-Identifier: BSD-3-Clause
// Trajectories as files, all digits.
//
//   to_csv(seen).save("run.csv")    a line per sample, a column per number
//   to_npz(seen).save("run.npz")    an array per quantity: (samples), or (samples, columns) where it has several
//
// In .npz long double, quad and dual numbers take several arrays each (io/planes.hpp); "name.hi" is the nearest double.
#pragma once

#include "../io/csv.hpp"
#include "../io/saved_parts.hpp"
#include "trajectory.hpp"

namespace lssm {

/// A row for each sample, a column for each number.
template <TextNumber T, class When, class... Quantities>
csv_table to_csv(const trajectory<T, When, Quantities...>& seen) {
  csv_table table(seen.columns());
  const std::size_t width = table.columns().size();
  for (std::size_t i = 0; i < seen.samples(); ++i) table.add_row<T>(seen.numbers().subspan(i * width, width));
  return table;
}

/// An array (samples, columns) for each quantity.
template <class T, class When, class... Quantities>
npz_writer to_npz(const trajectory<T, When, Quantities...>& seen) {
  npz_writer out;
  for (const std::string& name : seen.names()) {
    const auto values = seen.values(name);
    const std::span<const T> numbers(values.data(), values.size());
    std::vector<std::size_t> shape = {values.shape(0)};
    if (values.shape(1) != 1) shape.push_back(values.shape(1));
    for (std::size_t i = 0; i < detail::planes<T>::count; ++i) {
      const auto plane = detail::plane(numbers, i);
      using element = typename decltype(plane)::value_type;
      out.add<element>(name + detail::planes<T>::name(i), std::span<const element>(plane), shape);
    }
  }
  return out;
}

}  // namespace lssm
