// SPDX-License-Identifier: BSD-3-Clause
// Convolutions of many channels side by side, each with a response of its own: eight channels at a time in registers, the sums
// of each in the order of kernel/convolution.hpp, so that every channel has the bits of `convolve` with M = P = 1.
//
//   h, g            (kappa, n)    responses and their cotangents; not shorter than the sequence
//   x, dx, y, dy    (kappa, n)    inputs and outputs of one sequence
//
// Four neighbouring sums run side by side and share what they read: of the four numbers that each of their steps needs,
// three are those of the step before.
#pragma once

#include <algorithm>
#include <span>
#include <utility>

#include "blocks.hpp"

namespace lssm::kernel {

namespace detail {
/// The channels first, first + 1, ... of rows (., n) that a block holds: W of them, or fewer where it is not Whole.
template <integer W, class T, bool Whole>
struct channel_block {
  std::size_t n, first;
  [[gnu::always_inline]] auto load(std::span<const T> of, std::size_t row) const {
    return load_block<W>(part(of, row), 0);
  }
  [[gnu::always_inline]] void store(const block<T, W>& x, std::span<T> to, std::size_t row) const {
    store_block(x, part(to, row), 0);
  }

 private:
  template <class U>
  [[gnu::always_inline]] constexpr auto part(std::span<U> of, std::size_t row) const {
    constexpr auto w = static_cast<std::size_t>(W);
    if constexpr (Whole) {
      return std::span<U, w>(of.data() + row * n + first, w);
    } else {
      return of.subspan(row * n + first, n - first);
    }
  }
};
/// Calls f(channels) for block after block of n channels.
template <class T, class F>
constexpr void each_channel_block(std::size_t n, const F& f) {
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    constexpr auto w = static_cast<std::size_t>(W);
    std::size_t j = 0;
    for (; j + w <= n; j += w) f(channel_block<W, T, true>{n, j});
    if (j < n) f(channel_block<W, T, false>{n, j});
  });
}

inline constexpr std::size_t sums_together = 4;

/// sums_i ← sums_i + Σ_k v(k) u(i + Sign k) for k < count in rising order; Sign is 1 or -1.
template <integer Sign, class Sums, class V, class U>
[[gnu::always_inline]] constexpr void add_window_products(Sums& sums, std::size_t count, const V& v,
                                                          const U& u) {
  constexpr std::size_t four = sums_together;
  Sums window;
  unrolled<four - 1>([&](auto i) __attribute__((always_inline)) {
    constexpr std::size_t place = Sign > 0 ? i : i + 1;
    window[place] = u(static_cast<integer>(place));
  });
  for (std::size_t k = 0; k < count; ++k) {
    const auto weight = v(k);
    constexpr std::size_t newest = Sign > 0 ? four - 1 : 0;
    window[newest] = u(static_cast<integer>(newest) + Sign * static_cast<integer>(k));
    unrolled<four>([&](auto i)
                       __attribute__((always_inline)) { sums[i] = fused(weight, window[i], sums[i]); });
    unrolled<four - 1>([&](auto i) __attribute__((always_inline)) {
      if constexpr (Sign > 0) {
        window[i] = window[i + 1];
      } else {
        window[four - 1 - i] = window[four - 2 - i];
      }
    });
  }
}
}  // namespace detail

/// y_t = Σ_{k <= t} h_k x_{t-k}, channel by channel.
template <class T>
constexpr void convolve_channels(std::span<const T> h, std::span<const T> x, std::size_t n, std::span<T> y) {
  constexpr std::size_t four = detail::sums_together;
  const std::size_t steps = x.size() / n;
  detail::each_channel_block<T>(
      n, [&]<integer W, bool Whole>(const detail::channel_block<W, T, Whole>& channels) {
        const auto finish = [&](auto sum, std::size_t t, std::size_t from) __attribute__((always_inline)) {
          for (std::size_t k = from; k <= t; ++k)
            sum = fused(channels.load(h, k), channels.load(x, t - k), sum);
          channels.store(sum, y, t);
        };
        std::size_t t = 0;
        for (; t + four <= steps; t += four) {
          block<T, W> sums[four];
          for (auto& sum : sums) sum = fill_block<W>(T(0));
          detail::add_window_products<-1>(
              sums, t + 1, [&](std::size_t k) __attribute__((always_inline)) { return channels.load(h, k); },
              [&](integer at) __attribute__((always_inline)) {
                return channels.load(x, static_cast<std::size_t>(static_cast<integer>(t) + at));
              });
          unrolled<four>([&](auto i) __attribute__((always_inline)) { finish(sums[i], t + i, t + 1); });
        }
        for (; t < steps; ++t) finish(fill_block<W>(T(0)), t, 0);
      });
}

/// g_k ← g_k + Σ_t dy_t x_{t-k}, channel by channel: the adjoint in h.
template <class T>
constexpr void add_channel_correlations(std::span<const T> dy, std::span<const T> x, std::size_t n,
                                        std::span<T> g) {
  constexpr std::size_t four = detail::sums_together;
  const std::size_t steps = x.size() / n;
  detail::each_channel_block<T>(
      n, [&]<integer W, bool Whole>(const detail::channel_block<W, T, Whole>& channels) {
        const auto begin = [&](std::size_t k, std::size_t to) __attribute__((always_inline)) {
          auto sum = channels.load(g, k);
          for (std::size_t t = k; t < to; ++t)
            sum = fused(channels.load(dy, t), channels.load(x, t - k), sum);
          return sum;
        };
        std::size_t k = 0;
        for (; k + four <= steps; k += four) {
          const std::size_t common = k + four - 1;
          block<T, W> sums[four];
          unrolled<four>([&](auto i) __attribute__((always_inline)) { sums[i] = begin(k + i, common); });
          // Sums in reverse: step t of the last of them needs x_{t-k-3}, of the first x_{t-k}.
          std::swap(sums[0], sums[3]), std::swap(sums[1], sums[2]);
          detail::add_window_products<1>(
              sums, steps - common,
              [&](std::size_t t) __attribute__((always_inline)) { return channels.load(dy, common + t); },
              [&](integer at)
                  __attribute__((always_inline)) { return channels.load(x, static_cast<std::size_t>(at)); });
          unrolled<four>([&](auto i) __attribute__((always_inline)) {
            channels.store(sums[four - 1 - i], g, k + i);
          });
        }
        for (; k < steps; ++k) channels.store(begin(k, steps), g, k);
      });
}

/// dx_t = Σ_k h_k dy_{t+k}, channel by channel: the adjoint in x.
template <class T>
constexpr void convolve_channels_transposed(std::span<const T> h, std::span<const T> dy, std::size_t n,
                                            std::span<T> dx) {
  constexpr std::size_t four = detail::sums_together;
  const std::size_t steps = dx.size() / n;
  detail::each_channel_block<T>(
      n, [&]<integer W, bool Whole>(const detail::channel_block<W, T, Whole>& channels) {
        const auto finish = [&](auto sum, std::size_t t, std::size_t from) __attribute__((always_inline)) {
          for (std::size_t k = from; k < steps - t; ++k)
            sum = fused(channels.load(h, k), channels.load(dy, t + k), sum);
          channels.store(sum, dx, t);
        };
        std::size_t t = 0;
        for (; t + four <= steps; t += four) {
          const std::size_t common = steps - t - (four - 1);
          block<T, W> sums[four];
          for (auto& sum : sums) sum = fill_block<W>(T(0));
          detail::add_window_products<1>(
              sums, common, [&](std::size_t k) __attribute__((always_inline)) { return channels.load(h, k); },
              [&](integer at) __attribute__((always_inline)) {
                return channels.load(dy, t + static_cast<std::size_t>(at));
              });
          unrolled<four>([&](auto i) __attribute__((always_inline)) { finish(sums[i], t + i, common); });
        }
        for (; t < steps; ++t) finish(fill_block<W>(T(0)), t, 0);
      });
}

}  // namespace lssm::kernel
