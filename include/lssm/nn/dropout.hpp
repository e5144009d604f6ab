// SPDX-License-Identifier: BSD-3-Clause
// Dropout that is tied over time: a channel of a sequence is dropped at all its steps or at none (Y. Gal, Z. Ghahramani, 2016).
//
//   y_n[t, j] = x_n[t, j] k_{n,j} / (1 - rate),    k_{n,j} = 1 with probability 1 - rate, else 0
//
//   symbol  shape            meaning
//   x, y    (N, steps, n)    inputs and outputs
//   k       (N, n)           what is kept, anew for each step of a training
//
// k is a pure function of key, seed of the run, steps taken, place of the layer among those that drop, the shape (N, n), and
// n, j: resumed runs, lanes, threads and portions of steps see the same. A descent moves its evaluation from step to step; every other evaluation
// (answers, tests, derivatives by inputs) is without dropout, y = x.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "../core/error.hpp"
#include "../core/philox.hpp"
#include "concepts.hpp"
#include "draw_place.hpp"

namespace lssm {

/// Drops channels of whole sequences.
struct dropout {
  double rate = 0.1;  ///< probability of a channel to be dropped, >= 0 and < 1
  integer key = 0;    ///< other draws for the same seed, >= 0

  template <integer In>
  static constexpr integer known_outputs = In;
  template <integer In>
  static constexpr integer known_parameters = 0;

  void validate() const {
    require(rate >= 0 && rate < 1, "dropout", "rate", "at least 0 and below 1", rate);
    require(key >= 0, "dropout", "key", "at least 0", key);
  }

  template <integer In>
  struct bound {
    template <class T>
    using system = vec<T, 0>;
    static constexpr bool draws = true;

    extent<In> inputs{};
    double rate = 0;
    integer key = 0;
    constexpr extent<In> outputs() const { return inputs; }
    static constexpr integer parameters() { return 0; }
    static constexpr integer steps_after(integer steps) { return steps; }
    template <class T>
    static constexpr system<T> make() {
      return {};
    }

    template <class T>
    class workspace {
     public:
      workspace() = default;
      workspace(const bound& b, batch_shape batch)
          : rate_(b.rate),
            key_(b.key),
            steps_(static_cast<std::size_t>(batch.steps)),
            width_(static_cast<std::size_t>(integer(b.inputs))),
            gain_(static_cast<std::size_t>(batch.sequences) * width_, T(1)) {}
      /// Draws what a step keeps.
      void move_to(detail::draw_place<T>& at) {
        using L = lane_of<T>;
        const std::uint32_t purpose = 64 + at.layer++;  // beside those of data, rules and batches
        for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
          const keyed_stream stream(static_cast<std::uint64_t>(key_), at.seeds[lane], purpose);
          const auto step = static_cast<std::uint64_t>(value_of(scalar_traits<T>::get(at.steps, lane)));
          for (std::size_t i = 0; i < gain_.size(); ++i) {
            const bool dropped = stream.uniform_at(step * gain_.size() + i) < rate_;
            scalar_traits<T>::set(gain_[i], lane, dropped ? L(0) : L(1) / L(1 - rate_));
          }
        }
      }
      /// y = x k / (1 - rate)
      void multiply(std::span<const T> x, std::span<T> y) const {
        for (std::size_t row = 0; row * width_ < y.size(); ++row) {
          const T* gain = gain_.data() + row / steps_ * width_;
          for (std::size_t j = 0, at = row * width_; j < width_; ++j) y[at + j] = gain[j] * x[at + j];
        }
      }

     private:
      double rate_ = 0;
      integer key_ = 0;
      std::size_t steps_ = 1, width_ = 0;
      std::vector<T> gain_;  // (N, n)
    };

    template <class T>
    void forward(const system<T>&, std::span<const T> x, std::span<T> y, workspace<T>& work) const {
      work.multiply(x, y);
    }
    template <class T>
    void backward(const system<T>&, std::span<const T>, std::span<const T>, std::span<const T> dy, system<T>&,
                  std::span<T> dx, workspace<T>& work) const {
      if (!dx.empty()) work.multiply(dy, dx);
    }
  };
  template <integer In>
  constexpr bound<In> bind(extent<In> inputs) const {
    return {inputs, rate, key};
  }
  friend constexpr bool operator==(const dropout&, const dropout&) = default;
};

}  // namespace lssm
