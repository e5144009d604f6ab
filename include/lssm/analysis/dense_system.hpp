// SPDX-License-Identifier: BSD-3-Clause
// Measures of a system with a full state matrix: s_t = A s_{t-1} + B x_t, y_t = C s_t, in double.
//
//   symbol  shape    meaning                        symbol  shape    meaning
//   A       (d, d)   state matrix                   L       (d, r)   P = L Lᵀ, controllability Gramian
//   B       (d, m)   input matrix                   R       (d, s)   Q = R Rᵀ, observability Gramian
//   C       (p, d)   output matrix
//
// L is doubled, L ← [L, A^{2^k} L], and compressed by QR: no Gramian is formed, so zero Hankel singular values come out as
// rounding and not as its root. H2 = ‖C L‖, σ are the singular values of Rᵀ L. Inside, long double is used.
//
//   dense_of(x)                      the real system of modes; complex modes are those of modal_form, in half storage
//   measures                         the names, arguments and statuses are those of sums of modes
#pragma once

#include <complex>
#include <numeric>
#include <optional>
#include <vector>

#include "../core/linalg.hpp"
#include "hinf_norm.hpp"
#include "l1_norm.hpp"

namespace lssm {

/// A, B, C in numbers, row major.
struct dense_system {
  std::vector<double> a, b, c;
  std::size_t states = 0, inputs = 1, outputs = 1;

  /// Throws bad_argument where sizes disagree or a number is not finite.
  void validate(std::string_view function) const {
    require(states >= 1 && inputs >= 1 && outputs >= 1, function, "states, inputs and outputs", "at least 1",
            std::min({states, inputs, outputs}));
    require(a.size() == states * states, function, "a", "of (states, states) entries", a.size());
    require(b.size() == states * inputs, function, "b", "of (states, inputs) entries", b.size());
    require(c.size() == outputs * states, function, "c", "of (outputs, states) entries", c.size());
    for (const auto* entries : {&a, &b, &c})
      for (const double v : *entries) require(std::isfinite(v), function, "every entry", "finite", v);
  }
};

namespace detail {

using extended = long double;
using wide_matrix = columns_of<long double>;

/// A row-major array as a matrix.
inline wide_matrix matrix_of(const std::vector<double>& entries, std::size_t rows, std::size_t columns) {
  wide_matrix out(rows, columns);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) out(i, j) = static_cast<extended>(entries[i * columns + j]);
  return out;
}
inline wide_matrix transposed(const wide_matrix& x) {
  wide_matrix out(x.columns, x.rows);
  for (std::size_t i = 0; i < x.rows; ++i)
    for (std::size_t j = 0; j < x.columns; ++j) out(j, i) = x(i, j);
  return out;
}
inline wide_matrix times(const wide_matrix& x, const wide_matrix& y) {
  wide_matrix out(x.rows, y.columns);
  for (std::size_t j = 0; j < y.columns; ++j)
    for (std::size_t l = 0; l < x.columns; ++l)
      for (std::size_t i = 0; i < x.rows; ++i) out(i, j) += x(i, l) * y(l, j);
  return out;
}
inline std::vector<double> row_major(const wide_matrix& x) {
  std::vector<double> out;
  for (std::size_t i = 0; i < x.rows; ++i)
    for (std::size_t j = 0; j < x.columns; ++j) out.push_back(static_cast<double>(x(i, j)));
  return out;
}

/// L of few columns with the same L Lᵀ. Of an L that is not finite one column of NaN.
inline wide_matrix compressed(const wide_matrix& l) {
  for (const extended v : l.entries)
    if (!std::isfinite(v)) {
      wide_matrix out(l.rows, 1);
      std::fill(out.entries.begin(), out.entries.end(), std::numeric_limits<extended>::quiet_NaN());
      return out;
    }
  wide_matrix rows = transposed(l);
  std::size_t rank = 0;
  const auto order = pivoted_qr(rows, l.rows, rank);
  wide_matrix out(l.rows, rank);
  for (std::size_t j = 0; j < l.rows; ++j)
    for (std::size_t i = 0; i < rank && i <= j; ++i) out(order[j], i) = rows(i, j);
  return out;
}

/// L with L Lᵀ = Σ_k A^k B Bᵀ A^kᵀ of a stable A, or of its first `terms` where they are given.
inline wide_matrix gramian_factor(wide_matrix a, const wide_matrix& b, std::optional<integer> terms = {}) {
  const auto beside = [](wide_matrix x, const wide_matrix& y) {
    x.entries.insert(x.entries.end(), y.entries.begin(), y.entries.end());
    x.columns += y.columns;
    return x;
  };
  if (terms) {  // L of n terms by the binary digits of n, the first one foremost
    wide_matrix l(b.rows, 0);
    for (int bit = 62; bit >= 0; --bit) {
      const integer done = *terms >> bit;
      if (done == 0) continue;
      wide_matrix to(b.rows, b.rows);  // A^{done / 2}
      for (std::size_t i = 0; i < b.rows; ++i) to(i, i) = 1;
      wide_matrix square = a;
      for (integer n = done / 2; n > 0; n /= 2, square = times(square, square))
        if (n % 2) to = times(to, square);
      if (l.columns > 0) l = compressed(beside(l, times(to, l)));
      if (done % 2) l = compressed(beside(b, times(a, l)));
    }
    return l;
  }
  constexpr int most_doublings = 64;
  wide_matrix l = compressed(b);
  for (int i = 0; i < most_doublings; ++i) {
    const wide_matrix more = times(a, l);
    const extended size = norm_of<extended>(l.entries), step = norm_of<extended>(more.entries);
    if (!(step > size * extended(epsilon_of<extended>) * extended(epsilon_of<extended>))) break;
    l = compressed(beside(l, more));
    a = times(a, a);
  }
  return l;
}

inline wide_matrix controllability_factor(const dense_system& x, std::optional<integer> terms = {}) {
  return gramian_factor(matrix_of(x.a, x.states, x.states), matrix_of(x.b, x.states, x.inputs), terms);
}
inline wide_matrix observability_factor(const dense_system& x, std::optional<integer> terms = {}) {
  return gramian_factor(transposed(matrix_of(x.a, x.states, x.states)),
                        transposed(matrix_of(x.c, x.outputs, x.states)), terms);
}

}  // namespace detail

/// The eigenvalues of A by falling modulus, of a conjugate pair the one above the axis first.
inline std::vector<std::complex<double>> eigenvalues(const dense_system& x) {
  x.validate("eigenvalues");
  auto a = xt::xtensor<double, 2, xt::layout_type::column_major>::from_shape({x.states, x.states});
  for (std::size_t i = 0; i < x.states; ++i)
    for (std::size_t j = 0; j < x.states; ++j) a(i, j) = x.a[i * x.states + j];
  const auto found = detail::converged("eigenvalues", [&] { return xt::linalg::eigvals(a); });
  std::vector<std::complex<double>> out(found.begin(), found.end());
  std::stable_sort(out.begin(), out.end(), [](const auto& y, const auto& z) {
    const double r = detail::magnitude(y), s = detail::magnitude(z);
    return r != s ? r > s : y.imag() > z.imag();
  });
  return out;
}

/// The largest modulus of an eigenvalue.
inline double spectral_radius(const dense_system& x) { return detail::magnitude(eigenvalues(x).front()); }

/// Whether measures over an infinite horizon exist.
inline stability stability_of(const dense_system& x) {
  return stability_of_radius(spectral_radius(x), x.states);
}

/// The real system of modes: a complex mode and its conjugate, told by the former (half storage), are two real states.
template <class Z>
dense_system dense_of(const modal_form<Z>& x) {
  x.validate("dense_of");
  constexpr std::size_t size = detail::is_complex<Z> ? 2 : 1;
  const std::size_t n = x.states(), d = size * n;
  dense_system out{std::vector<double>(d * d),
                   std::vector<double>(d * x.inputs),
                   std::vector<double>(x.outputs * d),
                   d,
                   x.inputs,
                   x.outputs};
  const auto parts = [](const Z& z) {
    return std::pair(value_of(detail::real_part(z)), value_of(detail::imaginary_part(z)));
  };
  for (std::size_t j = 0; j < n; ++j) {
    const auto [re, im] = parts(x.a[j]);
    out.a[size * j * d + size * j] = re;
    if constexpr (size == 2) {
      out.a[2 * j * d + 2 * j + 1] = -im;
      out.a[(2 * j + 1) * d + 2 * j] = im;
      out.a[(2 * j + 1) * d + 2 * j + 1] = re;
    }
    for (std::size_t q = 0; q < x.inputs; ++q) {
      const auto [b, b_im] = parts(x.b[j * x.inputs + q]);
      out.b[size * j * x.inputs + q] = b;
      if constexpr (size == 2) out.b[(2 * j + 1) * x.inputs + q] = b_im;
    }
    for (std::size_t i = 0; i < x.outputs; ++i) {
      const auto [c, c_im] = parts(x.c[i * n + j]);
      out.c[i * d + size * j] = size == 2 ? 2 * c : c;
      if constexpr (size == 2) out.c[i * d + 2 * j + 1] = -2 * c_im;
    }
  }
  return out;
}

/// The system whose response is that of x minus that of y.
inline dense_system difference(const dense_system& x, const dense_system& y) {
  if (!(x.inputs == y.inputs && x.outputs == y.outputs))
    refuse("difference", "the second system", "of as many inputs and outputs as the first",
           to_text(y.inputs) + " and " + to_text(y.outputs));
  const std::size_t d = x.states + y.states;
  dense_system out{std::vector<double>(d * d), x.b, {}, d, x.inputs, x.outputs};
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j) {
      if (i < x.states && j < x.states) out.a[i * d + j] = x.a[i * x.states + j];
      if (i >= x.states && j >= x.states) out.a[i * d + j] = y.a[(i - x.states) * y.states + j - x.states];
    }
  out.b.insert(out.b.end(), y.b.begin(), y.b.end());
  for (std::size_t i = 0; i < x.outputs; ++i) {
    for (std::size_t j = 0; j < x.states; ++j) out.c.push_back(x.c[i * x.states + j]);
    for (std::size_t j = 0; j < y.states; ++j) out.c.push_back(-y.c[i * y.states + j]);
  }
  return out;
}

/// The system with the response ρ^k h_k, for ρ > 0.
inline dense_system discounted(dense_system x, double rho) {
  require(rho > 0 && std::isfinite(rho), "discounted", "the discount", "finite and above 0", rho);
  for (double& v : x.a) v *= rho;
  return x;
}

/// The system with the response h_{n+k}.
inline dense_system delayed(dense_system x, extent<> n) {
  x.validate("delayed");
  require(n >= 0, "delayed", "the delay", "at least 0", integer(n));
  auto power = detail::matrix_of(x.a, x.states, x.states), c = detail::matrix_of(x.c, x.outputs, x.states);
  for (integer k = n; k > 0; k /= 2, power = detail::times(power, power))
    if (k % 2) c = detail::times(c, power);
  x.c = detail::row_major(c);
  return x;
}

/// P (d, d), row major. Throws bad_argument where the system is not stable.
inline std::vector<double> controllability_gramian(const dense_system& x) {
  const stability s = stability_of(x);
  if (s != stability::stable) refuse("controllability_gramian", "the system", "stable", to_string(s));
  const auto l = detail::controllability_factor(x);
  return detail::row_major(detail::times(l, detail::transposed(l)));
}
/// Q (d, d), row major. Throws bad_argument where the system is not stable.
inline std::vector<double> observability_gramian(const dense_system& x) {
  const stability s = stability_of(x);
  if (s != stability::stable) refuse("observability_gramian", "the system", "stable", to_string(s));
  const auto r = detail::observability_factor(x);
  return detail::row_major(detail::times(r, detail::transposed(r)));
}

}  // namespace lssm
