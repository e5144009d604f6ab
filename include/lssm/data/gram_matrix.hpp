// SPDX-License-Identifier: BSD-3-Clause
// The Gram matrix of the inputs, which is what a poison changes.
//
//   G = X̃ᵀX̃/R (κm, κm)       x̃_r: the inputs of a sequence up to a labelled step, last first, then zeros; channels run fastest
//
// Of labels of last outputs each of N sequences makes one row, R = N; of labels of every step each makes κ, R = Nκ. Outputs do
// not matter: G is the same for each.
//
// G squares what sequences differ by. Where one is smaller than another by √ε, and both share an entry, G no longer holds
// it: objectives take rows of the sequences instead (objective/gram_factor.hpp).
#pragma once

#include <algorithm>
#include <vector>

#include "../core/tensor_of.hpp"
#include "label.hpp"

namespace lssm {

/// The row x̃ of a sequence: entry k m + q is x[(κ-1-k) m + q].
template <class T>
constexpr void reverse_time(std::span<const T> x, integer channels, std::span<T> reversed) {
  const std::size_t m = static_cast<std::size_t>(channels), kappa = x.size() / m;
  for (std::size_t k = 0; k < kappa; ++k)
    for (std::size_t q = 0; q < m; ++q) reversed[k * m + q] = x[(kappa - 1 - k) * m + q];
}

namespace detail {

/// Where entry e of a row x̃ (κm) stands in the response (κ, p, m) of output i.
constexpr std::size_t response_entry(std::size_t e, std::size_t i, std::size_t p, std::size_t m) {
  return p == 1 ? e : (e / m * p + i) * m + e % m;
}

/// Refuses inputs and labels that do not fit each other, as edits by hand may leave them.
template <class T>
void check_rows(const labelled<T>& data) {
  if (!(data.answers >= 1 && (data.steps == 1 || data.steps == data.kappa)))
    refuse("gram_matrix", "data.steps", "1, the last, or " + to_text(data.kappa) + ", all", data.steps);
  require_fitting("gram_matrix", data);
}

/// Calls f(sequence, x̃) for the row (κm) of each labelled step, sequence after sequence.
template <class T, class F>
void each_row(const labelled<T>& data, F f) {
  const std::size_t m = static_cast<std::size_t>(data.channels), kappa = static_cast<std::size_t>(data.kappa);
  std::vector<T> row(kappa * m, T(0));
  for (integer s = 0; s < data.sequences(); ++s)
    for (std::size_t t = kappa - static_cast<std::size_t>(data.steps); t < kappa; ++t) {
      std::fill(row.begin(), row.end(), T(0));
      reverse_time(data.input(s).first((t + 1) * m), data.channels, std::span<T>(row).first((t + 1) * m));
      f(s, view<T>(row));
    }
}

}  // namespace detail

/// Σ_r weight_n x̃_r x̃_rᵀ over the rows of all sequences n, row major (κm, κm).
template <SingleScalar T, class Weight>
std::vector<T> weighted_gram(const labelled<T>& data, Weight weight) {
  detail::check_rows(data);
  const std::size_t n = static_cast<std::size_t>(data.kappa * data.channels);
  std::vector<T> gram(n * n, T(0));
  detail::each_row(data, [&](integer s, std::span<const T> row) {
    const T w = weight(s);
    for (std::size_t i = 0; i < n; ++i) {
      const T wi = w * row[i];
      for (std::size_t j = 0; j < n; ++j) gram[i * n + j] = mul_add(wi, row[j], gram[i * n + j]);
    }
  });
  return gram;
}

/// G = X̃ᵀX̃/R as a tensor (κm, κm).
template <SingleScalar T>
auto gram_matrix(const labelled<T>& data) {
  detail::check_rows(data);
  const std::size_t n = static_cast<std::size_t>(data.kappa * data.channels);
  const T w = T(1) / T(static_cast<double>(data.sequences() * data.steps));
  return to_tensor<2>(weighted_gram(data, [&](integer) { return w; }), {n, n});
}

}  // namespace lssm
