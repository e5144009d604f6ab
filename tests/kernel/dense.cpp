// SPDX-License-Identifier: BSD-3-Clause
// Dense kernels: the pivoted Cholesky factor of semidefinite matrices of every rank, and solves that need pivots.
#include <lssm/core/pack.hpp>
#include <lssm/kernel/dense.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

using reference::wide;

/// Σ_{s < rank} x_s x_sᵀ of random rows, (n, n).
template <class T>
std::vector<T> semidefinite(reference::numbers& draw, std::size_t n, std::size_t rank) {
  const auto x = draw.draws<T>(rank * n);
  std::vector<T> G(n * n, T(0));
  for (std::size_t s = 0; s < rank; ++s)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) G[i * n + j] = G[i * n + j] + x[s * n + i] * x[s * n + j];
  return G;
}

/// max |G - FᵀF| in epsilons of n max G_ii
template <class T>
double reconstruction_error(const std::vector<T>& G, const std::vector<T>& F, std::size_t n) {
  double scale = 0;
  for (std::size_t i = 0; i < n; ++i)
    scale = std::max(scale, reference::magnitude(reference::widen(G[i * n + i], 0)));
  reference::largest worst;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      reference::wide_of<T> sum(0);
      for (std::size_t q = 0; q < n; ++q)
        sum = sum + reference::widen(F[q * n + i], 0) * reference::widen(F[q * n + j], 0);
      worst.see(reference::epsilons(G[i * n + j], sum, static_cast<double>(n) * scale));
    }
  return worst;
}

/// M x = b, the residual in epsilons of n max|M| max|x|.
template <class T>
double residual(const std::vector<T>& M, const std::vector<T>& X, const std::vector<T>& B, std::size_t n,
                std::size_t columns, std::size_t lane) {
  const auto m = reference::widen_all(M, lane), x = reference::widen_all(X, lane),
             b = reference::widen_all(B, lane);
  double size_m = 0, size_x = 0;
  for (const auto& v : m) size_m = std::max(size_m, reference::magnitude(v));
  for (const auto& v : x) size_x = std::max(size_x, reference::magnitude(v));
  reference::largest worst;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t c = 0; c < columns; ++c) {
      auto sum = b[i * columns + c];
      for (std::size_t k = 0; k < n; ++k) sum = sum - m[i * n + k] * x[k * columns + c];
      worst.see(reference::magnitude(sum) / (epsilon_of<T> * static_cast<double>(n) * size_m * size_x));
    }
  return worst;
}

}  // namespace

TEST_CASE_TEMPLATE("a pivoted Cholesky factor reconstructs its matrix and knows its rank", T, float, double,
                   long double, wide) {
  reference::numbers draw(1);
  for (const std::size_t n : {1u, 2u, 7u, 20u})
    for (std::size_t rank = 0; rank <= n; rank += (n > 7 ? 5 : 1)) {
      const auto G = semidefinite<T>(draw, n, rank);
      auto work = G;
      std::vector<T> F(n * n, T(9));
      std::vector<std::size_t> pivots(n);
      CAPTURE(n);
      CAPTURE(rank);
      CHECK(kernel::pivoted_cholesky(std::span<T>(work), std::span<T>(F), static_cast<integer>(n),
                                     T(epsilon_of<T> * static_cast<double>(n)),
                                     std::span<std::size_t>(pivots)) == static_cast<integer>(rank));
      CHECK(reconstruction_error(G, F, n) < 4);
      for (std::size_t q = 0; q < rank; ++q) {
        CHECK(F[q * n + pivots[q]] > T(0));
        for (std::size_t later = q + 1; later < n; ++later) CHECK(F[later * n + pivots[q]] == T(0));
      }
      for (std::size_t i = rank * n; i < F.size(); ++i) CHECK(F[i] == T(0));
    }
}

TEST_CASE("a Cholesky factor of duals carries the derivative") {
  using T = dual<double>;
  reference::numbers draw(2);
  const auto G = semidefinite<T>(draw, 5, 5);
  auto work = G;
  std::vector<T> F(25);
  std::vector<std::size_t> pivots(5);
  CHECK(kernel::pivoted_cholesky(std::span<T>(work), std::span<T>(F), 5, T(5 * epsilon_of<T>),
                                 std::span<std::size_t>(pivots)) == 5);
  CHECK(reconstruction_error(G, F, 5) < 1e4);  // derivatives of a factor grow with the condition number
}

TEST_CASE("scales of the unknowns do not decide the rank, the rounding does that the caller names") {
  const auto rank = [](std::vector<double> G, integer n, double rounding) {
    std::vector<double> F(G.size());
    std::vector<std::size_t> pivots(static_cast<std::size_t>(n));
    return kernel::pivoted_cholesky(std::span<double>(G), std::span<double>(F), n, rounding,
                                    std::span<std::size_t>(pivots));
  };
  CHECK(rank({1, 0, 0, 0, 1e-12, 0, 0, 0, 0}, 3, 1e-15) == 2);
  CHECK(rank({1e-300, 0, 0, 1e-300}, 2, 1e-15) == 2);
  CHECK(rank({1, 0, 0, 1e-16}, 2, 1e-15) == 1);
  CHECK(rank({1, 0, 0, 1e-16}, 2, 1e-17) == 2);
}

TEST_CASE_TEMPLATE("solve: several columns, pivots needed", T, float, double, long double, wide, dual<double>,
                   pack<double>) {
  reference::numbers draw(3);
  for (const std::size_t n : {1u, 2u, 3u, 8u, 20u})
    for (const std::size_t columns : {1u, 3u}) {
      auto M = draw.draws<T>(n * n);
      if (n > 1) M[0] = T(0);  // no elimination without an exchange
      const auto B = draw.draws<T>(n * columns);
      auto work = M, X = B;
      kernel::solve(std::span<T>(work), std::span<T>(X), static_cast<integer>(n),
                    static_cast<integer>(columns));
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) CHECK(residual(M, X, B, n, columns, lane) < 20);
    }
}

TEST_CASE("a permutation is solved exactly, a tiny pivot is not divided by") {
  std::vector<double> M = {0, 0, 1, 1, 0, 0, 0, 1, 0}, X = {1, 2, 3};
  kernel::solve(std::span<double>(M), std::span<double>(X), 3, 1);
  CHECK(X == std::vector<double>{2, 3, 1});
  M = {1e-20, 1, 1, 1};
  X = {1, 2};
  kernel::solve(std::span<double>(M), std::span<double>(X), 2, 1);
  CHECK(X[0] == doctest::Approx(1).epsilon(1e-15));
  CHECK(X[1] == doctest::Approx(1).epsilon(1e-15));
}

TEST_CASE("a singular matrix gives what is not finite, in its own lane only") {
  const auto finite = [](const std::vector<double>& x) {
    return std::all_of(x.begin(), x.end(), [](double v) { return std::isfinite(v); });
  };
  for (std::vector<double> M : {std::vector<double>{0, 0, 0, 0}, {1, 2, 2, 4}, {0, 1, 0, 2}, {1, 0, 0, 0}}) {
    std::vector<double> X = {1, 1};
    kernel::solve(std::span<double>(M), std::span<double>(X), 2, 1);
    CHECK_FALSE(finite(X));
  }
  using T = pack<double>;
  std::vector<T> M = {T(2.0), T(1.0), T(1.0), T(3.0)}, X = {T(1.0), T(2.0)};
  scalar_traits<T>::set(M[3], 0, 0.5);  // 2 · 0.5 = 1 · 1
  kernel::solve(std::span<T>(M), std::span<T>(X), 2, 1);
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
    CHECK(finite({scalar_traits<T>::get(X[0], lane), scalar_traits<T>::get(X[1], lane)}) == (lane > 0));
}

TEST_CASE("lanes whose pivots differ are solved as single numbers are, to the last bit") {
  using T = pack<double>;
  reference::numbers draw(4);
  const std::size_t n = 6;
  const auto M = draw.draws<T>(n * n), B = draw.draws<T>(n);
  auto work = M, X = B;
  kernel::solve(std::span<T>(work), std::span<T>(X), 6, 1);
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
    std::vector<double> m, x;
    for (const T& v : M) m.push_back(scalar_traits<T>::get(v, lane));
    for (const T& v : B) x.push_back(scalar_traits<T>::get(v, lane));
    kernel::solve(std::span<double>(m), std::span<double>(x), 6, 1);
    bool same = true;
    for (std::size_t i = 0; i < n; ++i) same = same && scalar_traits<T>::get(X[i], lane) == x[i];
    CHECK(same);
  }
}

TEST_CASE("rows that are zero become unit rows") {
  std::vector<double> M = {2, 1, 0, 1, 3, 0, 0, 0, 0};
  kernel::regularize_empty_rows(std::span<double>(M), 3);
  CHECK(M == std::vector<double>{2, 1, 0, 1, 3, 0, 0, 0, 1});
}
