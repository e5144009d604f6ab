// SPDX-License-Identifier: BSD-3-Clause
// The impulse response of decoupled modes: m_k = Σ_j w_j a_j^k, k = 0 .. K-1.
//
//   a, w   modes and their weights (d)
//   m      moments (K)
//
// Modes run in blocks with one vector accumulator per power; sixteen powers at a time stay in the nearest cache, and a
// later group starts from w_j a_j^{k0} by repeated squaring, so that no workspace is needed whatever K is.
#pragma once

#include "blocks.hpp"

namespace lssm::kernel {

namespace detail {
inline constexpr integer power_group = 16;

/// acc_k += Σ_j w_j a_j^{first + k}, `weight(j)` giving a block of weights.
template <class T, class Weight>
constexpr void accumulate_powers(std::span<const T> a, Weight weight, integer first, integer count,
                                 block<T> (&acc)[power_group]) {
  for (integer j = 0; j < length(a); j += block_size) {
    const block<T> x = load_block(a, j);
    block<T> p = weight(j);
    const integer n = block_width<T>(std::min(block_size, length(a) - j));
    if (first > 0)
      for (integer l = 0; l < n; ++l) p.v[l] = p.v[l] * power(x.v[l], static_cast<long>(first));
    for (integer k = 0; k < count; ++k) {
      for (integer l = 0; l < n; ++l) acc[k].v[l] = acc[k].v[l] + p.v[l];
      for (integer l = 0; l < n; ++l) p.v[l] = p.v[l] * x.v[l];
    }
  }
}
}  // namespace detail

/// m[k * stride] = Σ_j weight_j a_j^k for k < count; precondition: m holds (count - 1) * stride + 1 entries.
template <class T, class Weight>
constexpr void power_moments(std::span<const T> a, Weight weight, std::span<T> m, integer count, integer stride = 1) {
  for (integer first = 0; first < count; first += detail::power_group) {
    const integer here = std::min(detail::power_group, count - first);
    block<T> acc[detail::power_group];
    for (integer k = 0; k < here; ++k) acc[k] = fill_block(T(0));
    detail::accumulate_powers(a, weight, first, here, acc);
    for (integer k = 0; k < here; ++k) m[static_cast<std::size_t>((first + k) * stride)] = sum_block(acc[k]);
  }
}

}  // namespace lssm::kernel
