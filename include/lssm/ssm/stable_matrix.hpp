// SPDX-License-Identifier: BSD-3-Clause
// Free coordinates of all full matrices with eigenvalues inside the unit circle.
//
//   A = L K L⁻¹,  K = W R⁻¹,  Rᵀ R = 1 + Wᵀ W
//
//   symbol  shape     meaning
//   L       (d, d)    lower triangular, the logarithms of its diagonal in θ: L Lᵀ is a Lyapunov function's inverse
//   W       (d, d)    any matrix
//   K       (d, d)    of norm below 1, since Kᵀ K = 1 - R⁻ᵀ R⁻¹; every such K is reached
//
// A is stable because A P Aᵀ < P with P = L Lᵀ; and of a stable A the solution of P = A P Aᵀ + 1 has such an L, and
// R Rᵀ = 1 + (A L)ᵀ (A L). θ (d(d+1)/2 + d²) has more numbers than A: many P serve one A. d³ operations each way.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "../core/error.hpp"
#include "../core/scalar.hpp"
#include "learn.hpp"
#include "modes.hpp"

namespace lssm {

namespace detail {

/// Square matrices in numbers of any scalar, row major.
template <class T>
struct small_matrix {
  std::size_t n;
  std::vector<T> entries = std::vector<T>(n * n, T(0));

  T& operator()(std::size_t i, std::size_t j) { return entries[i * n + j]; }
  const T& operator()(std::size_t i, std::size_t j) const { return entries[i * n + j]; }

  small_matrix transposed() const {
    small_matrix t{n};
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) t(j, i) = (*this)(i, j);
    return t;
  }
  /// x y + z.
  friend small_matrix product(const small_matrix& x, const small_matrix& y, small_matrix z) {
    for (std::size_t i = 0; i < x.n; ++i)
      for (std::size_t l = 0; l < x.n; ++l)
        for (std::size_t j = 0; j < x.n; ++j) z(i, j) = mul_add(x(i, l), y(l, j), z(i, j));
    return z;
  }
  friend small_matrix operator*(const small_matrix& x, const small_matrix& y) {
    return product(x, y, small_matrix{x.n});
  }
  static small_matrix identity(std::size_t n) {
    small_matrix one{n};
    for (std::size_t i = 0; i < n; ++i) one(i, i) = T(1);
    return one;
  }
};

/// C of G = C Cᵀ, lower triangular; NaN where G is not positive.
template <class T>
small_matrix<T> cholesky(const small_matrix<T>& g) {
  small_matrix<T> c{g.n};
  for (std::size_t i = 0; i < g.n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      T sum = g(i, j);
      for (std::size_t l = 0; l < j; ++l) sum = mul_add(T(0) - c(i, l), c(j, l), sum);
      c(i, j) = i == j ? T(sqrt_of(sum)) : T(sum / c(j, j));
    }
  return c;
}
/// L⁻¹ X of a lower triangular L.
template <class T>
small_matrix<T> lower_solve(const small_matrix<T>& l, small_matrix<T> x) {
  for (std::size_t i = 0; i < x.n; ++i)
    for (std::size_t j = 0; j < x.n; ++j) {
      for (std::size_t k = 0; k < i; ++k) x(i, j) = mul_add(T(0) - l(i, k), x(k, j), x(i, j));
      x(i, j) = x(i, j) / l(i, i);
    }
  return x;
}
/// L⁻ᵀ X.
template <class T>
small_matrix<T> lower_solve_transposed(const small_matrix<T>& l, small_matrix<T> x) {
  for (std::size_t i = x.n; i-- > 0;)
    for (std::size_t j = 0; j < x.n; ++j) {
      for (std::size_t k = i + 1; k < x.n; ++k) x(i, j) = mul_add(T(0) - l(k, i), x(k, j), x(i, j));
      x(i, j) = x(i, j) / l(i, i);
    }
  return x;
}

/// d of d² entries, and the numbers of L and W.
constexpr integer side_of_square(integer size) {
  integer d = 0;
  while (d * d < size) ++d;
  return d;
}
constexpr integer stable_coordinates(integer size) {
  const integer d = side_of_square(size);
  require(d * d == size, "stable_matrix", "entries of A", "a square number", size);
  return d * (d + 1) / 2 + size;
}

}  // namespace detail

/// θ: the rows of L up to the diagonal, then W. A map of A alone: joined_maps<stable_matrix, learn<...>> learns B and C too.
struct stable_matrix {
  using moves = slot_list<state_matrix>;
  static constexpr bool takes_duals = true;

  template <class System>
  static constexpr integer known_count = [] {
    static_assert(!detail::parameters_of_modes<System>,
                  "stable_matrix: it is a map of a full matrix, and the entries of A of this structure are "
                  "eigenvalues (docs/coordinates.md)");
    constexpr integer size = known_size<detail::slot_storage<state_matrix, System>>;
    if constexpr (size == dynamic) return dynamic;
    return detail::stable_coordinates(size);
  }();
  static constexpr integer count(const auto& s) { return detail::stable_coordinates(length(s.a)); }

  template <class T, class System>
  static void to_system(std::span<const T> theta, System& s) {
    const point<T> p(theta, s.a.size());
    const auto a = p.at.transposed();
    std::copy(a.entries.begin(), a.entries.end(), s.a.begin());
  }

  /// NaN where A has an eigenvalue on or outside the unit circle, or one too near to it for the digits of T; `bind` refuses it.
  template <class T, class System>
  static void from_system(const System& s, std::span<T> theta) {
    using matrix = detail::small_matrix<T>;
    const auto d = static_cast<std::size_t>(detail::side_of_square(length(s.a)));
    const matrix a{d, std::vector<T>(s.a.begin(), s.a.end())}, one = matrix::identity(d);
    matrix p = one, power = a;  // P = Σ_k A^k (A^k)ᵀ, twice as many terms each time
    for (int round = 0; round < 60; ++round) {
      p = product(power * p, power.transposed(), p);
      power = power * power;
    }
    T trace(0);
    for (std::size_t i = 0; i < d; ++i) trace = trace + p(i, i);
    const auto found = trace < T(lane_of<T>(0.01 / epsilon_of<T>));
    const matrix l = detail::cholesky(p), al = a * l, k = detail::lower_solve(l, al);
    // (1 - Kᵀ K)⁻¹ = R Rᵀ = 1 + (A L)ᵀ (A L): an upper factor, that of rows and columns in reverse.
    matrix m = product(al.transposed(), al, one);
    std::reverse(m.entries.begin(), m.entries.end());
    matrix r = detail::cholesky(m);
    std::reverse(r.entries.begin(), r.entries.end());
    const matrix w = k * r;
    std::size_t at = 0;
    const T none = T(0) / (trace - trace);
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j <= i; ++j)
        theta[at++] = where(found, i == j ? T(log_of(l(i, i))) : l(i, j), none);
    for (const T& x : w.entries) theta[at++] = where(found, x, none);
  }

  template <class T, class System>
  static void pullback(std::span<const T> theta, const System& ds, std::span<T> dtheta) {
    using matrix = detail::small_matrix<T>;
    const point<T> p(theta, ds.a.size());
    const std::size_t d = p.l.n;
    const auto minus = [](matrix m) {
      for (T& x : m.entries) x = T(0) - x;
      return m;
    };
    // Of N = L K = A L: those of A through A = N L⁻¹.
    const matrix da{d, std::vector<T>(ds.a.begin(), ds.a.end())};
    const matrix dn = detail::lower_solve(p.l, da.transposed()).transposed();
    const matrix dl = product(minus(p.at), dn, dn * p.kt);
    const matrix dk = p.l.transposed() * dn;
    // Through K = W R⁻¹, with C = Rᵀ, and through the Cholesky factor.
    const matrix vt = detail::lower_solve_transposed(p.c, dk.transposed());
    matrix inner = p.c.transposed() * lower_of(minus(vt * p.kt.transposed()));
    inner = lower_of(inner);
    for (std::size_t i = 0; i < d; ++i) inner(i, i) = inner(i, i) / T(2);
    const matrix left = detail::lower_solve_transposed(p.c, inner);      // C⁻ᵀ Φ
    matrix dg = detail::lower_solve_transposed(p.c, left.transposed());  // its transpose: C⁻ᵀ (C⁻ᵀ Φ)ᵀ
    const matrix turned = dg.transposed();
    for (std::size_t i = 0; i < d * d; ++i) dg.entries[i] = dg.entries[i] + turned.entries[i];
    const matrix dw = product(p.w, dg, vt.transposed());
    std::size_t at = 0;
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j <= i; ++j) dtheta[at++] = i == j ? T(dl(i, i) * p.l(i, i)) : dl(i, j);
    for (const T& x : dw.entries) dtheta[at++] = x;
  }

 private:
  template <class T>
  static detail::small_matrix<T> lower_of(detail::small_matrix<T> x) {
    for (std::size_t i = 0; i < x.n; ++i)
      for (std::size_t j = i + 1; j < x.n; ++j) x(i, j) = T(0);
    return x;
  }

  /// L, W, C = Rᵀ, Kᵀ and Aᵀ at θ.
  template <class T>
  struct point {
    detail::small_matrix<T> l, w, c, kt, at;
    point(std::span<const T> theta, std::size_t size)
        : l{static_cast<std::size_t>(detail::side_of_square(static_cast<integer>(size)))},
          w(l),
          c(l),
          kt(l),
          at(l) {
      std::size_t next = 0;
      for (std::size_t i = 0; i < l.n; ++i)
        for (std::size_t j = 0; j <= i; ++j, ++next) l(i, j) = i == j ? T(exp_of(theta[next])) : theta[next];
      for (T& x : w.entries) x = theta[next++];
      c = detail::cholesky(product(w.transposed(), w, detail::small_matrix<T>::identity(l.n)));
      kt = detail::lower_solve(c, w.transposed());
      at = detail::lower_solve_transposed(l, kt * l.transposed());
    }
  };
};

}  // namespace lssm
