// SPDX-License-Identifier: BSD-3-Clause
// What every objective of a model keeps: the system at θ, its fixed (not learned) part, and buffers for h,
// its cotangent and the gradient, sized once.
#pragma once

#include <span>

#include "../ssm/ssm.hpp"
#include "change_count.hpp"

namespace lssm {

/// A model at θ: (A, B, C), impulse response h and cotangent g = dL/dh, both (kappa, p, m).
template <class T, Model M, integer Kappa>
class model_state {
 public:
  using structure = typename M::structure_type;
  using system_type = typename M::template system<T>;
  using theta_type = typename M::template theta<T>;
  static constexpr integer response_size = product_of<Kappa, M::inputs * M::outputs>;
  using response_type = vec<T, response_size>;

  model_state() = default;
  model_state(const M& model, const system_type& start, integer kappa)
      : system_(start),
        gradient_(model.template make<T>()),
        h_(zeros<T>(extent<response_size>(kappa * M::inputs * M::outputs))),
        g_(h_) {}

  /// Whoever takes it may change it.
  system_type& system() {
    changes_.next();
    return system_;
  }
  const system_type& system() const { return system_; }
  integer parameters() const { return M::learned::count(system_); }
  integer kappa() const { return length(h_) / (M::inputs * M::outputs); }

  theta_type theta() const {
    auto t = zeros<T>(extent<M::known_parameters>(parameters()));
    M::learned::from_system(system_, std::span<T>(t));
    return t;
  }
  void set(std::span<const T> theta) {
    changes_.next();
    M::learned::to_system(theta, system_);
  }

  void write_response() {
    const auto h = fixed_view<response_size>(h_);
    if constexpr (requires { structure::impulse_response(system_, h); }) {
      structure::impulse_response(system_, h);
    } else {
      structure::impulse_response(system_, std::span<T>(h_));
    }
  }
  response_type& response() { return h_; }
  /// To be called by evaluations of a response that others may have written.
  void count_evaluation() { changes_.next(); }
  response_type& cotangent() { return g_; }
  const response_type& cotangent() const { return g_; }

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
  system_type& gradient() { return gradient_; }
  /// A number that every evaluation and every change raises.
  std::uint64_t changes() const { return changes_.number(); }

 private:
  system_type system_, gradient_;
  response_type h_, g_;  // (kappa, p, m)
  detail::change_count changes_;
};

}  // namespace lssm
