// SPDX-License-Identifier: BSD-3-Clause
// Zeros and transfer function of a system: G(z) = Σ_k h_k z^{-k}.
//
//   transmission_zeros(x)     z ≠ 0 at which G(z) is singular, of as many inputs as outputs; also modes that input or output miss.
//                             By the largest subspace V of ker C that some input u = F s keeps the state in: the
//                             eigenvalues of A + B F on V (W. M. Wonham, 1974)
//   transfer_function(x)      G(z) = Σ_k n_k z^{-k} / Σ_k q_k z^{-k}, q_0 = 1: polynomials in z^{-1}
//
// Every G has the zero z = 0 as well, once for each input, since outputs see the input of their own step; a mode a = 0 takes one
// away. Coefficients of polynomials are badly conditioned beyond about 15 states; modes and poles are not.
#pragma once

#include "reduction.hpp"

namespace lssm {

namespace detail {

/// Relative size of what counts as zero in decisions about rank.
inline extended rank_tolerance(std::size_t states) {
  return 64 * static_cast<extended>(epsilon_of<double>) * static_cast<extended>(states);
}

/// An orthonormal basis of the columns of x with singular values above the tolerance, or of what they leave out.
inline wide_matrix range_of(const wide_matrix& x, extended tolerance) {
  const auto svd = jacobi_svd(transposed(x), x.rows);
  wide_matrix out(x.rows, 0);
  for (std::size_t i = 0; i < svd.values.size() && svd.values[i] > tolerance; ++i, ++out.columns)
    out.entries.insert(out.entries.end(), svd.vectors.column(i).begin(), svd.vectors.column(i).end());
  return out;
}
inline wide_matrix without(const wide_matrix& basis, wide_matrix x) {  // (I - basis basisᵀ) x
  const wide_matrix part = times(basis, times(transposed(basis), x));
  for (std::size_t i = 0; i < x.entries.size(); ++i) x.entries[i] -= part.entries[i];
  return x;
}
inline wide_matrix identity_matrix(std::size_t n) {
  wide_matrix out(n, n);
  for (std::size_t i = 0; i < n; ++i) out(i, i) = 1;
  return out;
}
/// An orthonormal basis of { v : x v = 0 }.
inline wide_matrix null_space(const wide_matrix& x, extended tolerance) {
  return range_of(without(range_of(transposed(x), tolerance), identity_matrix(x.columns)), extended(0.5));
}
/// x over its largest entry; zeros stay.
inline wide_matrix to_unit(wide_matrix x) {
  const extended size = norm_of<extended>(x.entries);
  for (extended& v : x.entries) v = size > 0 ? v / size : 0;
  return x;
}
/// The shortest f that makes ‖g f - target‖ least.
inline wide_matrix least_squares(const wide_matrix& g, const wide_matrix& target) {
  const auto svd = jacobi_svd(g, g.columns);
  wide_matrix f(g.columns, target.columns);
  for (std::size_t l = 0; l < svd.values.size(); ++l) {
    wide_matrix v(g.columns, 1);
    std::copy(svd.vectors.column(l).begin(), svd.vectors.column(l).end(), v.entries.begin());
    const wide_matrix along = times(transposed(times(g, v)), target);
    for (std::size_t j = 0; j < f.columns; ++j)
      for (std::size_t i = 0; i < f.rows; ++i)
        f(i, j) += v(i, 0) * along(0, j) / (svd.values[l] * svd.values[l]);
  }
  return f;
}
inline wide_matrix beside(wide_matrix x, const wide_matrix& y) {
  x.entries.insert(x.entries.end(), y.entries.begin(), y.entries.end());
  x.columns += y.columns;
  return x;
}

}  // namespace detail

/// The zeros that are not 0, by falling modulus. Throws bad_argument where inputs and outputs differ in number or G is
/// singular at every z.
inline std::vector<std::complex<double>> transmission_zeros(const dense_system& x) {
  using namespace detail;
  x.validate("transmission_zeros");
  if (x.inputs != x.outputs)
    refuse("transmission_zeros", "the system", "of as many inputs as outputs",
           to_text(x.inputs) + " and " + to_text(x.outputs));
  const extended tolerance = rank_tolerance(x.states);
  const wide_matrix a = to_unit(matrix_of(x.a, x.states, x.states)),
                    b = to_unit(matrix_of(x.b, x.states, x.inputs)),
                    c = to_unit(matrix_of(x.c, x.outputs, x.states));
  wide_matrix v = null_space(c, tolerance), free(0, 0);
  for (std::size_t before = v.columns + 1; v.columns < before;) {
    before = v.columns;
    free = null_space(beside(without(v, times(a, v)), without(v, b)), tolerance);  // (y, u): A v y + B u in V
    wide_matrix kept(v.columns, free.columns);
    for (std::size_t j = 0; j < free.columns; ++j)
      for (std::size_t i = 0; i < v.columns; ++i) kept(i, j) = free(i, j);
    if (v.columns > 0) v = times(v, range_of(kept, tolerance));
  }
  if (free.columns != v.columns)
    refuse("transmission_zeros", "the system", "with a gain that is not singular at every z",
           to_text(free.columns - v.columns) + " inputs without effect");
  const std::size_t n = v.columns;
  if (n == 0) return {};
  // A V - B F = V A_z, by least squares for F
  const wide_matrix g = without(v, b), target = without(v, times(matrix_of(x.a, x.states, x.states), v));
  const wide_matrix f = least_squares(g, target);
  wide_matrix moved = times(matrix_of(x.a, x.states, x.states), v);
  const wide_matrix fed = times(b, f);
  for (std::size_t i = 0; i < moved.entries.size(); ++i) moved.entries[i] -= fed.entries[i];
  return eigenvalues(
      {row_major(times(transposed(v), moved)), std::vector<double>(n), std::vector<double>(n), n, 1, 1});
}

/// G(z) of every channel as a ratio of polynomials in z^{-1}.
struct rational_gain {
  std::vector<double> denominator;  ///< q (d + 1), q_0 = 1
  tensor<double, 3> numerator;      ///< n (d, p, m)
};

/// The transfer function.
inline rational_gain transfer_function(const dense_system& x) {
  using C = std::complex<long double>;
  std::vector<C> q{1};
  for (const std::complex<double>& pole : eigenvalues(x)) {
    q.push_back(0);
    for (std::size_t k = q.size() - 1; k > 0; --k)
      q[k] -= C(static_cast<long double>(pole.real()), static_cast<long double>(pole.imag())) * q[k - 1];
  }
  rational_gain out{{}, impulse_response(x, static_cast<integer>(x.states))};
  for (const C& z : q) out.denominator.push_back(static_cast<double>(z.real()));
  const auto h = out.numerator;
  for (std::size_t k = 0; k < x.states; ++k)
    for (std::size_t i = 0; i < x.outputs; ++i)
      for (std::size_t l = 0; l < x.inputs; ++l) {
        long double sum = 0;
        for (std::size_t j = 0; j <= k; ++j) sum += q[j].real() * static_cast<long double>(h(k - j, i, l));
        out.numerator(k, i, l) = static_cast<double>(sum);
      }
  return out;
}

}  // namespace lssm
