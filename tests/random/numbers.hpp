// SPDX-License-Identifier: BSD-3-Clause
// Numbers of the study generator: draws, and numbers that know how far a plain evaluation may be off.
//
//   draws               random numbers: SplitMix64, none of the library's own streams; the same on every machine
//   rounded<T, R>       a number R, wider than T, and a bound on the error of the same operations in T (running error
//                       analysis, N. Higham, Accuracy and Stability of Numerical Algorithms, 2002, Section 3.3)
//   jet<N>              a number and its derivative along one direction
//   wide_of<T>          what references are computed in: long double, or 113 bits for long double itself
//
// A sum of products x y has in rounded<T, R> the error bound ε Σ (terms yet to be added) |x y|: epsilon times the sum of the
// magnitudes of the terms that are summed, which is what laws measure errors against.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <lssm/core.hpp>

namespace random_studies {

using lssm::integer;

/// Steele, Lea and Flood's SplitMix64.
class draws {
 public:
  explicit draws(std::uint64_t seed) : state_(seed) {}
  /// The stream of study `number` under a seed.
  draws(std::uint64_t seed, std::uint64_t number) : state_(seed * 0xd1342543de82ef95 + number) {
    state_ = word();
  }

  std::uint64_t word() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  double uniform() { return static_cast<double>(word() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  /// 10^u, u uniform between two exponents.
  double power_of_ten(double low, double high) { return std::pow(10.0, between(low, high)); }
  double sign() { return chance(0.5) ? 1 : -1; }
  bool chance(double p) { return uniform() < p; }
  integer whole(integer low, integer high) {
    return low + static_cast<integer>(word() % static_cast<std::uint64_t>(high - low + 1));
  }

 private:
  std::uint64_t state_;
};

template <class T>
struct wide_type {
  using type = long double;
};
#if defined(__SIZEOF_FLOAT128__)
template <>
struct wide_type<long double> {
  using type = lssm::quad;
};
#endif
template <class T>
using wide_of = typename wide_type<T>::type;

/// Whether a branch on a value could have gone the other way within rounding: such a derivative is not compared.
inline thread_local bool undecided = false;

/// v, computed in R, and what a plain evaluation in T may be off by.
template <class T, class R = wide_of<T>>
struct rounded {
  using scalar = T;
  R v{};
  double off = 0;

  rounded() = default;
  rounded(int x) : v(static_cast<R>(x)) {}
  rounded(double x) : v(static_cast<R>(x)) {}
  rounded(R value, double error) : v(value), off(error) {}

  static double size(const R& x) { return static_cast<double>(x < 0 ? -x : x); }
  static rounded of(const R& value, double error) {
    return {value, error + lssm::epsilon_of<T> * size(value)};
  }

  friend rounded operator+(const rounded& x, const rounded& y) { return of(x.v + y.v, x.off + y.off); }
  friend rounded operator-(const rounded& x, const rounded& y) { return of(x.v - y.v, x.off + y.off); }
  friend rounded operator*(const rounded& x, const rounded& y) {
    constexpr double least = static_cast<double>(std::numeric_limits<T>::min());  // products underflow
    return of(x.v * y.v, size(x.v) * y.off + size(y.v) * x.off + x.off * y.off + least);
  }
};

/// x / n for a whole number n.
template <class T, class R>
rounded<T, R> divided(const rounded<T, R>& x, double n) {
  return rounded<T, R>::of(x.v / static_cast<R>(n), x.off / n);
}
template <class T, class R>
bool is_nothing(const rounded<T, R>& x) {
  return x.v == 0;
}
template <class T, class R>
bool positive(const rounded<T, R>& x) {
  return x.v > 0;
}
/// The same, where the other answer would be another derivative.
template <class T, class R>
bool decided_positive(const rounded<T, R>& x) {
  if (rounded<T, R>::size(x.v) <= 8 * x.off) undecided = true;
  return x.v > 0;
}
template <class T, class R>
rounded<T, R> exponential_of(const rounded<T, R>& x) {
  const R v = lssm::exp_of(x.v);
  return {v, rounded<T, R>::size(v) * (std::expm1(x.off) + 2 * lssm::epsilon_of<T>)};
}
/// 1 / (1 + x) and log(1 + x) for x >= 0.
template <class T, class R>
rounded<T, R> inverse_of_one_and(const rounded<T, R>& x) {
  const R v = R(1) / (R(1) + x.v);
  return {v, x.off + 2 * lssm::epsilon_of<T>};
}
template <class T, class R>
rounded<T, R> log_of_one_and(const rounded<T, R>& x) {
  const R v = lssm::log1p_of(x.v);
  return {v, x.off + 2 * lssm::epsilon_of<T> * rounded<T, R>::size(v)};
}
template <class T, class R>
rounded<T, R> tanh_of_number(const rounded<T, R>& x) {
  const R v = lssm::tanh_of(x.v);
  return {v, x.off + 4 * lssm::epsilon_of<T> * rounded<T, R>::size(v)};
}

/// v + d η with η² = 0.
template <class N>
struct jet {
  N v{}, d{};
  jet() = default;
  jet(int x) : v(x), d(0) {}
  jet(double x) : v(x), d(0) {}
  jet(N value, N slope) : v(value), d(slope) {}

  friend jet operator+(const jet& x, const jet& y) { return {x.v + y.v, x.d + y.d}; }
  friend jet operator-(const jet& x, const jet& y) { return {x.v - y.v, x.d - y.d}; }
  friend jet operator*(const jet& x, const jet& y) { return {x.v * y.v, x.v * y.d + x.d * y.v}; }
};
template <class N>
jet<N> divided(const jet<N>& x, double n) {
  return {divided(x.v, n), divided(x.d, n)};
}
template <class N>
bool is_nothing(const jet<N>& x) {
  return is_nothing(x.v);
}
template <class N>
bool positive(const jet<N>& x) {
  return positive(x.v);
}
template <class N>
bool decided_positive(const jet<N>& x) {
  return decided_positive(x.v);
}
template <class N>
jet<N> exponential_of(const jet<N>& x) {
  const N v = exponential_of(x.v);
  return {v, v * x.d};
}
template <class N>
jet<N> inverse_of_one_and(const jet<N>& x) {
  const N v = inverse_of_one_and(x.v);
  return {v, N(0) - v * v * x.d};
}
template <class N>
jet<N> log_of_one_and(const jet<N>& x) {
  return {log_of_one_and(x.v), inverse_of_one_and(x.v) * x.d};
}
template <class N>
jet<N> tanh_of_number(const jet<N>& x) {
  const N v = tanh_of_number(x.v);
  return {v, (N(1) - v * v) * x.d};
}

}  // namespace random_studies
