// SPDX-License-Identifier: BSD-3-Clause
// Gramians and Hankel singular values of a sum of modes in closed form.
//
//   symbol  shape    meaning
//   P       (d, d)   controllability Gramian Σ_k A^k B Bᴴ A^kᴴ:  P_ij = Σ_q b_iq b̄_jq / (1 - a_i ā_j)
//   Q       (d, d)   observability Gramian Σ_k A^kᴴ Cᴴ C A^k:    Q_ij = Σ_r c̄_ri c_rj / (1 - ā_i a_j)
//   σ       (d)      singular values of the operator h_{first+i+j}, i, j >= 0, falling
//
// With the factor T of analysis/h2_norm.hpp, σ are the singular values of the blocks Tᵀ diag(c_r b_q) T. Pivoted by the largest
// rest of the weighted diagonal, T is a well-conditioned matrix times a diagonal one, so a Jacobi SVD gives every σ, however
// small, to a few ε of itself where m = p = 1, as long as σ and σ / σ_1 are normal numbers of the scalar; with more channels σ are right to a few ε of σ_1. `first` is that of
// measure/hankel.hpp: 0 for h_0 at the corner, 1 for control theory.
//
//   hankel_singular_values(x, first)      all d of them (zeros last)
//   hankel_singular_values(x, first, K)   of the finite section i, j < K, which every system has
//   hankel_norm(x, first)                 σ_1
#pragma once

#include <span>
#include <vector>

#include "h2_norm.hpp"
#include "jacobi.hpp"

namespace lssm {

/// The Hankel singular values of a system, empty unless it is stable, and how it stands.
template <class T>
struct hankel_spectrum {
  stability status = stability::stable;
  std::vector<T> values;
};

namespace detail {

/// T (d, d) with rows in the order of the modes, columns in the order of pivots.
template <class Z>
columns_of<Z> takenaka_malmquist(std::span<const Z> a, std::span<const real_of<Z>> weights) {
  using T = real_of<Z>;
  const std::size_t d = a.size();
  columns_of<Z> factor(d, d);
  std::vector<Z> products(d, Z(T(1)));
  std::vector<T> diagonal(d);
  std::vector<bool> used(d, false);
  T largest_weight(0);
  for (const T& w : weights) largest_weight = max_of(largest_weight, w);
  const T scale =
      T(1) / power_of_two_below(largest_weight);  // else products with small squares would underflow
  for (std::size_t i = 0; i < d; ++i) diagonal[i] = real_part(one_minus_product(a[i], a[i]));
  for (std::size_t k = 0; k < d; ++k) {
    std::size_t pivot = d;
    T largest(-1);
    for (std::size_t i = 0; i < d; ++i) {
      if (used[i]) continue;
      const T rest = weights[i] * scale * squared_magnitude(products[i]) / diagonal[i];
      if (pivot == d || rest > largest) {
        largest = rest;
        pivot = i;
      }
    }
    used[pivot] = true;
    const Z pole = a[pivot], root = Z(sqrt_of(diagonal[pivot]));
    for (std::size_t i = 0; i < d; ++i) {
      if (used[i] && i != pivot) continue;
      const Z r = products[i] / one_minus_product(a[i], pole);
      factor(i, k) = root * r;
      products[i] = (a[i] - pole) * r;
    }
  }
  return factor;
}

/// The blocks Fᵀ diag(c_r b_q) F, (p columns, m columns) of F.
template <class Z>
columns_of<Z> weighted_blocks(const modal_form<Z>& x, const columns_of<Z>& f) {
  const std::size_t d = f.rows, n = f.columns;
  columns_of<Z> g(x.outputs * n, x.inputs * n);
  std::vector<Z> column(d);
  for (std::size_t q = 0; q < x.inputs; ++q)
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t r = 0; r < x.outputs; ++r) {
        for (std::size_t l = 0; l < d; ++l) column[l] = x.c[r * d + l] * x.b[l * x.inputs + q] * f(l, j);
        for (std::size_t i = 0; i < n; ++i)
          g(r * n + i, q * n + j) = inner<false>(f.column(i), std::span<const Z>(column));
      }
  return g;
}

/// ‖c_j‖ ‖b_j‖ of every mode.
template <class Z>
std::vector<real_of<Z>> mode_weights(const modal_form<Z>& x) {
  const std::size_t d = x.states();
  std::vector<real_of<Z>> out(d);
  std::vector<Z> row(x.outputs);
  for (std::size_t j = 0; j < d; ++j) {
    for (std::size_t r = 0; r < x.outputs; ++r) row[r] = x.c[r * d + j];
    out[j] =
        norm_of(std::span<const Z>(row)) * norm_of(std::span<const Z>(x.b).subspan(j * x.inputs, x.inputs));
  }
  return out;
}

/// Σ_q u_iq ū_jq / (1 - a_i ā_j), row major, for u (d, m).
template <class Z>
std::vector<Z> cauchy_gramian(std::span<const Z> a, std::span<const Z> u, std::size_t inputs) {
  const std::size_t d = a.size();
  std::vector<Z> out(d * d);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      Z sum(0);
      for (std::size_t q = 0; q < inputs; ++q) sum = sum + u[i * inputs + q] * conjugate(u[j * inputs + q]);
      out[i * d + j] = sum / one_minus_product(a[i], a[j]);
      out[j * d + i] = conjugate(out[i * d + j]);
    }
  return out;
}

/// Refuses a system without a Gramian.
template <class Z>
void require_stable(const modal_form<Z>& x, std::string_view function) {
  x.validate(function);
  const stability s = stability_of(x);
  if (s != stability::stable) refuse(function, "the system", "stable", to_string(s));
}

}  // namespace detail

/// P (d, d), row major. Throws bad_argument where the system is not stable.
template <class Z>
std::vector<Z> controllability_gramian(const modal_form<Z>& x) {
  detail::require_stable(x, "controllability_gramian");
  return detail::cauchy_gramian<Z>(x.a, x.b, x.inputs);
}

/// Q (d, d), row major. Throws bad_argument where the system is not stable.
template <class Z>
std::vector<Z> observability_gramian(const modal_form<Z>& x) {
  detail::require_stable(x, "observability_gramian");
  const std::size_t d = x.states();
  std::vector<Z> a(d), u(d * x.outputs);
  for (std::size_t j = 0; j < d; ++j) {
    a[j] = detail::conjugate(x.a[j]);
    for (std::size_t r = 0; r < x.outputs; ++r) u[j * x.outputs + r] = detail::conjugate(x.c[r * d + j]);
  }
  return detail::cauchy_gramian<Z>(a, u, x.outputs);
}

/// All d Hankel singular values over an infinite horizon.
template <class Z>
hankel_spectrum<detail::real_of<Z>> hankel_singular_values(const modal_form<Z>& x, extent<> first = 0) {
  using T = detail::real_of<Z>;
  x.validate("hankel_singular_values");
  if (const stability s = stability_of(x); s != stability::stable) return {s, {}};
  const modal_form<Z> late = delayed(x, first);
  const auto factor = detail::takenaka_malmquist<Z>(late.a, detail::mode_weights(late));
  auto sigma = detail::jacobi_svd(detail::weighted_blocks(late, factor), x.states()).values;
  sigma.resize(x.states(), T(0));
  return {stability::stable, std::move(sigma)};
}

/// The d largest singular values of the matrix h_{first+i+j}, i, j < K, whatever the status; empty where a power of a mode or a
/// value overflows.
template <class Z>
hankel_spectrum<detail::real_of<Z>> hankel_singular_values(const modal_form<Z>& x, extent<> first,
                                                           extent<> horizon) {
  using T = detail::real_of<Z>;
  x.validate("hankel_singular_values");
  detail::require_horizon("hankel_singular_values", horizon);
  const modal_form<Z> late = delayed(x, first);
  const std::size_t d = x.states();
  // Rows a^k of the Vandermonde matrix enter an upper triangular factor d at a time: memory does not grow with K.
  std::size_t rank = 0, left = static_cast<std::size_t>(integer(horizon));
  detail::columns_of<Z> triangle(0, d);
  std::vector<Z> powers(d, Z(T(1)));
  while (left > 0) {
    const std::size_t rows = std::min(left, std::max(d, std::size_t(16)));
    detail::columns_of<Z> block(triangle.rows + rows, d);
    for (std::size_t j = 0; j < d; ++j) {
      for (std::size_t i = 0; i < triangle.rows; ++i) block(i, j) = triangle(i, j);
      for (std::size_t i = 0; i < rows; ++i, powers[j] = powers[j] * x.a[j])
        block(triangle.rows + i, j) = powers[j];
    }
    for (const Z& z : block.entries)
      if (!is_finite(detail::magnitude(z))) return {stability_of(x), {}};
    left -= rows;
    if (std::all_of(powers.begin(), powers.end(), [](const Z& z) { return z == Z(0); })) left = 0;
    const auto order = detail::pivoted_qr(block, d, rank);
    triangle = detail::columns_of<Z>(rank, d);
    for (std::size_t j = 0; j < d; ++j)
      for (std::size_t i = 0; i < rank && i <= j; ++i) triangle(i, order[j]) = block(i, j);
  }
  detail::columns_of<Z> factor(d, rank);
  for (std::size_t j = 0; j < d; ++j)
    for (std::size_t i = 0; i < rank; ++i) factor(j, i) = triangle(i, j);
  auto sigma = detail::jacobi_svd(detail::weighted_blocks(late, factor), d).values;
  if (std::any_of(sigma.begin(), sigma.end(), [](const T& s) { return !is_finite(s); }))
    return {stability_of(x), {}};
  sigma.resize(d, T(0));
  return {stability_of(x), std::move(sigma)};
}

/// The Hankel norm σ_1.
template <class Z>
system_measure<detail::real_of<Z>> hankel_norm(const modal_form<Z>& x, extent<> first = 0) {
  using T = detail::real_of<Z>;
  const auto s = hankel_singular_values(x, first);
  if (s.status != stability::stable) return system_measure<T>::none(s.status);
  const T norm = s.values.empty() ? T(0) : s.values.front();
  return {s.status, norm, norm, norm};
}

}  // namespace lssm
