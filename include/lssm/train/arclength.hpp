// SPDX-License-Identifier: BSD-3-Clause
// The variable an implicit method steps in: flow time, or the arclength of relative speeds.
//
// On a plateau unknowns grow like y' = y^n: the end T of the growth is near, and steps in time must shrink with T - t, by
// nine to fifty decades. With ds = v dt, v the relative speed, the same growth is y' = y, and steps stay as they are:
//
//   y' = F = φ f,  t' = φ,  φ = D / (c·f)                            φ = dt/ds in units of its value at the start of a step
//   p = M⁻¹ f,  M = σ - J,  x_j = p_j / w_j                          σ p: the rate at the end of a short implicit step
//   c = M⁻ᵀ (x_j³ / w_j) / Σ_j x_j³ p_j / w_j                        c·f(y_0) = 1
//   D = 1 + l·(y - y_0),  l_j = e x_j⁴ / (y_j Σ_i x_i⁴), e = 1.03    relative speeds: v falls where y_j grows; 0 where w_j ≠ |y_j|
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
  static constexpr bool bendable = false;
  explicit time_step(const Field&) {}
  void begin(Field&, const state&, const T&, state&, const mask_of<T>&) {}
  static T slow_down(std::size_t, const auto&, const state&) { return T(1); }
  void correct(std::size_t, const auto&, state&) {}
};

/// A step along the arc: what the stages of a Rosenbrock method need beside those in time.
template <class Field>
class arc_step {
 public:
  using T = typename Field::scalar;
  using state = typename Field::state_type;
  static constexpr bool bendable = true;
  explicit arc_step(const Field& field) : p_(field.start()), c_(p_), lean_(p_), square_(p_) {}

  /// Takes the first stage in time, p, and makes it that along the arc, where `may_bend` and the relative speed grows.
  void begin(Field& field, const state& y, const T& sigma, state& p, const mask_of<T>& may_bend) {
    p_ = p;
    choose(field, y);
    const T along = dot(c_, p_);
    lean_along_ = dot(lean_, p_);
    const T ahead = mul_add(sigma, along, T(0) - lean_along_);
    bends_ = ahead > T(1) && may_bend;
    sound_ = T(0) == T(0);
    some_bend_ = any_lane<T>(bends_);
    if (!some_bend_) return;
    sigma_ = sigma;
    inverse_ = T(1) / sigma;
    inverse_ahead_ = T(1) / ahead;
    const T part = where(bends_, inverse_ahead_, T(1));
    for (T& x : p) x = x * part;
    time_[0] = part * inverse_;
    size_part_[0] = lean_along_ * part;
    way_[0] = along * part;
  }

  /// 1/φ for the rate at the argument of stage i; row i of a.
  T slow_down(std::size_t i, const auto& row, const state& rate) {
    if (!some_bend_) return T(1);
    if (i < 6) {
      growth_ = T(1);
      for (std::size_t j = 0; j < i; ++j) growth_ = mul_add(row[j], size_part_[j], growth_);
    } else {
      growth_ = growth_ + size_part_[i - 1];
    }
    const T times = dot(c_, rate) * (T(1) / growth_);
    sound_ = sound_ && (times > T(0) || !bends_);
    phi_ = where(bends_, T(1) / times, T(1));
    return where(bends_, times, T(1));
  }

  /// Makes stage i in time, solved for its right-hand side over φ, that along the arc; row i of c over τ.
  void correct(std::size_t i, const auto& row, state& u) {
    if (!some_bend_) return;
    T right = growth_, rise = phi_;  // c·r, r_t
    for (std::size_t j = 0; j < i; ++j) {
      right = mul_add(row[j], way_[j], right);
      rise = mul_add(row[j], time_[j], rise);
    }
    const T lean = phi_ * dot(lean_, u), ahead = sigma_ * phi_ * dot(c_, u) - lean;
    const T s = where(bends_, (ahead - right) * inverse_ahead_, T(0));
    size_part_[i] = mul_add(T(0) - s, lean_along_, lean);
    way_[i] = (right + size_part_[i]) * inverse_;
    time_[i] = (rise - s) * inverse_;
    kernel::at_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
      const auto to = fixed_view<known_size<state>>(u);
      const auto phi = kernel::fill_block<W>(phi_), minus = kernel::fill_block<W>(T(0) - s);
      for (integer j = 0; j < length(u); j += W)
        kernel::store_block(
            fused(minus, kernel::load_block<W>(known(p_), j), phi * kernel::load_block<W>(to, j)), to, j);
    });
  }

  const mask_of<T>& bends() const { return bends_; }
  const mask_of<T>& sound() const { return sound_; }
  const std::array<T, 8>& time() const { return time_; }  ///< the stages of t
  /// φ at the end of the step, where f = rate(y).
  T pace(const state& f) const { return where(bends_, (growth_ + size_part_[7]) / dot(c_, f), T(1)); }

 private:
  static auto known(const state& v) { return fixed_view<known_size<state>>(v); }
  static T dot(const state& x, const state& y) { return kernel::dot<T>(known(x), known(y)); }

  /// c and l from p.
  void choose(Field& field, const state& y) {
    field.sizes(view<T>(y), std::span<T>(square_));
    for (std::size_t j = 0; j < y.size(); ++j) {
      const T per_size = T(1) / where(square_[j] > T(0), square_[j], T(1));
      const T x = p_[j] * per_size, own = y[j] * per_size;
      square_[j] = x * x;
      c_[j] = square_[j] * x * per_size;
      lean_[j] = where(abs_of(own) > T(lane_of<T>(0.999)), square_[j] * square_[j] * (per_size * own), T(0));
    }
    const T scale = T(1) / dot(square_, square_), lean = T(lane_of<T>(1.03)) * scale;
    field.solve_transposed(std::span<T>(c_));
    for (std::size_t j = 0; j < y.size(); ++j) {
      c_[j] = c_[j] * scale;
      lean_[j] = lean_[j] * lean;
    }
  }

  state p_, c_, lean_, square_;                             // p, c, l, x²
  T sigma_{}, inverse_{}, lean_along_{}, inverse_ahead_{};  // σ, 1/σ, l·p, 1/(m·p)
  T growth_{}, phi_{};                                      // D, φ of a stage
  std::array<T, 8> time_{}, size_part_{}, way_{};           // of each stage: u_t, l·u, c·u
  mask_of<T> bends_ = T(0) < T(0), sound_ = T(0) == T(0);
  bool some_bend_ = false;
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
