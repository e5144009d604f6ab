// SPDX-License-Identifier: BSD-3-Clause
// Convolutions of many channels side by side, each with a response of its own: eight channels at a time in registers, the sums
// of each in the order of kernel/convolution.hpp, so that every channel has the bits of `convolve` with M = P = 1.
//
//   h, g            (kappa, n)    responses and their cotangents; not shorter than the sequence
//   x, dx, y, dy    (kappa, n)    inputs and outputs of one sequence
#pragma once

#include <algorithm>
#include <span>

#include "blocks.hpp"

namespace lssm::kernel {

/// y_t = Σ_{k <= t} h_k x_{t-k}, channel by channel.
template <class T>
constexpr void convolve_channels(std::span<const T> h, std::span<const T> x, std::size_t n, std::span<T> y) {
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    for (std::size_t j = 0; j < n; j += static_cast<std::size_t>(W)) {
      const std::size_t count = std::min(n - j, static_cast<std::size_t>(W));
      const auto at = [&](std::span<const T> of, std::size_t row) {
        return load_block<W>(of.subspan(row * n + j, count), 0);
      };
      for (std::size_t t = 0; t < x.size() / n; ++t) {
        auto sum = fill_block<W>(T(0));
        for (std::size_t k = 0; k <= t; ++k) sum = fused(at(h, k), at(x, t - k), sum);
        store_block(sum, y.subspan(t * n + j, count), 0);
      }
    }
  });
}

/// g_k ← g_k + Σ_t dy_t x_{t-k}, channel by channel: the adjoint in h.
template <class T>
constexpr void add_channel_correlations(std::span<const T> dy, std::span<const T> x, std::size_t n,
                                        std::span<T> g) {
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const std::size_t steps = x.size() / n;
    for (std::size_t j = 0; j < n; j += static_cast<std::size_t>(W)) {
      const std::size_t count = std::min(n - j, static_cast<std::size_t>(W));
      const auto at = [&](std::span<const T> of, std::size_t row) {
        return load_block<W>(of.subspan(row * n + j, count), 0);
      };
      for (std::size_t k = 0; k < steps; ++k) {
        auto sum = at(g, k);
        for (std::size_t t = k; t < steps; ++t) sum = fused(at(dy, t), at(x, t - k), sum);
        store_block(sum, g.subspan(k * n + j, count), 0);
      }
    }
  });
}

/// dx_t = Σ_k h_k dy_{t+k}, channel by channel: the adjoint in x.
template <class T>
constexpr void convolve_channels_transposed(std::span<const T> h, std::span<const T> dy, std::size_t n,
                                            std::span<T> dx) {
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const std::size_t steps = dx.size() / n;
    for (std::size_t j = 0; j < n; j += static_cast<std::size_t>(W)) {
      const std::size_t count = std::min(n - j, static_cast<std::size_t>(W));
      const auto at = [&](std::span<const T> of, std::size_t row) {
        return load_block<W>(of.subspan(row * n + j, count), 0);
      };
      for (std::size_t t = 0; t < steps; ++t) {
        auto sum = fill_block<W>(T(0));
        for (std::size_t k = 0; k < steps - t; ++k) sum = fused(at(h, k), at(dy, t + k), sum);
        store_block(sum, dx.subspan(t * n + j, count), 0);
      }
    }
  });
}

}  // namespace lssm::kernel
