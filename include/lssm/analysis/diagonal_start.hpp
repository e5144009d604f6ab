// SPDX-License-Identifier: BSD-3-Clause
// The modes of a full state matrix, and a start of a student from a system that truncation or realization gave.
//
//   modal_form_of(x)      poles λ of A = V diag(λ) V^{-1}, b = V^{-1} B, c = C V, conjugates beside each other
//   diagonal_start(x)     a given_start of real modes, whose b and c are of one length mode by mode
//
// A student that stores A itself starts from given_start{x.a, x.b, x.c}.
#pragma once

#include "../init/given_start.hpp"
#include "dense_system.hpp"

namespace lssm {

/// All modes of a full state matrix. Throws bad_argument where A has too few eigenvectors to give the response by modes.
inline modal_form<std::complex<double>> modal_form_of(const dense_system& x) {
  using namespace detail;
  using C = std::complex<double>;
  x.validate("modal_form_of");
  const std::size_t d = x.states;
  auto a = xt::xtensor<double, 2, xt::layout_type::column_major>::from_shape({d, d});
  xt::xtensor<C, 2, xt::layout_type::column_major> b({d, x.inputs}, C(0));
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) a(i, j) = x.a[i * d + j];
    for (std::size_t q = 0; q < x.inputs; ++q) b(i, q) = x.b[i * x.inputs + q];
  }
  const auto [poles, columns] = converged("modal_form_of", [&] { return xt::linalg::eig(a); });
  const xt::xtensor<C, 2, xt::layout_type::column_major> v = columns;
  modal_form<C> out{{poles.begin(), poles.end()}, {}, {}, x.inputs, x.outputs};
  bool close = true;
  try {
    const xt::xtensor<C, 2, xt::layout_type::column_major> weights = xt::linalg::solve(v, b);
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t q = 0; q < x.inputs; ++q) out.b.push_back(weights(i, q));
  } catch (const std::runtime_error&) {
    close = false;  // V is singular
  }
  for (std::size_t i = 0; i < x.outputs; ++i)
    for (std::size_t j = 0; j < d; ++j) {
      C sum(0);
      for (std::size_t l = 0; l < d; ++l) sum += x.c[i * d + l] * v(l, j);
      out.c.push_back(sum);
    }
  // Eigenvectors that nearly agree give numbers without a meaning: V diag(λ) has to be A V times V^{-1} B as well.
  constexpr double tolerance = 1e-8;
  double size = 0, error = 0;
  for (std::size_t i = 0; close && i < d; ++i)
    for (std::size_t q = 0; q < x.inputs; ++q) {
      C here(0), next(0);
      double ab = 0;
      for (std::size_t j = 0; j < d; ++j) {
        here += v(i, j) * out.b[j * x.inputs + q];
        next += v(i, j) * out.a[j] * out.b[j * x.inputs + q];
        ab += x.a[i * d + j] * x.b[j * x.inputs + q];
      }
      size = std::max({size, std::abs(x.b[i * x.inputs + q]), std::abs(ab)});
      error = std::max({error, magnitude(here - x.b[i * x.inputs + q]), magnitude(next - ab)});
    }
  require(close && error <= tolerance * size, "modal_form_of", "the state matrix", "diagonalizable",
          "too few eigenvectors");
  return out;
}

/// A start from the modes of x, for students of real modes. Throws bad_argument where a pole is complex.
inline given_start diagonal_start(const dense_system& x) {
  const modal_form<std::complex<double>> modes = modal_form_of(x);
  const std::size_t d = x.states;
  given_start out{{}, std::vector<double>(d * x.inputs), std::vector<double>(x.outputs * d)};
  for (std::size_t j = 0; j < d; ++j) {
    require(modes.a[j].imag() == 0, "diagonal_start", "the poles", "real", modes.a[j].imag());
    out.a.push_back(modes.a[j].real());
    double b = 0, c = 0;
    for (std::size_t q = 0; q < x.inputs; ++q) b = std::hypot(b, modes.b[j * x.inputs + q].real());
    for (std::size_t i = 0; i < x.outputs; ++i) c = std::hypot(c, modes.c[i * d + j].real());
    const double factor = b > 0 && c > 0 ? std::sqrt(c / b) : 1;
    for (std::size_t q = 0; q < x.inputs; ++q)
      out.b[j * x.inputs + q] = factor * modes.b[j * x.inputs + q].real();
    for (std::size_t i = 0; i < x.outputs; ++i) out.c[i * d + j] = modes.c[i * d + j].real() / factor;
  }
  return out;
}

}  // namespace lssm
