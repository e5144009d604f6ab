// SPDX-License-Identifier: BSD-3-Clause
// The coefficients of the dynamics of A (paper, Proposition 1): for a diagonal student of m inputs and p outputs,
//
//   da_j/dt = Σ_{iq} c_ij b_jq Σ_{l=0}^{κ-2} γ_iq^(l) a_j^l,   γ^(l) = -(l+1) g_{l+1},   g = dL/dh (κ, p, m)
//
// whatever the data, the loss or a network behind the SSM: those enter g only. The paper writes them as
// γ^(l) = (2(l+1)/N) Σ_n (y_n - ŷ_n) ξ_n x_n[κ-2-l], for one input and one output.
#pragma once

#include <span>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm {

/// g (κ, p, m), `channels` = p m; returns γ (κ-1, p, m).
template <Scalar T>
std::vector<T> gamma_coefficients(std::span<const T> g, extent<> channels = 1) {
  if (!(channels >= 1 && length(g) % channels == 0))
    refuse("gamma_coefficients", "channels",
           "at least 1, and a divisor of the " + to_text(g.size()) + " entries of g", integer(channels));
  const std::size_t n = static_cast<std::size_t>(integer(channels));
  std::vector<T> gamma;
  for (std::size_t i = n; i < g.size(); ++i) {
    const std::size_t lag = i / n;
    gamma.push_back(T(static_cast<double>(lag)) * (T(0) - g[i]));
  }
  return gamma;
}

}  // namespace lssm
