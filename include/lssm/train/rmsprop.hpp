// SPDX-License-Identifier: BSD-3-Clause
// RMSProp: each entry of the gradient divided by the root of its recent mean square (G. Hinton, lecture 6e, 2012).
//
//   v ← α v + (1-α) (∇L)²,   u = ∇L / (√v + ε)                 defaults as PyTorch's
#pragma once

#include "momentum.hpp"

namespace lssm {

/// u = ∇L / (√v + ε), v the moving mean of (∇L)² (G. Hinton, 2012).
struct rmsprop {
  double smoothing = 0.99;  ///< α, in [0, 1)
  double epsilon = 1e-8;    ///< ε, >= 0

  void validate() const {
    detail::validate_factor("rmsprop", "smoothing", smoothing);
    detail::require_not_negative("rmsprop", "epsilon", epsilon);
  }
  friend bool operator==(const rmsprop&, const rmsprop&) = default;

  template <class Objective>
  struct state {
    using T = typename Objective::scalar;
    T smoothing, epsilon;
    theta_of<Objective> mean_square;  // (n)

    state(std::span<const rmsprop> per_lane, const Objective& f)
        : smoothing(gather<T>(per_lane, [](const auto& r) { return r.smoothing; })),
          epsilon(gather<T>(per_lane, [](const auto& r) { return r.epsilon; })),
          mean_square(detail::zeros_like_theta(f)) {}
    static constexpr auto parts(auto& s) { return std::tuple(part("mean_square", s.mean_square)); }
    std::string objection(const mask_of<T>& running) const {
      return detail::objection_unless(detail::all_are_numbers<T>(mean_square, running, true));
    }

    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T> u, const T& rate) {
      const T fresh = T(1) - smoothing;
      for (std::size_t i = 0; i < u.size(); ++i) {
        mean_square[i] = mul_add(fresh * u[i], u[i], smoothing * mean_square[i]);
        u[i] = u[i] / (sqrt_of(mean_square[i]) + epsilon);
      }
      return rate;
    }
  };
};

}  // namespace lssm
