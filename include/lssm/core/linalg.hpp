// SPDX-License-Identifier: BSD-3-Clause
// The doorway to xtensor-blas: the only file that includes it. Dense linear algebra in float and double.
//
//   product(A, B)               A B                                    (n, k), (k, l) → (n, l)
//   singular_values(A)          σ_1 >= σ_2 >= ... >= 0                  (n, l) → (min(n, l))
//   eigenvalue_magnitudes(A)    |λ_1| >= |λ_2| >= ..., A real           (n, n) → (n)
//
// Arguments may be any tensor expression with two axes; results are containers. `product` exists because xtensor-blas's
// own dot is silently wrong where its operands begin at the same address: it then takes the second for the transpose
// of the first, whatever its shape. Programs that include this link a BLAS and LAPACK (the target lssm::lssm does).
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <xtensor-blas/xlinalg.hpp>

#include "error.hpp"
#include "tensor.hpp"

namespace lssm {

/// A tensor expression whose entries BLAS and LAPACK know.
template <class E>
concept BlasExpression = TensorExpression<E> &&
    (std::same_as<typename std::remove_cvref_t<E>::value_type, float> ||
     std::same_as<typename std::remove_cvref_t<E>::value_type, double>);

namespace detail {

template <class E>
using entry_of = typename std::remove_cvref_t<E>::value_type;

/// A container with the entries of a matrix expression, at an address of its own.
template <xt::layout_type Layout = xt::layout_type::row_major, BlasExpression E>
xt::xtensor<entry_of<E>, 2, Layout> matrix_copy(const E& expression, std::string_view function,
                                                std::string_view name) {
  require(expression.dimension() == 2, function, name, "of two axes", expression.dimension());
  auto copy = xt::xtensor<entry_of<E>, 2, Layout>::from_shape({expression.shape()[0], expression.shape()[1]});
  if (copy.size() > 0) copy = expression;  // xtensor's iterators of empty arrays compute invalid addresses
  return copy;
}

/// LAPACK may never return from a matrix with NaN, so those are refused.
template <class M>
void require_finite(const M& matrix, std::string_view function) {
  for (auto x : matrix) require(std::isfinite(x), function, "the matrix", "finite", x);
}

/// Turns a failure of LAPACK into an exception of this library.
template <class F>
auto converged(std::string_view function, F compute) {
  try {
    return compute();
  } catch (const std::runtime_error& e) {
    throw failure(std::string(function) + ": " + e.what());
  }
}

}  // namespace detail

/// A B for A (n, k) and B (k, l): overlapping or identical memory of the two is allowed.
template <BlasExpression A, BlasExpression B>
tensor<detail::entry_of<A>, 2> product(const A& a, const B& b) {
  static_assert(std::same_as<detail::entry_of<A>, detail::entry_of<B>>,
                "product: the factors differ in their scalar; cast one of them");
  using T = detail::entry_of<A>;
  const auto x = detail::matrix_copy(a, "product", "the first factor");   // (n, k)
  const auto y = detail::matrix_copy(b, "product", "the second factor");  // (k, l)
  if (x.shape(1) != y.shape(0))
    refuse("product", "the second factor", "of " + to_text(x.shape(1)) + " rows", y.shape(0));
  tensor<T, 2> out(std::array<std::size_t, 2>{x.shape(0), y.shape(1)}, T(0));
  if (x.size() > 0 && y.size() > 0) xt::blas::gemm(x, y, out);
  return out;
}

/// Singular values in descending order.
template <BlasExpression E>
tensor<detail::entry_of<E>, 1> singular_values(const E& matrix) {
  const auto a = detail::matrix_copy<xt::layout_type::column_major>(matrix, "singular_values", "the matrix");
  if (a.size() == 0) return tensor<detail::entry_of<E>, 1>::from_shape({0});
  detail::require_finite(a, "singular_values");
  return detail::converged("singular_values", [&] { return std::get<1>(xt::linalg::svd(a, false, false)); });
}

/// |λ_j| in descending order of a real square matrix, whose eigenvalues may be complex.
template <BlasExpression E>
tensor<detail::entry_of<E>, 1> eigenvalue_magnitudes(const E& matrix) {
  using T = detail::entry_of<E>;
  const auto a =
      detail::matrix_copy<xt::layout_type::column_major>(matrix, "eigenvalue_magnitudes", "the matrix");
  if (a.shape(0) != a.shape(1))
    refuse("eigenvalue_magnitudes", "the matrix", "square",
           to_text(a.shape(0)) + " x " + to_text(a.shape(1)));
  auto out = tensor<T, 1>::from_shape({a.shape(0)});
  if (a.size() == 0) return out;
  detail::require_finite(a, "eigenvalue_magnitudes");
  const auto lambda = detail::converged("eigenvalue_magnitudes", [&] { return xt::linalg::eigvals(a); });
  std::transform(lambda.begin(), lambda.end(), out.begin(), [](const auto& z) { return std::abs(z); });
  std::sort(out.begin(), out.end(), std::greater<>{});
  return out;
}

}  // namespace lssm
