// SPDX-License-Identifier: BSD-3-Clause
// Eigenvalues of a full real matrix in any number without derivative: Hessenberg form and Francis' double QR steps, as in
// EISPACK's hqr. LAPACK (core/linalg.hpp) knows float and double alone and is no part of this room.
#pragma once

#include <algorithm>
#include <limits>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "../kernel/norm.hpp"
#include "modes.hpp"

namespace lssm {

/// A number without derivative: iterations that stop at rounding have none.
template <class T>
concept MatrixNumber = SingleScalar<T> && !requires(T x) {
  x.v, x.e;
};

namespace detail {

/// A square matrix, row major.
template <class T>
struct square_matrix {
  std::vector<T> entries;
  std::size_t size;
  T& operator()(std::size_t i, std::size_t j) { return entries[i * size + j]; }
};

/// 1 where squares of numbers up to `largest` keep their digits, else a power of two near to it, to divide by.
template <class T>
T power_of_two_near(const T& largest, const T& square) {
  T unit(1);
  if (kernel::sound_square(square) || !is_finite(largest)) return unit;
  while (unit < largest / T(2)) unit = unit * T(2);
  while (unit > largest && largest > T(0)) unit = unit / T(2);
  return unit;
}

/// Zeros below the first subdiagonal by elimination with pivots; the eigenvalues stay.
template <class T>
void to_hessenberg(square_matrix<T>& a) {
  const std::size_t n = a.size;
  for (std::size_t m = 1; m + 1 < n; ++m) {
    std::size_t pivot = m;
    for (std::size_t i = m; i < n; ++i)
      if (abs_of(a(i, m - 1)) > abs_of(a(pivot, m - 1))) pivot = i;
    if (!(abs_of(a(pivot, m - 1)) > T(0))) continue;
    if (pivot != m) {
      for (std::size_t j = 0; j < n; ++j) std::swap(a(pivot, j), a(m, j));
      for (std::size_t i = 0; i < n; ++i) std::swap(a(i, pivot), a(i, m));
    }
    for (std::size_t i = m + 1; i < n; ++i) {
      const T factor = a(i, m - 1) / a(m, m - 1);
      for (std::size_t j = m - 1; j < n; ++j) a(i, j) = a(i, j) - factor * a(m, j);
      for (std::size_t l = 0; l < n; ++l) a(l, m) = a(l, m) + factor * a(l, i);
      a(i, m - 1) = T(0);
    }
  }
}

/// The eigenvalues of (p q; r s).
template <class T>
std::pair<eigenvalue<T>, eigenvalue<T>> two_eigenvalues(const T& p, const T& q, const T& r, const T& s) {
  const T half = (p - s) / T(2), mean = s + half, plain = half * half + q * r;
  const T unit = power_of_two_near(max_of(abs_of(half), max_of(abs_of(q), abs_of(r))), abs_of(plain));
  const T h = half / unit, square = h * h + q / unit * (r / unit);
  if (!(square >= T(0))) {
    const T im = sqrt_of(T(0) - square) * unit;
    return {{mean, im}, {mean, T(0) - im}};
  }
  // The smaller one by the product, which does not cancel.
  const T root = h >= T(0) ? h + sqrt_of(square) : h - sqrt_of(square);
  return {{s + root * unit, T(0)}, {root == T(0) ? s : s - q / unit * r / root, T(0)}};
}

/// A double step of QR on rows and columns l to m of a Hessenberg matrix, with shifts of given sum and product.
template <class T>
void francis_step(square_matrix<T>& a, std::size_t l, std::size_t m, const T& sum, const T& product) {
  T x = a(l, l) * a(l, l) + a(l, l + 1) * a(l + 1, l) - sum * a(l, l) + product;
  T y = a(l + 1, l) * (a(l, l) + a(l + 1, l + 1) - sum);
  T z = m >= l + 2 ? a(l + 1, l) * a(l + 2, l + 1) : T(0);
  for (std::size_t k = l; k < m; ++k) {
    const bool three = k + 2 <= m;
    if (k > l) x = a(k, k - 1), y = a(k + 1, k - 1), z = three ? a(k + 2, k - 1) : T(0);
    const T scale = abs_of(x) + abs_of(y) + abs_of(z);
    if (!(scale > T(0))) continue;
    const T u = x / scale, v = y / scale, w = z / scale, norm = sqrt_of(u * u + v * v + w * w);
    const T signed_norm = u < T(0) ? T(0) - norm : norm;
    if (k > l) a(k, k - 1) = T(0) - signed_norm * scale, a(k + 1, k - 1) = T(0);
    if (k > l && three) a(k + 2, k - 1) = T(0);
    const T head = u + signed_norm, first = head / signed_norm, second = v / signed_norm,
            third = w / signed_norm;
    const T two = v / head, last = w / head;  // I - (first, second, third)ᵀ (1, two, last)
    for (std::size_t j = k; j < a.size; ++j) {
      const T t = a(k, j) + two * a(k + 1, j) + (three ? last * a(k + 2, j) : T(0));
      a(k, j) = a(k, j) - t * first, a(k + 1, j) = a(k + 1, j) - t * second;
      if (three) a(k + 2, j) = a(k + 2, j) - t * third;
    }
    for (std::size_t i = 0; i <= std::min(m, k + 3); ++i) {
      const T t = first * a(i, k) + second * a(i, k + 1) + (three ? third * a(i, k + 2) : T(0));
      a(i, k) = a(i, k) - t, a(i, k + 1) = a(i, k + 1) - t * two;
      if (three) a(i, k + 2) = a(i, k + 2) - t * last;
    }
  }
}

/// The eigenvalues of A by falling modulus, of a pair the one above the axis first; NaN where they are not found.
template <class T>
std::vector<eigenvalue<T>> matrix_eigenvalues(std::vector<T> entries, std::size_t n) {
  square_matrix<T> a{std::move(entries), n};
  const T none(std::numeric_limits<double>::quiet_NaN());
  std::vector<eigenvalue<T>> found(n, {none, none});
  T norm(0), largest(0);
  for (const T& x : a.entries) largest = max_of(largest, abs_of(x));
  const T unit = power_of_two_near(largest, T(largest * largest));
  for (T& x : a.entries) x = x / unit, norm = norm + abs_of(x);
  if (!is_finite(norm)) return found;
  to_hessenberg(a);
  std::size_t left = n;
  for (int turn = 0; left > 0;) {
    const std::size_t m = left - 1;
    std::size_t l = m;  // the last block begins where a subdiagonal entry is nothing
    for (; l > 0; --l) {
      T near = abs_of(a(l - 1, l - 1)) + abs_of(a(l, l));
      if (near == T(0)) near = norm;
      if (abs_of(a(l, l - 1)) <= T(epsilon_of<T> / 4) * near) break;
    }
    if (l == m) {
      found[m] = {a(m, m), T(0)};
      left -= 1, turn = 0;
    } else if (l + 1 == m) {
      std::tie(found[m - 1], found[m]) = two_eigenvalues(a(l, l), a(l, m), a(m, l), a(m, m));
      left -= 2, turn = 0;
    } else if (++turn > 100) {
      return std::vector<eigenvalue<T>>(n, {none, none});
    } else if (turn % 10 == 0) {  // a shift out of turn, where the usual ones go round in a circle
      const T size = abs_of(a(m, m - 1)) + abs_of(a(m - 1, m - 2));
      francis_step(a, l, m, T(1.5) * size, size * size);
    } else {
      francis_step(a, l, m, T(a(m - 1, m - 1) + a(m, m)),
                   T(a(m - 1, m - 1) * a(m, m) - a(m - 1, m) * a(m, m - 1)));
    }
  }
  for (auto& z : found) z.re = z.re * unit, z.im = z.im * unit;
  std::stable_sort(found.begin(), found.end(), [](const auto& x, const auto& y) {
    const T r = x.magnitude(), s = y.magnitude();
    return r != s ? r > s : x.im > y.im;
  });
  return found;
}

}  // namespace detail
}  // namespace lssm
