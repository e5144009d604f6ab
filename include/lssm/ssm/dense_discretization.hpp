// SPDX-License-Identifier: BSD-3-Clause
// Steps of a full state matrix in continuous time: s' = A s + B x,  y = C s,  by the methods of ssm/discretization.hpp.
//
//   discretize<Method>(system, t)    Ā, Δ and Γ:  h_0 = C Δ,  h_k = C Ā^{k-1} Γ;  Δ is the B of methods without feedthrough
//   in_steps<Method>(system, t)      the same as a system of steps; a feedthrough takes a state for each input, of eigenvalue 0
//
// e^{At}, t φ₁(At) B and t φ₂(At) B are blocks of one exponential, of (At Bt 0; 0 0 I; 0 0 0), by a power series after halving
// and by squaring: it divides by no A, so that singular and nilpotent ones have all their digits. Inside, float is double and
// double is long double.
#pragma once

#include <array>
#include <concepts>
#include <vector>

#include "../kernel/dense.hpp"
#include "bound_system.hpp"
#include "dense_state.hpp"
#include "discretization.hpp"

namespace lssm {

/// Ā (d, d), Δ (d, m) and Γ (d, m) of h_0 = C Δ, h_k = C Ā^{k-1} Γ.
template <class T>
struct discrete_matrices {
  std::vector<T> pole, direct, carried;
};

namespace detail {

template <class T>
struct wider {
  using type = T;
};
template <>
struct wider<float> {
  using type = double;
};
template <>
struct wider<double> {
  using type = long double;
};

/// x (n, l) times y (l, k).
template <class T>
std::vector<T> matrix_product(const std::vector<T>& x, const std::vector<T>& y, std::size_t l) {
  const std::size_t n = x.size() / l, k = y.size() / l;
  std::vector<T> out(n * k, T(0));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < l; ++j)
      for (std::size_t c = 0; c < k; ++c)
        out[i * k + c] = mul_add(x[i * l + j], y[j * k + c], out[i * k + c]);
  return out;
}
template <class T>
std::vector<T> combined(const std::vector<T>& x, const T& s, const std::vector<T>& y, const T& t) {
  std::vector<T> out(x);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = x[i] * s + y[i] * t;
  return out;
}
template <class T>
T largest_row_sum(const std::vector<T>& x, std::size_t rows) {
  T largest(0);
  for (std::size_t i = 0, k = x.size() / rows; i < rows; ++i) {
    T sum(0);
    for (std::size_t j = 0; j < k; ++j) sum = sum + abs_of(x[i * k + j]);
    largest = max_of(largest, sum);
  }
  return largest;
}

/// e^X of X (n, n).
template <class T>
std::vector<T> matrix_exponential(std::vector<T> x, std::size_t n) {
  int halvings = 0;
  for (T norm = largest_row_sum(x, n); norm > T(1); norm = norm / T(2)) ++halvings;
  for (int i = 0; i < halvings; ++i)
    for (T& v : x) v = v / T(2);
  std::vector<T> out(n * n, T(0));
  const auto add_one = [&] {
    for (std::size_t i = 0; i < n; ++i) out[i * n + i] = out[i * n + i] + T(1);
  };
  add_one();
  for (int k = series_terms<T>; k >= 1; --k) {
    out = matrix_product(x, out, n);
    for (T& v : out) v = v / T(k);
    add_one();
  }
  for (int i = 0; i < halvings; ++i) out = matrix_product(out, out, n);
  return out;
}

/// e^{At}, t φ₁(At) B and t φ₂(At) B of A t (d, d) and B t (d, m).
template <class T>
std::array<std::vector<T>, 3> matrix_exponentials(const std::vector<T>& a, std::vector<T> b, std::size_t d) {
  const std::size_t m = b.size() / d, n = d + 2 * m;
  T scale(1);  // a power of two, so that B decides nothing
  for (T norm = largest_row_sum(b, d); norm > T(1); norm = norm / T(2)) scale = scale * T(2);
  std::vector<T> x(n * n, T(0));
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) x[i * n + j] = a[i * d + j];
    for (std::size_t q = 0; q < m; ++q) x[i * n + d + q] = b[i * m + q] / scale;
  }
  for (std::size_t q = 0; q < m; ++q) x[(d + q) * n + d + m + q] = T(1);
  const auto e = matrix_exponential(std::move(x), n);
  const auto block = [&](std::size_t from, std::size_t columns, const T& factor) {
    std::vector<T> out;
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j < columns; ++j) out.push_back(e[i * n + from + j] * factor);
    return out;
  };
  return {block(0, d, T(1)), block(d, m, scale), block(d + m, m, scale)};
}

template <class M>
inline constexpr bool takes_matrices = false;
template <>
inline constexpr bool takes_matrices<zero_order_hold> = true;
template <>
inline constexpr bool takes_matrices<first_order_hold> = true;
template <>
inline constexpr bool takes_matrices<impulse_invariance> = true;
template <class L>
inline constexpr bool takes_matrices<exponential_trapezoidal<L>> = true;
template <class A>
inline constexpr bool takes_matrices<generalized_bilinear<A>> = true;
template <class A>
inline constexpr bool takes_matrices<generalized_tustin<A>> = true;

/// Methods of e^{At}: a = A t, b = B t.
template <class Method, class T>
discrete_matrices<T> exact_matrices(const std::vector<T>& a, const std::vector<T>& b, std::size_t d) {
  const auto [exp, held, ramp] = matrix_exponentials(a, b, d);
  if constexpr (std::same_as<Method, zero_order_hold>) {
    return {exp, held, matrix_product(exp, held, d)};
  } else if constexpr (std::same_as<Method, first_order_hold>) {
    return {exp, ramp, combined(combined(held, T(1), ramp, T(-1)), T(1), matrix_product(exp, ramp, d), T(1))};
  } else {
    const T direct = Method::at(T(0), T(1)).direct;  // 1, or λ
    return {exp, combined(b, direct, b, T(0)), matrix_product(exp, b, d)};
  }
}

/// (I - α A t)⁻¹ X of several X (d, ...).
template <class T>
std::vector<T> solved(const T& alpha, const std::vector<T>& a, std::vector<T> x, std::size_t d) {
  std::vector<T> below(a);
  for (std::size_t i = 0; i < d * d; ++i) below[i] = T(i % (d + 1) == 0 ? 1.0 : 0.0) - alpha * a[i];
  kernel::solve(std::span<T>(below), std::span<T>(x), static_cast<integer>(d),
                static_cast<integer>(x.size() / d));
  return x;
}
template <class Alpha, class T>
discrete_matrices<T> rational_matrices(bool feedthrough, const std::vector<T>& a, const std::vector<T>& b,
                                       std::size_t d) {
  const T alpha = number_of<T, Alpha>();
  std::vector<T> above(a);
  for (std::size_t i = 0; i < d * d; ++i) above[i] = T(i % (d + 1) == 0 ? 1.0 : 0.0) + (T(1) - alpha) * a[i];
  const auto pole = solved(alpha, a, above, d), whole = solved(alpha, a, b, d);
  if (!feedthrough) return {pole, whole, matrix_product(pole, whole, d)};
  return {pole, combined(whole, alpha, whole, T(0)), solved(alpha, a, whole, d)};
}
template <class Alpha, class T>
discrete_matrices<T> matrices_of(generalized_bilinear<Alpha>, const std::vector<T>& a,
                                 const std::vector<T>& b, std::size_t d) {
  return rational_matrices<Alpha>(false, a, b, d);
}
template <class Alpha, class T>
discrete_matrices<T> matrices_of(generalized_tustin<Alpha>, const std::vector<T>& a, const std::vector<T>& b,
                                 std::size_t d) {
  return rational_matrices<Alpha>(true, a, b, d);
}
template <std::derived_from<exact_pole> Method, class T>
discrete_matrices<T> matrices_of(Method, const std::vector<T>& a, const std::vector<T>& b, std::size_t d) {
  return exact_matrices<Method>(a, b, d);
}

}  // namespace detail

/// The matrices of a step of length t. Throws bad_argument where a number is not finite.
template <class Method, MatrixNumber T, integer D, integer M, integer P>
discrete_matrices<T> discretize(const bound_system<T, dense_state<D, M, P>>& continuous,
                                const std::type_identity_t<T>& t) {
  static_assert(detail::takes_matrices<Method>,
                "discretize: a method of one's own is one of modes; a full matrix takes those of the library "
                "(docs/discretization.md)");
  using wide = typename detail::wider<T>::type;
  const auto& s = continuous.system;
  const std::size_t d = s.b.size() / M;
  require(is_finite(t), "discretize", "the time step", "finite", value_of(t));
  require(d >= 1 && s.a.size() == d * d, "discretize", "a", "of (states, states) entries", s.a.size());
  const auto timed = [&](const auto& from) {
    std::vector<wide> out;
    for (const T& x : from) {
      require(is_finite(x), "discretize", "every entry", "finite", value_of(x));
      out.push_back(wide(x) * wide(t));
    }
    return out;
  };
  const auto narrow = [](const std::vector<wide>& from) {
    std::vector<T> out;
    for (const wide& x : from) out.push_back(static_cast<T>(x));
    return out;
  };
  const auto a = timed(s.a), b = timed(s.b);
  require(is_finite(detail::largest_row_sum(a, d)) && is_finite(detail::largest_row_sum(b, d)), "discretize",
          "the time step", "one whose products with the entries are finite", value_of(t));
  const auto z = detail::matrices_of(Method(), a, b, d);
  return {narrow(z.pole), narrow(z.direct), narrow(z.carried)};
}

/// The system of steps of length t, of as many states, and one more for each input where the method has a feedthrough.
template <class Method, MatrixNumber T, integer D, integer M, integer P>
bound_system<T, dense_state<dynamic, M, P>> in_steps(const bound_system<T, dense_state<D, M, P>>& continuous,
                                                     const std::type_identity_t<T>& t) {
  continuous.require_fitting("in_steps");
  const auto z = lssm::discretize<Method>(continuous, t);
  const std::vector<T> c(continuous.system.c.begin(), continuous.system.c.end());
  if (!Method::feedthrough) return {{z.pole, z.direct, c}};
  const std::size_t d = z.direct.size() / M, n = d + M;
  auto out = dense_state<dynamic, M, P>{n}.template make<T>();  // (Ā Γ; 0 0), (0; I), (C CΔ)
  const auto at_once = detail::matrix_product(c, z.direct, d);
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) out.a[i * n + j] = z.pole[i * d + j];
    for (std::size_t q = 0; q < M; ++q) out.a[i * n + d + q] = z.carried[i * M + q];
  }
  for (std::size_t q = 0; q < M; ++q) out.b[(d + q) * M + q] = T(1);
  for (std::size_t i = 0; i < P; ++i) {
    for (std::size_t j = 0; j < d; ++j) out.c[i * n + j] = c[i * d + j];
    for (std::size_t q = 0; q < M; ++q) out.c[i * n + d + q] = at_once[i * M + q];
  }
  return {out};
}

}  // namespace lssm
