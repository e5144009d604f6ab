// SPDX-License-Identifier: BSD-3-Clause
// Sequences through channels that stand apart from each other, and back: what a layer of a `channelwise` structure does.
//
//   channels_one_by_one     each channel as its own structure runs
//   convolved_channels      all channels of a sequence at once, by their responses h (kernel/channel_convolution.hpp)
//   channel_batch           the one that takes less time, by the number of steps
//
// A step of a recurrence of d states goes through these states several times, and waits for the step before it; a step of a
// convolution goes through all steps before it, eight channels at a time. Sequences of up to 8 d steps are convolved, and
// those of structures that have no recurrence, whatever their length.
#pragma once

#include <vector>

#include "../core/parts.hpp"
#include "../kernel/channel_convolution.hpp"
#include "../ssm/channelwise.hpp"
#include "concepts.hpp"

namespace lssm::detail {

/// Structures whose recurrence and its adjoint the library can run.
template <class S>
concept RunsSequences = SequenceMap<S> && HasStateSize<S>;

/// One channel after the other, each by `OfOne`, the batch of its structure.
template <class Structure, integer H, class T, class OfOne>
class channels_one_by_one {
  using whole = channelwise<Structure, H>;

 public:
  using system = typename whole::template parameters<T>;

  channels_one_by_one() = default;
  channels_one_by_one(const system& s, batch_shape batch)
      : x_(static_cast<std::size_t>(batch.rows()), T(0)),
        y_(x_),
        adjoint_(x_),
        one_(whole::get(s, 0)),
        slope_(one_) {
    for (std::size_t c = 0; c < h; ++c) channels_.emplace_back(one_, batch);
  }

  void forward(const system& s, std::span<const T> x, std::span<T> y) {
    for (std::size_t c = 0; c < h; ++c) {
      whole::get(s, c, one_);
      take(x, c, x_);
      channels_[c].forward(one_, view<T>(x_), std::span<T>(y_));
      put(y_, c, y);
    }
  }
  void backward(const system& s, std::span<const T> x, std::span<const T> dy, system& ds, std::span<T> dx) {
    for (std::size_t c = 0; c < h; ++c) {
      whole::get(s, c, one_);
      whole::get(std::as_const(ds), c, slope_);
      take(x, c, x_);
      take(dy, c, y_);
      channels_[c].backward(one_, view<T>(x_), view<T>(y_), slope_, dx.empty() ? dx : std::span<T>(adjoint_));
      whole::set(ds, c, slope_);
      if (!dx.empty()) put(adjoint_, c, dx);
    }
  }

 private:
  static constexpr std::size_t h = static_cast<std::size_t>(H);

  static void take(std::span<const T> from, std::size_t c, std::vector<T>& to) {
    for (std::size_t row = 0; row < to.size(); ++row) to[row] = from[row * h + c];
  }
  static void put(const std::vector<T>& from, std::size_t c, std::span<T> to) {
    for (std::size_t row = 0; row < from.size(); ++row) to[row * h + c] = from[row];
  }

  std::vector<OfOne> channels_;
  std::vector<T> x_, y_, adjoint_;                          // (rows) of a channel
  typename Structure::template parameters<T> one_, slope_;  // of a channel
};

/// All channels of a sequence at once.
template <class Structure, integer H, class T>
class convolved_channels {
  using whole = channelwise<Structure, H>;

 public:
  using system = typename whole::template parameters<T>;

  convolved_channels() = default;
  convolved_channels(const system& s, batch_shape batch)
      : steps_(static_cast<std::size_t>(batch.steps)),
        of_one_(steps_, T(0)),
        h_(steps_ * n, T(0)),
        g_(h_),
        one_(whole::get(s, 0)),
        slope_(one_),
        sum_(one_) {}

  void forward(const system& s, std::span<const T> x, std::span<T> y) {
    for (std::size_t c = 0; c < n; ++c) {
      whole::get(s, c, one_);
      Structure::impulse_response(std::as_const(one_), std::span<T>(of_one_));
      for (std::size_t k = 0; k < steps_; ++k) h_[k * n + c] = of_one_[k];
    }
    for (std::size_t at = 0; at < y.size(); at += h_.size())
      kernel::convolve_channels(view<T>(h_), x.subspan(at, h_.size()), n, y.subspan(at, h_.size()));
  }
  void backward(const system& s, std::span<const T> x, std::span<const T> dy, system& ds, std::span<T> dx) {
    for (T& v : g_) v = T(0);
    for (std::size_t at = 0; at < dy.size(); at += g_.size()) {
      const auto of_sequence = dy.subspan(at, g_.size());
      kernel::add_channel_correlations(of_sequence, x.subspan(at, g_.size()), n, std::span<T>(g_));
      if (!dx.empty())
        kernel::convolve_channels_transposed(view<T>(h_), of_sequence, n, dx.subspan(at, g_.size()));
    }
    for (std::size_t c = 0; c < n; ++c) {
      whole::get(s, c, one_);
      for (std::size_t k = 0; k < steps_; ++k) of_one_[k] = g_[k * n + c];
      Structure::pullback(std::as_const(one_), view<T>(of_one_), slope_);
      whole::get(std::as_const(ds), c, sum_);
      each_number([](T& sum, const T& slope) { sum = sum + slope; }, sum_, std::as_const(slope_));
      whole::set(ds, c, sum_);
    }
  }

 private:
  static constexpr std::size_t n = static_cast<std::size_t>(H);

  std::size_t steps_ = 1;
  std::vector<T> of_one_;                                         // (steps) of a channel
  std::vector<T> h_, g_;                                          // (steps, H)
  typename Structure::template parameters<T> one_, slope_, sum_;  // of a channel
};

/// The way that takes less time for so many steps.
template <class Structure, integer H, class T, class OfOne>
class channel_batch {
 public:
  using system = typename channelwise<Structure, H>::template parameters<T>;

  channel_batch() = default;
  channel_batch(const system& s, batch_shape batch) : convolves_(is_short(s, batch.steps)) {
    if (convolves_) {
      convolved_ = convolved_channels<Structure, H, T>(s, batch);
    } else {
      one_by_one_ = channels_one_by_one<Structure, H, T, OfOne>(s, batch);
    }
  }

  void forward(const system& s, std::span<const T> x, std::span<T> y) {
    convolves_ ? convolved_.forward(s, x, y) : one_by_one_.forward(s, x, y);
  }
  /// After forward: adds to ds, writes dx unless it is empty.
  void backward(const system& s, std::span<const T> x, std::span<const T> dy, system& ds, std::span<T> dx) {
    convolves_ ? convolved_.backward(s, x, dy, ds, dx) : one_by_one_.backward(s, x, dy, ds, dx);
  }

 private:
  static bool is_short(const system& s, integer steps) {
    if constexpr (BatchedSequenceMap<Structure> || RunsSequences<Structure>) {
      if constexpr (HasStateSize<Structure>)
        return steps <= 8 * state_size_of<Structure>(channelwise<Structure, H>::get(s, 0));
      return false;
    } else {
      return true;
    }
  }

  bool convolves_ = false;
  convolved_channels<Structure, H, T> convolved_;
  channels_one_by_one<Structure, H, T, OfOne> one_by_one_;
};

}  // namespace lssm::detail
