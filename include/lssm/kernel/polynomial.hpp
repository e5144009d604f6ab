// SPDX-License-Identifier: BSD-3-Clause
// One polynomial at many modes: P(a) = Σ_k g_k a^k by Horner's rule, with derivatives.
//
// The pullback of a cotangent g of the impulse response asks for P and P' at every mode, its second order for P''.
//
//   evaluate(g, a, visit)           visit(j, P)          for blocks of modes starting at mode j
//   evaluate_slope(g, a, visit)     visit(j, P, P')
//   evaluate_bend(g, a, visit)      visit(j, P, P', P'')
//   derivative(g, out)              out_k = (k+1) g_{k+1}
//   divide(g, x, q)                 q = (P - P(x)) / (· - x), returns P(x): differences without cancellation
#pragma once

#include "blocks.hpp"

namespace lssm::kernel {

template <class T, class Visit>
constexpr void evaluate(std::span<const T> g, std::span<const T> a, Visit visit) {
  const integer top = length(g) - 1;
  for (integer j = 0; j < length(a); j += block_size) {
    const block<T> x = load_block(a, j);
    const integer n = block_width<T>(std::min(block_size, length(a) - j));
    block<T> p = fill_block(top < 0 ? T(0) : g[static_cast<std::size_t>(top)]);
    for (integer k = top - 1; k >= 0; --k) {
      const T c = g[static_cast<std::size_t>(k)];
      for (integer l = 0; l < n; ++l) p.v[l] = mul_add(p.v[l], x.v[l], c);
    }
    visit(j, p);
  }
}

template <class T, class Visit>
constexpr void evaluate_slope(std::span<const T> g, std::span<const T> a, Visit visit) {
  const integer top = length(g) - 1;
  for (integer j = 0; j < length(a); j += block_size) {
    const block<T> x = load_block(a, j);
    const integer n = block_width<T>(std::min(block_size, length(a) - j));
    block<T> p = fill_block(top < 0 ? T(0) : g[static_cast<std::size_t>(top)]), s = fill_block(T(0));
    for (integer k = top - 1; k >= 0; --k) {
      const T c = g[static_cast<std::size_t>(k)];
      for (integer l = 0; l < n; ++l) s.v[l] = mul_add(s.v[l], x.v[l], p.v[l]);
      for (integer l = 0; l < n; ++l) p.v[l] = mul_add(p.v[l], x.v[l], c);
    }
    visit(j, p, s);
  }
}

template <class T, class Visit>
constexpr void evaluate_bend(std::span<const T> g, std::span<const T> a, Visit visit) {
  const integer top = length(g) - 1;
  for (integer j = 0; j < length(a); j += block_size) {
    const block<T> x = load_block(a, j);
    const integer n = block_width<T>(std::min(block_size, length(a) - j));
    block<T> p = fill_block(top < 0 ? T(0) : g[static_cast<std::size_t>(top)]), s = fill_block(T(0)), h = s;
    for (integer k = top - 1; k >= 0; --k) {
      const T c = g[static_cast<std::size_t>(k)];
      for (integer l = 0; l < n; ++l) h.v[l] = mul_add(h.v[l], x.v[l], s.v[l]);  // P''/2
      for (integer l = 0; l < n; ++l) s.v[l] = mul_add(s.v[l], x.v[l], p.v[l]);
      for (integer l = 0; l < n; ++l) p.v[l] = mul_add(p.v[l], x.v[l], c);
    }
    for (integer l = 0; l < n; ++l) h.v[l] = h.v[l] + h.v[l];
    visit(j, p, s, h);
  }
}

/// Precondition: out holds length(g) - 1 entries.
template <class T>
constexpr void derivative(std::span<const T> g, std::span<T> out) {
  for (std::size_t k = 0; k + 1 < g.size(); ++k) out[k] = T(static_cast<double>(k + 1)) * g[k + 1];
}

/// Synthetic division. Precondition: q holds length(g) - 1 entries.
template <class T>
constexpr T divide(std::span<const T> g, const T& x, std::span<T> q) {
  T carry = g[g.size() - 1];
  for (std::size_t k = g.size() - 1; k-- > 0;) {
    q[k] = carry;
    carry = mul_add(carry, x, g[k]);
  }
  return carry;
}

}  // namespace lssm::kernel
