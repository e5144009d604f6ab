// SPDX-License-Identifier: BSD-3-Clause
// Convolutions of sequences with an impulse response, and their adjoints, as sums written out.
//
//   h, g    (kappa, p, m)    response and its cotangent; not shorter than the sequence
//   x, dx   (kappa, m)       inputs;   y, dy (kappa, p)   outputs
#pragma once

#include <span>

#include "../core/scalar.hpp"

namespace lssm::kernel {

/// y_t = Σ_{k <= t} h_k x_{t-k}
template <std::size_t M, std::size_t P, class T>
constexpr void convolve(std::span<const T> h, std::span<const T> x, std::span<T> y) {
  for (std::size_t t = 0; t < x.size() / M; ++t)
    for (std::size_t i = 0; i < P; ++i) {
      T sum(0);
      for (std::size_t k = 0; k <= t; ++k)
        for (std::size_t q = 0; q < M; ++q) sum = mul_add(h[(k * P + i) * M + q], x[(t - k) * M + q], sum);
      y[t * P + i] = sum;
    }
}

/// g_k ← g_k + Σ_t dy_t x_{t-k}ᵀ, the adjoint of `convolve` in h.
template <std::size_t M, std::size_t P, class T>
constexpr void add_correlation(std::span<const T> dy, std::span<const T> x, std::span<T> g) {
  for (std::size_t t = 0; t < x.size() / M; ++t)
    for (std::size_t k = 0; k <= t; ++k)
      for (std::size_t i = 0; i < P; ++i)
        for (std::size_t q = 0; q < M; ++q)
          g[(k * P + i) * M + q] = mul_add(dy[t * P + i], x[(t - k) * M + q], g[(k * P + i) * M + q]);
}

/// dx_t = Σ_k h_kᵀ dy_{t+k}, the adjoint of `convolve` in x.
template <std::size_t M, std::size_t P, class T>
constexpr void convolve_transposed(std::span<const T> h, std::span<const T> dy, std::span<T> dx) {
  const std::size_t kappa = dx.size() / M;
  for (std::size_t t = 0; t < kappa; ++t)
    for (std::size_t q = 0; q < M; ++q) {
      T sum(0);
      for (std::size_t k = 0; k < kappa - t; ++k)
        for (std::size_t i = 0; i < P; ++i) sum = mul_add(h[(k * P + i) * M + q], dy[(t + k) * P + i], sum);
      dx[t * M + q] = sum;
    }
}

}  // namespace lssm::kernel
