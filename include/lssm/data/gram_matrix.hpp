// SPDX-License-Identifier: BSD-3-Clause
// The Gram matrix of the inputs, which is what a poison changes.
//
//   G = X̃ᵀX̃/N (κm, κm)       x̃_n: the inputs of sequence n, last first; channels run fastest
//
// G squares what sequences differ by. Where one is smaller than another by √ε, and both share an entry, G no longer holds
// it: objectives take rows of the sequences instead (objective/gram_factor.hpp).
#pragma once

#include <vector>

#include "../core/tensor.hpp"
#include "label.hpp"

namespace lssm {

/// The row x̃ of a sequence: entry k m + q is x[(κ-1-k) m + q].
template <class T>
constexpr void reverse_time(std::span<const T> x, integer channels, std::span<T> reversed) {
  const std::size_t m = static_cast<std::size_t>(channels), kappa = x.size() / m;
  for (std::size_t k = 0; k < kappa; ++k)
    for (std::size_t q = 0; q < m; ++q) reversed[k * m + q] = x[(kappa - 1 - k) * m + q];
}

/// Σ_n weight_n x̃_n x̃_nᵀ, row major (κm, κm).
template <SingleScalar T, class Weight>
std::vector<T> weighted_gram(const labelled<T>& data, Weight weight) {
  const std::size_t n = static_cast<std::size_t>(data.kappa * data.channels);
  std::vector<T> gram(n * n, T(0)), row(n, T(0));
  for (integer s = 0; s < data.sequences(); ++s) {
    reverse_time(data.input(s), data.channels, std::span<T>(row));
    const T w = weight(s);
    for (std::size_t i = 0; i < n; ++i) {
      const T wi = w * row[i];
      for (std::size_t j = 0; j < n; ++j) gram[i * n + j] = mul_add(wi, row[j], gram[i * n + j]);
    }
  }
  return gram;
}

/// G = X̃ᵀX̃/N as a tensor (κm, κm).
template <SingleScalar T>
tensor<T, 2> gram_matrix(const labelled<T>& data) {
  const std::size_t n = static_cast<std::size_t>(data.kappa * data.channels);
  const T w = T(1) / T(static_cast<double>(data.sequences()));
  return to_tensor<2>(weighted_gram(data, [&](integer) { return w; }), {n, n});
}

}  // namespace lssm
