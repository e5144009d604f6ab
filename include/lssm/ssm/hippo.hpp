// SPDX-License-Identifier: BSD-3-Clause
// HiPPO's systems in continuous time, s' = A s + B x: full matrices, and as a normal matrix minus one of low rank.
//
//   measure       A, row n and column k from 0                        B           p of A + Σ p pᵀ, which is normal
//   hippo_legs    -√((2n+1)(2k+1)) below, -(n+1) on the diagonal      √(2n+1)     √(n+½): skew minus ½
//   hippo_legt    -½√((2n+1)(2k+1)), above with the sign (-1)^{n-k}   ½√(2n+1)    √((2n+1)/2) on odd n, on even n: skew
//   hippo_lagt    -1 below, -½ on the diagonal                        1           √½: skew
//   hippo_fourier turns by πk in the states 2k and 2k+1, less B Bᵀ    1, 0, √2, 0, √2, 0, ...     B: skew
//
// A itself is never diagonalized: its eigenvectors have condition 1e11 at 16 states of hippo_legs, and hippo_lagt is one Jordan
// block. Those of the normal part are orthogonal. State 1 of hippo_fourier has frequency 0 and no input.
#pragma once

#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "../core/error.hpp"
#include "../kernel/dense.hpp"
#include "matrix_eigenvalues.hpp"

namespace lssm {

/// Scaled Legendre polynomials: all of the past, stretched.
struct hippo_legs {
  static constexpr int rank = 1;
  static double a(integer n, integer k) {
    if (n == k) return -static_cast<double>(n + 1);
    return n > k ? -std::sqrt(static_cast<double>((2 * n + 1) * (2 * k + 1))) : 0.0;
  }
  static double b(integer n) { return std::sqrt(static_cast<double>(2 * n + 1)); }
  static double p(int, integer n) { return std::sqrt(static_cast<double>(n) + 0.5); }
};
/// Legendre polynomials over a window.
struct hippo_legt {
  static constexpr int rank = 2;
  static double a(integer n, integer k) {
    const double size = std::sqrt(static_cast<double>((2 * n + 1) * (2 * k + 1))) / 2;
    return n >= k || (k - n) % 2 == 0 ? -size : size;
  }
  static double b(integer n) { return std::sqrt(static_cast<double>(2 * n + 1)) / 2; }
  static double p(int q, integer n) { return n % 2 == q ? std::sqrt(static_cast<double>(n) + 0.5) : 0.0; }
};
/// Laguerre polynomials: the past fades exponentially.
struct hippo_lagt {
  static constexpr int rank = 1;
  static double a(integer n, integer k) { return n == k ? -0.5 : n > k ? -1.0 : 0.0; }
  static double b(integer) { return 1; }
  static double p(int, integer) { return std::sqrt(0.5); }
};
/// Fourier series over a window.
struct hippo_fourier {
  static constexpr int rank = 1;
  static double a(integer n, integer k) {
    const integer frequency = n / 2;
    const double turn = std::numbers::pi * static_cast<double>(frequency);
    return (frequency != k / 2 || n == k ? 0.0 : n > k ? turn : -turn) - b(n) * b(k);
  }
  static double b(integer n) { return n == 0 ? 1.0 : n % 2 == 0 ? std::numbers::sqrt2 : 0.0; }
  static double p(int, integer n) { return b(n); }
};

/// One of the four, or one's own of this form.
template <class M>
concept HippoMeasure = requires(const integer n) {
  { M::rank } -> std::convertible_to<int>;
  { M::a(n, n) } -> std::convertible_to<double>;
  { M::b(n) } -> std::convertible_to<double>;
  { M::p(0, n) } -> std::convertible_to<double>;
};

namespace detail {

/// A (n, n), row major; with its low rank added, the normal part.
template <HippoMeasure Measure>
std::vector<double> hippo_matrix(integer n, bool normal) {
  std::vector<double> a;
  for (integer i = 0; i < n; ++i)
    for (integer k = 0; k < n; ++k) {
      double x = Measure::a(i, k);
      for (int q = 0; normal && q < Measure::rank; ++q) x += Measure::p(q, i) * Measure::p(q, k);
      a.push_back(x);
    }
  return a;
}

/// The skew part (n, n) of a matrix.
inline std::vector<long double> skew_part(const std::vector<double>& a, std::size_t n) {
  std::vector<long double> s(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      s[i * n + j] =
          0.5L * static_cast<long double>(a[i * n + j]) - 0.5L * static_cast<long double>(a[j * n + i]);
  return s;
}

/// Frequencies w > 0 of a skew matrix, falling, each of an eigenvalue iw and its conjugate.
template <class T>
std::vector<T> frequencies(const std::vector<T>& skew, std::size_t n) {
  std::vector<T> w;
  for (const auto& x : matrix_eigenvalues(skew, n))
    if (x.im > 0) w.push_back(x.im);
  return w;
}

/// The eigenvector x + iy of iw, of norm 1, real and then imaginary part: inverse iteration, for frequencies apart.
template <class T>
std::vector<double> skew_eigenvector(const std::vector<T>& skew, std::size_t n, T w) {
  std::vector<T> z(2 * n, T(1));
  for (std::size_t i = 0; i < n; ++i) z[i] += T(0.1L) * static_cast<T>(i + 1);  // no vector's orthogonal
  const T shift = w * (T(1) + T(16 * epsilon_of<T>));                           // in T: next to 1 there
  for (int turn = 0; turn < 3; ++turn) {
    std::vector<T> m(4 * n * n, T(0));  // of (S - iw)(x + iy): S x + w y, S y - w x
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) m[i * 2 * n + j] = m[(n + i) * 2 * n + n + j] = skew[i * n + j];
      m[i * 2 * n + n + i] = shift;
      m[(n + i) * 2 * n + i] = -shift;
    }
    kernel::solve(std::span<T>(m), std::span<T>(z), static_cast<integer>(2 * n), 1);
    T square = 0;
    for (const T x : z) square += x * x;
    for (T& x : z) x /= std::sqrt(square);
  }
  return {z.begin(), z.end()};
}

}  // namespace detail

/// A (n, n), row major, and B (n) of a measure.
template <HippoMeasure Measure>
std::pair<std::vector<double>, std::vector<double>> hippo_system(integer n) {
  require(n >= 1, "hippo_system", "the states", "at least 1", n);
  require_entries("hippo_system", "states x states", {n, n});
  std::vector<double> b;
  for (integer i = 0; i < n; ++i) b.push_back(Measure::b(i));
  return {detail::hippo_matrix<Measure>(n, false), b};
}
/// The normal part A + Σ p pᵀ (n, n), and the rows p (rank, n).
template <HippoMeasure Measure>
std::pair<std::vector<double>, std::vector<double>> hippo_normal_part(integer n) {
  require(n >= 1, "hippo_normal_part", "the states", "at least 1", n);
  require_entries("hippo_normal_part", "states x states", {n, n});
  std::vector<double> p;
  for (int q = 0; q < Measure::rank; ++q)
    for (integer i = 0; i < n; ++i) p.push_back(Measure::p(q, i));
  return {detail::hippo_matrix<Measure>(n, true), p};
}
/// The frequencies above 0 of the normal part, falling: n/2 where there are no others than 0.
template <HippoMeasure Measure>
std::vector<double> hippo_frequencies(integer n) {
  const auto normal = hippo_normal_part<Measure>(n).first;
  const auto w = detail::frequencies(detail::skew_part(normal, static_cast<std::size_t>(n)),
                                     static_cast<std::size_t>(n));
  return {w.begin(), w.end()};
}

}  // namespace lssm
