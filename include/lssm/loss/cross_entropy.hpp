// SPDX-License-Identifier: BSD-3-Clause
// Cross-entropies. Predictions are logits, labels probabilities or classes.
//
//   binary_cross_entropy     of one number:  ℓ = -y log σ(p) - (1-y) log(1 - σ(p)) = max(p, 0) - p y + log(1 + exp -|p|)
//   softmax_cross_entropy    of a row:       ℓ = -Σ_j y_j log softmax(p)_j = Σ_j y_j (log Σ_i exp p_i - p_j)
//   class_cross_entropy      of a row:       ℓ = log Σ_i exp p_i - p_c, c the class
//
// σ(p) = 1/(1 + exp -p). Labels of the first are in [0, 1]; label rows of the second are not negative and sum to 1.
#pragma once

#include <span>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm {

/// ℓ = -y log σ(p) - (1-y) log(1 - σ(p)) of a logit p and a probability y.
struct binary_cross_entropy {
  static constexpr bool logits = true;
  template <class T>
  static T value(const T& p, const T& y) {
    // -y p for one sign of p, (1 - y) p for the other: for labels 0 and 1 no large numbers are subtracted.
    return where(p > T(0), (T(1) - y) * p, T(0) - y * p) + log1p_of(exp_of(T(0) - abs_of(p)));
  }
  /// σ(p) - y
  template <class T>
  static T derivative(const T& p, const T& y) {
    const T e = exp_of(T(0) - abs_of(p));
    return where(p < T(0), e - y * (T(1) + e), (T(1) - y) - y * e) / (T(1) + e);
  }
  /// σ(p) (1 - σ(p))
  template <class T>
  static T second_derivative(const T& p, const T&) {
    const T e = exp_of(T(0) - abs_of(p));
    return e / ((T(1) + e) * (T(1) + e));
  }
  friend constexpr bool operator==(binary_cross_entropy, binary_cross_entropy) { return true; }
};

namespace detail {

template <class T>
T largest_of(std::span<const T> p) {
  T top = p[0];
  for (const T& v : p) top = max_of(top, v);
  return top;
}
template <class T>
T sum_of_exp(std::span<const T> p, const T& top) {
  T sum(0);
  for (const T& v : p) sum = sum + exp_of(v - top);
  return sum;
}

}  // namespace detail

/// ℓ = -Σ_j y_j log softmax(p)_j of a row of logits p and probabilities y.
struct softmax_cross_entropy {
  static constexpr bool logits = true;
  template <class T>
  static T value(std::span<const T> p, std::span<const T> y) {
    const T top = detail::largest_of(p), norm = log_of(detail::sum_of_exp(p, top));
    T loss(0);
    for (std::size_t j = 0; j < p.size(); ++j) loss = mul_add(y[j], norm - (p[j] - top), loss);
    return loss;
  }
  /// dp_j = softmax(p)_j Σ_i y_i - y_j
  template <class T>
  static void derivative(std::span<const T> p, std::span<const T> y, std::span<T> dp) {
    const T top = detail::largest_of(p), norm = detail::sum_of_exp(p, top);
    T total(0);
    for (const T& v : y) total = total + v;
    for (std::size_t j = 0; j < p.size(); ++j) dp[j] = exp_of(p[j] - top) / norm * total - y[j];
  }
  friend constexpr bool operator==(softmax_cross_entropy, softmax_cross_entropy) { return true; }
};

/// ℓ = -log softmax(p)_c of a row of logits p and a class c, the only number of y.
struct class_cross_entropy {
  static constexpr bool logits = true, classes = true;
  template <class T>
  static T value(std::span<const T> p, std::span<const T> y) {
    const T top = detail::largest_of(p), norm = log_of(detail::sum_of_exp(p, top));
    T of_class(0);
    for (std::size_t j = 0; j < p.size(); ++j) of_class = where(y[0] == number<T>(j), p[j] - top, of_class);
    return norm - of_class;
  }
  /// dp_j = softmax(p)_j - [j = c]
  template <class T>
  static void derivative(std::span<const T> p, std::span<const T> y, std::span<T> dp) {
    const T top = detail::largest_of(p), norm = detail::sum_of_exp(p, top);
    for (std::size_t j = 0; j < p.size(); ++j)
      dp[j] = exp_of(p[j] - top) / norm - where(y[0] == number<T>(j), T(1), T(0));
  }
  friend constexpr bool operator==(class_cross_entropy, class_cross_entropy) { return true; }

 private:
  template <class T>
  static T number(std::size_t j) {
    return T(static_cast<lane_of<T>>(j));
  }
};

}  // namespace lssm
