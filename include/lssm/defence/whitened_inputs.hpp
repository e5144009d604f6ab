// SPDX-License-Identifier: BSD-3-Clause
// A filter that excites all directions of the inputs more evenly: what a large part of the data says is then heard as loudly as
// what a small one does.
//
//   X = U diag(s) Vᵀ  →  U diag(s · (s_1 / max(s, floor s_1))^strength) Vᵀ      X: one input (kappa m) in each row
//
// That is a mixture of sequences, so that labels of a linear teacher are the same mixture of its labels: nobody need be asked.
#pragma once

#include <cmath>

#include "../analysis/jacobi.hpp"
#include "../data/filter.hpp"

namespace lssm {

/// Keeps all sequences and whitens them; its place among `filters` is the last.
struct whitened_inputs {
  double strength =
      1;  ///< from 0, which does nothing, to 1: all directions above the floor as strong as the strongest
  double floor = 1e-2;  ///< of s_1: weaker directions grow by no more than this one, > 0 and at most 1

  void validate() const {
    require(strength >= 0 && strength <= 1, "whitened_inputs", "strength", "from 0 to 1", strength);
    require(floor > 0 && floor <= 1, "whitened_inputs", "floor", "above 0, at most 1", floor);
  }
  template <class T>
  std::vector<integer> keep(const labelled<T>& data) const {
    std::vector<integer> places(static_cast<std::size_t>(data.sequences()));
    for (std::size_t n = 0; n < places.size(); ++n) places[n] = static_cast<integer>(n);
    return places;
  }
  template <class T>
  void edit_all(std::span<T> x, integer entries) const {
    validate();
    if (!(entries >= 1 && length(x) % entries == 0))
      refuse("whitened_inputs", "the inputs",
             "whole sequences of " + to_text(entries) + " entries, at least 1", x.size());
    const auto l = static_cast<std::size_t>(entries), count = x.size() / l;
    if (strength == 0) return;
    detail::columns_of<T> g(count, l);
    for (std::size_t n = 0; n < count; ++n)
      for (std::size_t i = 0; i < l; ++i) g(n, i) = x[n * l + i];
    const auto svd = detail::jacobi_svd(std::move(g), l);
    std::vector<T> along(l);
    for (std::size_t n = 0; n < count; ++n) {  // x ← x + V (factors - 1) Vᵀ x
      const std::span<T> row = x.subspan(n * l, l);
      along.assign(row.begin(), row.end());
      for (std::size_t j = 0; j < svd.values.size(); ++j) {
        const std::span<const T> v = svd.vectors.column(j);
        const double part = value_of(svd.values[j]) / value_of(svd.values[0]);
        const T more =
            T(std::pow(std::max(part, floor), -strength) - 1) * detail::inner(v, std::span<const T>(along));
        for (std::size_t i = 0; i < l; ++i) row[i] = row[i] + more * v[i];
      }
    }
  }
  friend bool operator==(const whitened_inputs&, const whitened_inputs&) = default;
};

}  // namespace lssm
