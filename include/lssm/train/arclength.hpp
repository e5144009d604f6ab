// SPDX-License-Identifier: BSD-3-Clause
// The variable an implicit method steps in: flow time, or the arclength of relative speeds.
//
// On a plateau unknowns grow like y' = y^n: the end T of the growth is near, and steps in time must shrink with T - t, by
// nine to fifty decades. With ds = v dt, v the relative speed, the same growth is y' = y, and steps stay as they are:
//
//   y' = F = φ f,  t' = φ,  φ = D / (c·f)                            φ = dt/ds in units of its value at the start of a step
//   p = M⁻¹ f,  M = σ - J,  x_j = p_j / w_j                          σ p: the rate at the end of a short implicit step
//   c = M⁻ᵀ (x_j³ / w_j) / Σ_j x_j³ p_j / w_j                        c·f(y_0) = 1
//   D = 1 + l·(y - y_0),  l_j = e x_j⁴ / (y_j Σ_i x_i⁴), e = 1.05    relative speeds: v falls where y_j grows; 0 where w_j ≠ |y_j|
//
// c is the gradient of the 4-norm of relative speeds, taken of filtered rates: late in a stiff flow the rounding of the
// fast directions is 1e15 times what is left of f, and M⁻ᵀ hides it from v as M⁻¹ hides it from y. c and l are constant
// during a step, so that ∂F/∂y = J - f gᵀ with gᵀ = cᵀJ - lᵀ, and a stage solves
//
//   (σ - J + f gᵀ) u = r   ⇔   u = M⁻¹ r - s p,  s = g·u = (m·M⁻¹ r - c·r) / (m·p),  m = σ c - l
//   σ u_t = r_t - s                                                  the same stage of t' = φ
//
// as g·u = cᵀJ u - l·u and M u = r - s f: no product with J is needed. Where m·p ≤ 1 the relative speed does not grow, and
// the step is one of time: towards a limit the arc is finite and time is not. Own derivation.
#pragma once

#include <array>
#include <type_traits>

#include "../kernel/blocks.hpp"
#include "concepts.hpp"

namespace lssm {

namespace detail {

/// Steps in time: nothing to do.
template <class Field>
struct time_step {
  using T = typename Field::scalar;
  using state = typename Field::state_type;
  explicit time_step(const Field&) {}
  void begin(Field&, const state&, const T&, state&, const mask_of<T>&) {}
  void slow_down(std::size_t, const auto&, state&) {}
  void correct(std::size_t, const auto&, state&) {}
};

/// A step along the arc: what the stages of a Rosenbrock method need beside those in time.
template <class Field>
class arc_step {
 public:
  using T = typename Field::scalar;
  using state = typename Field::state_type;
  explicit arc_step(const Field& field) : p_(field.start()), c_(p_), lean_(p_), size_(p_) {}

  /// Takes the first stage in time, p, and makes it that along the arc, where `may_bend` and the relative speed grows.
  void begin(Field& field, const state& y, const T& sigma, state& p, const mask_of<T>& may_bend) {
    sigma_ = sigma;
    p_ = p;
    choose(field, y);
    const T along = dot(c_, p_);
    lean_along_ = dot(lean_, p_);
    ahead_ = mul_add(sigma, along, T(0) - lean_along_);
    bends_ = ahead_ > T(1) && may_bend;
    const T part = where(bends_, T(1) / ahead_, T(1));
    for (T& x : p) x = x * part;
    time_[0] = part / sigma;
    lean_part_[0] = lean_along_ * part;
    speed_part_[0] = along * part;
    sound_ = T(0) == T(0);
  }

  /// Multiplies the rate at the argument of stage i by φ; row i of a.
  void slow_down(std::size_t i, const auto& row, state& rate) {
    if (i < 6) {
      growth_ = T(1);
      for (std::size_t j = 0; j < i; ++j) growth_ = mul_add(row[j], lean_part_[j], growth_);
    } else {
      growth_ = growth_ + lean_part_[i - 1];
    }
    phi_ = where(bends_, growth_ / dot(c_, rate), T(1));
    sound_ = sound_ && phi_ > T(0);
    for (T& f : rate) f = f * phi_;
  }

  /// Makes the stage in time that along the arc; row i of c over τ.
  void correct(std::size_t i, const auto& row, state& u) {
    T right = growth_, rise = phi_;  // c·r, r_t
    for (std::size_t j = 0; j < i; ++j) {
      right = mul_add(row[j], speed_part_[j], right);
      rise = mul_add(row[j], time_[j], rise);
    }
    const T lean = dot(lean_, u), excess = mul_add(sigma_, dot(c_, u), T(0) - lean) - right;
    const T s = where(bends_, excess / ahead_, T(0));
    kernel::add_scaled<T>(T(0) - s, known(p_), fixed_view<known_size<state>>(u));
    lean_part_[i] = mul_add(T(0) - s, lean_along_, lean);
    speed_part_[i] = (right + lean_part_[i]) / sigma_;
    time_[i] = (rise - s) / sigma_;
  }

  const mask_of<T>& bends() const { return bends_; }
  const mask_of<T>& sound() const { return sound_; }
  const std::array<T, 8>& time() const { return time_; }  ///< the stages of t
  /// φ at the end of the step, where f = rate(y).
  T pace(const state& f) const { return where(bends_, (growth_ + lean_part_[7]) / dot(c_, f), T(1)); }

 private:
  static auto known(const state& v) { return fixed_view<known_size<state>>(v); }
  static T dot(const state& x, const state& y) { return kernel::dot<T>(known(x), known(y)); }

  /// c and l from p.
  void choose(Field& field, const state& y) {
    field.sizes(view<T>(y), std::span<T>(size_));
    T most(0), sum(0);
    for (std::size_t j = 0; j < y.size(); ++j) {
      size_[j] = where(size_[j] > T(0), T(1) / size_[j], T(0));
      most = max_of(most, abs_of(p_[j]) * size_[j]);
    }
    for (std::size_t j = 0; j < y.size(); ++j) {
      const T x = p_[j] * size_[j] / most, cube = x * x * x, own = y[j] * size_[j];
      c_[j] = cube * size_[j];
      lean_[j] = where(abs_of(own) > T(lane_of<T>(0.999)), cube * x * size_[j] * own, T(0));
      sum = mul_add(cube, x, sum);
    }
    const T scale = T(1) / sum, lean = T(lane_of<T>(1.05)) * scale, slope = scale / most;
    field.solve_transposed(std::span<T>(c_));
    for (std::size_t j = 0; j < y.size(); ++j) {
      c_[j] = c_[j] * slope;
      lean_[j] = lean_[j] * lean;
    }
  }

  state p_, c_, lean_, size_;
  T sigma_{}, ahead_{}, lean_along_{}, growth_{}, phi_{};       // ahead: m·p; lean along: l·p; growth: D
  std::array<T, 8> time_{}, lean_part_{}, speed_part_{};        // of each stage: u_t, l·u, c·u
  mask_of<T> bends_ = T(0) < T(0), sound_ = T(0) == T(0);
};

}  // namespace detail

/// Steps in flow time.
struct flow_time {
  template <class Field>
  using step = detail::time_step<Field>;
};

/// Steps in the arclength of relative speeds where they grow, else in flow time. Fields without sizes(y, w) and
/// solve_transposed(x) step in flow time.
struct arclength {
  template <class Field>
  using step = std::conditional_t<ArcField<Field>, detail::arc_step<Field>, detail::time_step<Field>>;
};

}  // namespace lssm
