// SPDX-License-Identifier: BSD-3-Clause
// Singular values by one-sided Jacobi rotations after a pivoted QR factorization, in every scalar, real or complex. Small
// singular values of a matrix D₁ M D₂ with diagonal D₁, D₂ and well-conditioned M keep their digits
// (J. Demmel, K. Veselić, 1992; Z. Drmač, K. Veselić, 2008), which LAPACK's usual methods lose. Columns are scaled by powers of two,
// which rounds nothing, so that no square or product of two small columns is lost below the range of the scalar.
//
//   symbol  shape    meaning
//   G       (n, l)   the matrix, columns one after the other
//   V       (l, r)   right singular vectors, r = min(n, l, the most asked for)
#pragma once

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "field.hpp"

namespace lssm::detail {

/// A matrix whose columns stand one after the other.
template <class Z>
struct columns_of {
  std::size_t rows, columns;
  std::vector<Z> entries;
  columns_of(std::size_t n, std::size_t l) : rows(n), columns(l), entries(n * l, Z(0)) {}
  Z& operator()(std::size_t i, std::size_t j) { return entries[j * rows + i]; }
  const Z& operator()(std::size_t i, std::size_t j) const { return entries[j * rows + i]; }
  std::span<const Z> column(std::size_t j) const {
    return std::span<const Z>(entries).subspan(j * rows, rows);
  }
  std::span<Z> column(std::size_t j) { return std::span<Z>(entries).subspan(j * rows, rows); }
};

/// xᴴy, or xᵀy.
template <bool Conjugate = true, class Z>
Z inner(std::span<const Z> x, std::span<const Z> y) {
  constexpr std::size_t width = is_complex<Z> ? 2 : 8;
  Z parts[width] = {};
  const Z *const p = x.data(), *const q = y.data();
  const auto left = [](const Z& z) { return Conjugate ? conjugate(z) : z; };
  std::size_t i = 0;
  for (; i + width <= x.size(); i += width)
    for (std::size_t l = 0; l < width; ++l) parts[l] = parts[l] + left(p[i + l]) * q[i + l];
  for (std::size_t l = 0; i + l < x.size(); ++l) parts[l] = parts[l] + left(p[i + l]) * q[i + l];
  for (std::size_t half = width / 2; half > 0; half /= 2)
    for (std::size_t l = 0; l < half; ++l) parts[l] = parts[l] + parts[l + half];
  return parts[0];
}
template <class Z>
real_of<Z> squared_norm(std::span<const Z> x) {
  return real_part(inner(x, x));
}
/// ‖x‖, also where its square leaves the range of the scalar.
template <class Z>
real_of<Z> sound_norm(std::span<const Z> x) {
  using T = real_of<Z>;
  constexpr double limit = epsilon_of < T >> 1e-10 ? 1e25 : 1e280;
  const T square = squared_norm(x);
  return square < T(limit) && square > T(1 / limit) ? sqrt_of(square) : norm_of(x);
}
/// The largest power of two that is at most x, or the least normal number.
template <class T>
T power_of_two_below(const T& x) {
  using F = std::conditional_t<StandardFloat<T>, T, long double>;
  return T(std::ldexp(F(1), std::ilogb(F(max_of(x, least_normal<T>())))));
}

/// G Π = Q R in place by Householder reflections, the column of largest rest first: R (up to `most` rows) in the upper
/// triangle. Returns Π as the old place of each column, and says how many rows of R are not zero.
template <class Z>
std::vector<std::size_t> pivoted_qr(columns_of<Z>& g, std::size_t most, std::size_t& rank) {
  using T = real_of<Z>;
  std::vector<std::size_t> order(g.columns);
  std::iota(order.begin(), order.end(), std::size_t(0));
  const std::size_t steps = std::min({g.rows, g.columns, most});
  for (rank = 0; rank < steps; ++rank) {
    const std::size_t k = rank;
    const auto rest = [&](std::size_t j) { return g.column(j).subspan(k); };
    std::size_t pivot = k;
    T largest(0);
    for (std::size_t j = k; j < g.columns; ++j)
      if (const T size = sound_norm(std::span<const Z>(rest(j))); size > largest) {
        largest = size;
        pivot = j;
      }
    if (!(largest > T(0))) break;
    std::swap(order[k], order[pivot]);
    if (pivot != k) std::swap_ranges(g.column(k).begin(), g.column(k).end(), g.column(pivot).begin());
    const std::span<Z> v = rest(k);
    const T unit = power_of_two_below(largest), norm = largest / unit;
    for (Z& z : v) z = z / unit;
    const T head = magnitude(v[0]);
    const Z phase = head > least_normal<T>() ? v[0] * Z(T(1) / head) : Z(T(1));
    v[0] = v[0] + phase * Z(norm);
    const T scale = T(1) / (norm * (norm + head));  // 2 / vᴴv
    for (std::size_t j = k + 1; j < g.columns; ++j) {
      const std::span<Z> y = rest(j);
      const Z factor = inner(std::span<const Z>(v), std::span<const Z>(y)) * Z(scale);
      for (std::size_t i = 0; i < y.size(); ++i) y[i] = y[i] - factor * v[i];
    }
    v[0] = -phase * Z(largest);
  }
  return order;
}

/// Makes the columns of x orthogonal by rotations, where x_j stands for scales[j] x_j: on return every x_j that is not zero is
/// about as large as 1, and scales (d) are powers of two.
template <class Z>
void orthogonalize(columns_of<Z>& x, std::vector<real_of<Z>>& scales) {
  using T = real_of<Z>;
  const T tolerance = T(epsilon_of<T>) * sqrt_of(T(static_cast<double>(x.rows))), least = least_normal<T>();
  std::vector<T> squares(x.columns);
  const auto square_of = [&](std::size_t j) { return squared_norm(std::span<const Z>(x.column(j))); };
  scales.assign(x.columns, T(1));
  constexpr int most_sweeps = 60;
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    for (std::size_t j = 0; j < x.columns; ++j) {
      squares[j] = square_of(j);
      if (squares[j] > T(0x1p-8) && squares[j] < T(0x1p8)) continue;
      const T unit = power_of_two_below(sound_norm(std::span<const Z>(x.column(j))));
      for (Z& z : x.column(j)) z = z / unit;
      scales[j] = scales[j] * unit;
      squares[j] = square_of(j);
    }
    bool rotated = false;
    for (std::size_t i = 0; i + 1 < x.columns; ++i)
      for (std::size_t j = i + 1; j < x.columns; ++j) {
        const std::span<Z> u = x.column(i), v = x.column(j);
        const Z product = inner(std::span<const Z>(u), std::span<const Z>(v));
        const T size = magnitude(product), scale = sqrt_of(squares[i]) * sqrt_of(squares[j]);
        if (!(size > max_of(tolerance * scale, least))) continue;
        rotated = true;
        const Z phase = conjugate(product) * Z(T(1) / size);
        // With s² = left and t² = right, of which the larger is 1 and s : t is that of the scales, the tangent is `slope` s t.
        T left(1), right(1);
        if (scales[j] < scales[i]) right = (scales[j] / scales[i]) * (scales[j] / scales[i]);
        if (scales[i] < scales[j]) left = (scales[i] / scales[j]) * (scales[i] / scales[j]);
        const T zeta = (right * squares[j] - left * squares[i]) / (size + size), bend = abs_of(zeta);
        const T slope = (zeta < T(0) ? T(-1) : T(1)) / (bend + sqrt_of(left * right + bend * bend));
        const T cosine = T(1) / sqrt_of(T(1) + slope * (slope * (left * right))), sine = cosine * slope;
        for (std::size_t l = 0; l < x.rows; ++l) {
          const Z s = u[l], t = phase * v[l];
          u[l] = Z(cosine) * s - Z(sine * right) * t;
          v[l] = Z(sine * left) * s + Z(cosine) * t;
        }
        const auto moved = [&](std::size_t k, const T& by) {  // taken anew by the next sweep
          const T before = squares[k], after = before + by;
          squares[k] = after > T(16 * epsilon_of<T>) * before ? after : square_of(k);
        };
        moved(i, -slope * right * size);
        moved(j, slope * left * size);
      }
    if (!rotated) return;
  }
}

/// Singular values, falling, and right singular vectors as columns.
template <class Z>
struct singular_decomposition {
  std::vector<real_of<Z>> values;
  columns_of<Z> vectors;
};

/// σ and V of G with a rank of at most `most`; as many as are not exactly zero. Of a G that is not finite one σ that is no number.
template <class Z>
singular_decomposition<Z> jacobi_svd(columns_of<Z> g, std::size_t most) {
  using T = real_of<Z>;
  T largest(0), check(0);
  for (const Z& z : g.entries) {
    const T size = magnitude(z);
    largest = max_of(largest, size);
    check = check + T(0) * size;  // NaN where z is not finite
  }
  if (!(check == T(0))) return {{check}, columns_of<Z>(g.columns, 1)};
  if (!(largest > T(0))) return {{}, columns_of<Z>(g.columns, 0)};
  const T unit = max_of(largest, least_normal<T>());
  for (Z& z : g.entries) z = z * Z(T(1) / unit);
  std::size_t rank = 0;
  const std::vector<std::size_t> order = pivoted_qr(g, most, rank);
  columns_of<Z> x(g.columns, rank);  // Rᴴ
  for (std::size_t j = 0; j < g.columns; ++j)
    for (std::size_t i = 0; i < std::min(j + 1, rank); ++i) x(j, i) = conjugate(g(i, j));
  std::vector<T> norms(rank), scales;
  orthogonalize(x, scales);
  const auto value = [&](std::size_t i) { return unit * scales[i] * norms[i]; };
  for (std::size_t i = 0; i < rank; ++i) norms[i] = sqrt_of(squared_norm(std::span<const Z>(x.column(i))));
  std::vector<std::size_t> falling(rank);
  std::iota(falling.begin(), falling.end(), std::size_t(0));
  std::sort(falling.begin(), falling.end(), [&](auto i, auto j) { return value(i) > value(j); });
  singular_decomposition<Z> out{{}, columns_of<Z>(g.columns, rank)};
  for (std::size_t i = 0; i < rank; ++i) {
    const T norm = norms[falling[i]];
    out.values.push_back(value(falling[i]));
    for (std::size_t j = 0; j < g.columns; ++j)
      out.vectors(order[j], i) = norm > T(0) ? x(j, falling[i]) * Z(T(1) / norm) : Z(0);
  }
  return out;
}

}  // namespace lssm::detail
