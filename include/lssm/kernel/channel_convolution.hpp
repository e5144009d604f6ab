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

namespace detail {
/// The channels first, first + 1, ... of rows (., n) that a block holds, at most W of them.
template <integer W, class T>
struct channel_block {
  std::size_t n, first;
  auto load(std::span<const T> of, std::size_t row) const { return load_block<W>(part(of, row), 0); }
  void store(const block<T, W>& x, std::span<T> to, std::size_t row) const {
    store_block(x, part(to, row), 0);
  }

 private:
  template <class U>
  constexpr std::span<U> part(std::span<U> of, std::size_t row) const {
    return of.subspan(row * n + first, std::min(n - first, static_cast<std::size_t>(W)));
  }
};
/// Calls f(channels, zero) for block after block of n channels.
template <class T, class F>
constexpr void each_channel_block(std::size_t n, const F& f) {
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    for (std::size_t j = 0; j < n; j += static_cast<std::size_t>(W))
      f(channel_block<W, T>{n, j}, fill_block<W>(T(0)));
  });
}
}  // namespace detail

/// y_t = Σ_{k <= t} h_k x_{t-k}, channel by channel.
template <class T>
constexpr void convolve_channels(std::span<const T> h, std::span<const T> x, std::size_t n, std::span<T> y) {
  const std::size_t steps = x.size() / n;
  detail::each_channel_block<T>(n, [&](const auto& channels, const auto& zero) {
    for (std::size_t t = 0; t < steps; ++t) {
      auto sum = zero;
      for (std::size_t k = 0; k <= t; ++k) sum = fused(channels.load(h, k), channels.load(x, t - k), sum);
      channels.store(sum, y, t);
    }
  });
}

/// g_k ← g_k + Σ_t dy_t x_{t-k}, channel by channel: the adjoint in h.
template <class T>
constexpr void add_channel_correlations(std::span<const T> dy, std::span<const T> x, std::size_t n,
                                        std::span<T> g) {
  const std::size_t steps = x.size() / n;
  detail::each_channel_block<T>(n, [&](const auto& channels, const auto&) {
    for (std::size_t k = 0; k < steps; ++k) {
      auto sum = channels.load(g, k);
      for (std::size_t t = k; t < steps; ++t) sum = fused(channels.load(dy, t), channels.load(x, t - k), sum);
      channels.store(sum, g, k);
    }
  });
}

/// dx_t = Σ_k h_k dy_{t+k}, channel by channel: the adjoint in x.
template <class T>
constexpr void convolve_channels_transposed(std::span<const T> h, std::span<const T> dy, std::size_t n,
                                            std::span<T> dx) {
  const std::size_t steps = dx.size() / n;
  detail::each_channel_block<T>(n, [&](const auto& channels, const auto& zero) {
    for (std::size_t t = 0; t < steps; ++t) {
      auto sum = zero;
      for (std::size_t k = 0; k < steps - t; ++k)
        sum = fused(channels.load(h, k), channels.load(dy, t + k), sum);
      channels.store(sum, dx, t);
    }
  });
}

}  // namespace lssm::kernel
