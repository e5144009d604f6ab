// SPDX-License-Identifier: BSD-3-Clause
// The doorway to xtensor-blas: products where the library's own are wrong, singular values, eigenvalue magnitudes.
#include <doctest/doctest.h>

#include <lssm/core/linalg.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xview.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

template <class T>
tensor<T, 2> random_matrix(reference::numbers& draw, std::size_t n, std::size_t k) {
  return to_tensor<2>(draw.draws<T>(n * k), {n, k});
}

/// Whether out = a b, entry by entry, in epsilons of the entries' number.
template <class A, class B, class C>
double product_error(const A& a, const B& b, const C& out) {
  REQUIRE(out.shape()[0] == a.shape()[0]);
  REQUIRE(out.shape()[1] == b.shape()[1]);
  reference::largest worst;
  for (std::size_t i = 0; i < a.shape()[0]; ++i)
    for (std::size_t j = 0; j < b.shape()[1]; ++j) {
      reference::wide sum = 0;
      for (std::size_t k = 0; k < a.shape()[1]; ++k)
        sum += reference::wide(a(i, k)) * reference::wide(b(k, j));
      worst.see(reference::epsilons(out(i, j), sum, static_cast<double>(a.shape()[1])));
    }
  return worst;
}

static_assert(BlasExpression<tensor<double, 2>>);
static_assert(BlasExpression<xt::xarray<float>>);
static_assert(!BlasExpression<tensor<long double, 2>>);
static_assert(!BlasExpression<tensor<int, 2>>);
static_assert(!BlasExpression<std::vector<double>>);

}  // namespace

TEST_CASE_TEMPLATE("a product is the sum over the inner index", T, float, double) {
  reference::numbers draw(81);
  for (const std::size_t n : {1u, 2u, 5u, 17u})
    for (const std::size_t k : {1u, 3u, 16u})
      for (const std::size_t l : {1u, 2u, 9u}) {
        const auto a = random_matrix<T>(draw, n, k), b = random_matrix<T>(draw, k, l);
        CHECK(product_error(a, b, product(a, b)) < 2);
      }
}

TEST_CASE_TEMPLATE("factors may share their memory", T, float, double) {
  reference::numbers draw(82);
  const auto a = random_matrix<T>(draw, 4, 3), square = random_matrix<T>(draw, 4, 4);
  const auto top = xt::view(a, xt::range(0, 2), xt::all());
  CHECK(product_error(a, xt::transpose(top), product(a, xt::transpose(top))) < 2);
  CHECK(product_error(a, xt::transpose(a), product(a, xt::transpose(a))) < 2);
  CHECK(product_error(xt::transpose(a), a, product(xt::transpose(a), a)) < 2);
  CHECK(product_error(square, square, product(square, square)) < 2);
  CHECK(product_error(xt::transpose(square), xt::transpose(square),
                      product(xt::transpose(square), xt::transpose(square))) < 2);
  const auto left = xt::view(square, xt::all(), xt::range(0, 2));
  const auto head = xt::view(square, xt::range(0, 2), xt::all());
  CHECK(product_error(left, head, product(left, head)) < 2);
  CHECK(product_error(head, left, product(head, left)) < 2);
}

TEST_CASE("expressions, arrays and empty matrices") {
  const tensor<double, 2> a{{1, 2}, {3, 4}};
  const xt::xarray<double> b = a + 1;
  CHECK(product(2 * a, b) == tensor<double, 2>{{20, 26}, {44, 58}});
  const auto nothing = tensor<double, 2>::from_shape({2, 0});
  const auto zero = product(nothing, tensor<double, 2>::from_shape({0, 3}));
  CHECK(zero == tensor<double, 2>{{0, 0, 0}, {0, 0, 0}});
  CHECK(product(a, nothing).shape(1) == 0);
  CHECK(singular_values(nothing).size() == 0);
}

TEST_CASE_TEMPLATE("singular values", T, float, double) {
  const auto exchanged = singular_values(tensor<T, 2>{{0, -3}, {2, 0}});
  CHECK(exchanged(0) == doctest::Approx(3));
  CHECK(exchanged(1) == doctest::Approx(2));
  CHECK(singular_values(tensor<T, 2>{{-7}})(0) == doctest::Approx(7));
  CHECK(singular_values(tensor<T, 2>{{3, 4}})(0) == doctest::Approx(5));
  reference::numbers draw(83);
  for (const auto& [n, l] : {std::pair{3u, 8u}, std::pair{8u, 3u}, std::pair{6u, 6u}}) {
    const auto a = random_matrix<T>(draw, n, l);
    const auto sigma = singular_values(a), transposed = singular_values(xt::transpose(a));
    CHECK(sigma.size() == std::min(n, l));
    // Σ σ² = ‖A‖², and σ_1 <= ‖A‖ is reached along no direction more.
    reference::wide squares = 0, norm = 0;
    for (std::size_t i = 0; i < sigma.size(); ++i) {
      squares += reference::wide(sigma(i)) * reference::wide(sigma(i));
      if (i > 0) CHECK(sigma(i) <= sigma(i - 1));
      CHECK(reference::epsilons(sigma(i), reference::wide(transposed(i)), 10) < 4);
    }
    for (const T x : a) norm += reference::wide(x) * reference::wide(x);
    CHECK(reference::epsilons(T(squares), norm, 100) < 4);
    for (int trial = 0; trial < 10; ++trial) {
      const auto x = random_matrix<T>(draw, l, 1);
      const auto y = product(a, x);
      T in(0), out(0);
      for (const T v : x) in += v * v;
      for (const T v : y) out += v * v;
      CHECK(std::sqrt(out) <= sigma(0) * std::sqrt(in) * (1 + 20 * std::numeric_limits<T>::epsilon()));
    }
  }
}

TEST_CASE_TEMPLATE("eigenvalue magnitudes, complex ones among them", T, float, double) {
  const auto close = [](const tensor<T, 1>& got, const std::vector<double>& expected) {
    double worst = 0;
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
      worst = std::max(worst, std::abs(double(got(i)) - expected[i]));
    return worst < 100 * epsilon_of<T>;
  };
  CHECK(close(eigenvalue_magnitudes(tensor<T, 2>{{2, 1}, {0, -3}}), {3, 2}));
  CHECK(close(eigenvalue_magnitudes(tensor<T, 2>{{0, -2}, {2, 0}}), {2, 2}));
  CHECK(close(eigenvalue_magnitudes(tensor<T, 2>{{3, -4, 0}, {4, 3, 0}, {7, 7, 1}}), {5, 5, 1}));
  CHECK(close(eigenvalue_magnitudes(tensor<T, 2>{{-4}}), {4}));
  CHECK(eigenvalue_magnitudes(tensor<T, 2>::from_shape({0, 0})).size() == 0);
}

TEST_CASE("what is refused, and how it is said") {
  const tensor<double, 2> wide{{1, 2, 3}, {4, 5, 6}};
  CHECK_THROWS_WITH_AS(product(wide, wide), "product: the second factor must be of 3 rows, given 2",
                       bad_argument);
  CHECK_THROWS_WITH_AS(product(wide, tensor<double, 1>{1, 2, 3}),
                       "product: the second factor must be of two axes, given 1", bad_argument);
  CHECK_THROWS_WITH_AS(eigenvalue_magnitudes(wide),
                       "eigenvalue_magnitudes: the matrix must be square, given 2 x 3", bad_argument);
  const tensor<double, 2> broken{{1, std::numeric_limits<double>::quiet_NaN()}, {0, 1}};
  CHECK_THROWS_WITH_AS(singular_values(broken), "singular_values: the matrix must be finite, given nan",
                       bad_argument);
  CHECK_THROWS_AS(eigenvalue_magnitudes(broken), bad_argument);
}
