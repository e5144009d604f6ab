// SPDX-License-Identifier: BSD-3-Clause
// An evaluation: where an objective of a model was evaluated last, and what came of it. Objectives are constant; each
// training, each thread and each observer that evaluates one owns an evaluation, made by `objective.workspace()`.
//
//   auto at = objective.workspace();
//   const double loss = objective.value_and_gradient(theta, dtheta, at);
//   at.system(), at.cotangent(), at.gradient()      (A, B, C), g = dL/dh and dL/d(A, B, C) at theta
#pragma once

#include <span>
#include <vector>

#include "../data/gram_matrix.hpp"
#include "../ssm/ssm.hpp"

namespace lssm {

/// A model at θ: (A, B, C), the gradient with respect to them, impulse response h and cotangent g = dL/dh, both
/// (kappa, p, m).
template <class T, Model M, integer Kappa>
class evaluation {
 public:
  using structure = typename M::structure_type;
  using system_type = typename M::template system<T>;
  static constexpr integer response_size = product_of<Kappa, M::inputs * M::outputs>;
  using response_type = vec<T, response_size>;

  evaluation(const system_type& start, integer kappa)
      : system_(start),
        gradient_(start),
        h_(zeros<T>(extent<response_size>(kappa * M::inputs * M::outputs))),
        g_(h_) {}

  system_type& system() { return system_; }
  const system_type& system() const { return system_; }
  /// dL/d(A, B, C) of the last value_and_gradient().
  const system_type& gradient() const { return gradient_; }
  system_type& gradient() { return gradient_; }
  response_type& response() { return h_; }
  const response_type& response() const { return h_; }
  response_type& cotangent() { return g_; }
  const response_type& cotangent() const { return g_; }

  void stand_at(std::span<const T> theta) { M::learned::to_system(theta, system_); }
  void write_response() {
    const auto h = fixed_view<response_size>(h_);
    if constexpr (requires { structure::impulse_response(system_, h); }) {
      structure::impulse_response(system_, h);
    } else {
      structure::impulse_response(system_, std::span<T>(h_));
    }
  }
  /// A row x̃ (kappa m) as one of the size of h: at one output, zeros at the others. It is overwritten by the next call.
  fixed_span<const T, response_size> at_output(std::size_t output, std::span<const T> row) const {
    if constexpr (M::outputs > 1) {
      constexpr std::size_t m = static_cast<std::size_t>(M::inputs), p = static_cast<std::size_t>(M::outputs);
      wide_.assign(h_.size(), T(0));
      for (std::size_t e = 0; e < row.size(); ++e) wide_[response_entry(e, output, p, m)] = row[e];
      row = view<T>(wide_);
    }
    return fixed_span<const T, response_size>(row.data(), row.size());
  }
  /// dθ of any function of h with cotangent g (kappa, p, m).
  void pull_back(std::span<const T> theta, std::span<const T> g, std::span<T> dtheta) {
    if constexpr (response_size != dynamic && requires(fixed_span<const T, response_size> sized) {
                    structure::pullback(system_, sized, gradient_);
                  }) {
      structure::pullback(system_, g.template first<static_cast<std::size_t>(response_size)>(), gradient_);
    } else {
      structure::pullback(system_, g, gradient_);
    }
    M::learned::pullback(theta, gradient_, dtheta);
  }

 private:
  system_type system_, gradient_;
  response_type h_, g_;          // (kappa, p, m)
  mutable std::vector<T> wide_;  // (kappa, p, m), scratch of at_output()
};

}  // namespace lssm
