// SPDX-License-Identifier: BSD-3-Clause
// Small fields with known solutions, to drive the steppers directly (train/concepts.hpp).
#pragma once

#include <array>
#include <cmath>
#include <lssm/core.hpp>
#include <span>

namespace toy {

using lssm::exp_of;
using lssm::integer;

/// The scalar in which errors of steps are told apart from rounding.
#if defined(__SIZEOF_FLOAT128__)
using most_digits = lssm::quad;
#else
using most_digits = long double;
#endif

/// What the fields here have in common: two unknowns, whose errors are measured as they are.
template <class T>
struct two_unknowns {
  using scalar = T;
  using state_type = std::array<T, 2>;
  static integer unknowns() { return 2; }
  static void weights(std::span<const T>, std::span<const T>, const T&, std::span<T> w) {
    for (T& v : w) v = T(1);
  }
};

/// Two logistic equations x_i' = r_i x_i (1 - x_i), seen in rotated coordinates y = Q x.
template <class T>
class rotated_logistic : public two_unknowns<T> {
 public:
  using typename two_unknowns<T>::state_type;
  state_type start() const { return exact(T(0)); }
  T rate(std::span<const T> y, std::span<T> f) {
    const state_type x = from(y);
    return into({r_[0] * x[0] * (T(1) - x[0]), r_[1] * x[1] * (T(1) - x[1])}, f);
  }
  bool factor(std::span<const T> y, const T& sigma) {
    const state_type x = from(y);
    for (std::size_t i = 0; i < 2; ++i) inverse_[i] = T(1) / (sigma - r_[i] * (T(1) - T(2) * x[i]));
    return true;
  }
  void solve(std::span<T> v) {
    const state_type x = from(v);
    into({inverse_[0] * x[0], inverse_[1] * x[1]}, v);
  }
  state_type exact(const T& t) const {
    state_type y{}, x{};
    for (std::size_t i = 0; i < 2; ++i) {
      const T growth = exp_of(r_[i] * t);
      x[i] = x0_[i] * growth / (T(1) + x0_[i] * (growth - T(1)));
    }
    into(x, y);
    return y;
  }

 private:
  state_type from(std::span<const T> y) const { return {c_ * y[0] + s_ * y[1], c_ * y[1] - s_ * y[0]}; }
  T into(const state_type& x, std::span<T> y) const {
    y[0] = c_ * x[0] - s_ * x[1];
    y[1] = s_ * x[0] + c_ * x[1];
    return T(0);
  }
  // (3/5, 4/5) is no rotation in binary; (c, s) need not have length one exactly, only the inverse must be right.
  T c_ = T(3) / T(5), s_ = lssm::sqrt_of(T(1) - c_ * c_);
  state_type r_{T(1), T(2.5)}, x0_{T(0.125), T(0.03125)}, inverse_{};
};

/// y' = -λ (y - e⁻ᵗ) - e⁻ᵗ and t' = 1, on the solution y = e⁻ᵗ, which does not depend on λ (Prothero and Robinson).
template <class T>
class stiff_source : public two_unknowns<T> {
 public:
  using typename two_unknowns<T>::state_type;

  explicit stiff_source(double lambda) : lambda_(lambda) {}
  state_type start() const { return {T(1), T(0)}; }
  T rate(std::span<const T> y, std::span<T> f) {
    const T source = exp_of(T(0) - y[1]);
    f[0] = lambda_ * (source - y[0]) - source;
    f[1] = T(1);
    return T(0);
  }
  bool factor(std::span<const T> y, const T& sigma) {
    sigma_ = sigma;
    coupling_ = (T(1) - lambda_) * exp_of(T(0) - y[1]);
    return true;
  }
  void solve(std::span<T> x) {
    x[1] = x[1] / sigma_;
    x[0] = (x[0] + coupling_ * x[1]) / (sigma_ + lambda_);
  }
  state_type exact(const T& t) const { return {exp_of(T(0) - t), t}; }

 private:
  T lambda_, sigma_{}, coupling_{};
};

/// max_i |x_i - y_i|, NaN if one of them is.
template <class State>
double distance(const State& x, const State& y) {
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double e = std::abs(lssm::value_of(x[i] - y[i]));
    if (!(e <= worst) && worst == worst) worst = e;
  }
  return worst;
}

/// `count` equal steps of the method from t = 0 to `end`; returns the last state.
template <class Method, class Field>
typename Field::state_type march(Field& field, double end, int count) {
  using T = typename Field::scalar;
  typename Method::template stepper<Field> stepper(field);
  auto y = field.start(), f = y, next = y;
  const T tau = T(end) / T(count);
  for (int i = 0; i < count; ++i) {
    field.rate(std::span<const T>(y), std::span<T>(f));
    stepper.attempt(field, y, f, tau, next);
    y = next;
  }
  return y;
}

/// log2 of the ratio of two errors, the second with half the step.
inline double slope(double coarse, double fine) { return std::log2(coarse / fine); }

}  // namespace toy
