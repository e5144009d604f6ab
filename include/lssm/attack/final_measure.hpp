// SPDX-License-Identifier: BSD-3-Clause
// What a training leads to, with its gradient: a function of the student's impulse response h and the teacher's h*.
//
//   largest_error{.horizon = 40}       max_k |h_k - h*_k| / max_k |h*_k|: the generalization error
//   response_distance{.horizon = 40}   ‖h - h*‖₂ / ‖h*‖₂; of stable systems the relative H₂ distance as the horizon grows
//   validation_loss{.x = {...}, .kappa = 40}      the mean squared error on sequences of one's own, of one output each
//   one's own                          a struct with `integer horizon` or horizon(), and
//                                      T value_and_cotangent(h, h_star, g) const, for spans (horizon, p, m), which writes g = dM/dh
//
// Where the largest error is attained twice, its gradient is that of the first.
#pragma once

#include <span>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/scalar.hpp"
#include "../kernel/norm.hpp"

namespace lssm {

/// value_and_cotangent(h, h_star, g): a number, and its derivative g by h.
template <class M, class T>
concept FinalMeasure = requires(const M m, std::span<const T> h, std::span<T> g) {
  { m.value_and_cotangent(h, h, g) } -> std::convertible_to<T>;
  { m.steps() } -> std::convertible_to<integer>;
};

/// max |h - h*| / max |h*|.
struct largest_error {
  integer horizon = 40;  ///< lags, >= 1

  integer steps() const { return horizon; }
  void validate() const { require(horizon >= 1, "largest_error", "horizon", "at least 1", horizon); }
  template <SingleScalar T>
  T value_and_cotangent(std::span<const T> h, std::span<const T> h_star, std::span<T> g) const {
    std::size_t at = 0;
    T worst(0), scale(0);
    for (std::size_t k = 0; k < h.size(); ++k) {
      g[k] = T(0);
      const T e = abs_of(h[k] - h_star[k]);
      if (!(e <= worst)) at = k;
      worst = e <= worst ? worst : e;
      scale = max_of(scale, abs_of(h_star[k]));
    }
    const T unit = T(1) / scale;
    g[at] = h[at] < h_star[at] ? T(0) - unit : unit;
    return worst / scale;
  }
};

/// ‖h - h*‖₂ / ‖h*‖₂.
struct response_distance {
  integer horizon = 40;  ///< lags, >= 1

  integer steps() const { return horizon; }
  void validate() const { require(horizon >= 1, "response_distance", "horizon", "at least 1", horizon); }
  template <SingleScalar T>
  T value_and_cotangent(std::span<const T> h, std::span<const T> h_star, std::span<T> g) const {
    T wrong(0), all(0);
    for (std::size_t k = 0; k < h.size(); ++k) {
      const T e = g[k] = h[k] - h_star[k];
      wrong = mul_add(e, e, wrong);
      all = mul_add(h_star[k], h_star[k], all);
    }
    const T size = kernel::norm<T>(wrong, g), scale = kernel::norm<T>(all, h_star), both = size * scale,
            slope = T(1) / both;
    const bool in_range = kernel::sound_square(both);
    for (T& e : g) e = !(size > T(0)) ? T(0) : in_range ? e * slope : e / size / scale;
    return size / scale;
  }
};

/// (1/N) Σ (x̃·(h - h*))² over sequences of one's own, of one input and output.
struct validation_loss {
  std::vector<double> x;  ///< (N, kappa), one sequence after the other
  integer kappa = 0;      ///< length of each, >= 1

  integer steps() const { return kappa; }
  void validate() const {
    require(kappa >= 1, "validation_loss", "kappa", "at least 1", kappa);
    if (x.empty() || x.size() % static_cast<std::size_t>(kappa) != 0)
      refuse("validation_loss", "x", "whole sequences of " + to_text(kappa) + " entries", x.size());
  }
  template <SingleScalar T>
  T value_and_cotangent(std::span<const T> h, std::span<const T> h_star, std::span<T> g) const {
    const std::size_t n = static_cast<std::size_t>(kappa), count = x.size() / n;
    require(h.size() == n, "validation_loss", "the student", "of one input and one output", h.size() / n);
    const T w = T(1) / T(static_cast<double>(count));
    T loss(0);
    for (T& v : g) v = T(0);
    for (std::size_t s = 0; s < count; ++s) {
      T error(0);
      for (std::size_t k = 0; k < n; ++k) error = mul_add(T(x[s * n + n - 1 - k]), h[k] - h_star[k], error);
      loss = mul_add(w * error, error, loss);
      for (std::size_t k = 0; k < n; ++k) g[k] = mul_add(T(x[s * n + n - 1 - k]), (w + w) * error, g[k]);
    }
    return loss;
  }
};

}  // namespace lssm
