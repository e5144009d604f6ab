// SPDX-License-Identifier: BSD-3-Clause
// The coefficients of the dynamics of A (paper, Proposition 1): for a single-input single-output diagonal student,
//
//   da_j/dt = c_j b_j Σ_{l=0}^{κ-2} γ^(l) a_j^l,   γ^(l) = -(l+1) g_{l+1},   g = dL/dh
//
// whatever the data, the loss or a network behind the SSM: those enter g only. The paper writes them as
// γ^(l) = (2(l+1)/N) Σ_n (y_n - ŷ_n) ξ_n x_n[κ-2-l].
#pragma once

#include <span>
#include <vector>

#include "../core/scalar.hpp"

namespace lssm {

/// g (κ) of one channel; returns γ (κ-1).
template <Scalar T>
std::vector<T> gamma_coefficients(std::span<const T> g) {
  std::vector<T> gamma;
  for (std::size_t l = 0; l + 1 < g.size(); ++l)
    gamma.push_back(T(static_cast<double>(l + 1)) * (T(0) - g[l + 1]));
  return gamma;
}

}  // namespace lssm
