// SPDX-License-Identifier: BSD-3-Clause
// (σ + H) x = r by blocks and Woodbury's identity, against H as a dense matrix.
#include <lssm/core/pack.hpp>
#include <lssm/core/tensor.hpp>
#include <lssm/objective/hessian.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

/// Blocks and rows with entries in (-1, 1).
template <class T, integer S>
modal_hessian<T, S> random_hessian(reference::numbers& draw, integer d, integer rank) {
  modal_hessian<T, S> h;
  h.resize(d, std::max<integer>(rank, 4));
  for (std::size_t u = 0; u < S; ++u)
    for (std::size_t v = u; v < S; ++v)
      for (T& x : h.blocks()[u * S + v]) x = draw.draw<T>();
  h.low_rank().set_rank(rank);
  for (integer q = 0; q < rank; ++q)
    for (T& x : h.low_rank().w(q)) x = draw.draw<T>();
  return h;
}

/// The residual (σ + H) x - r of the solution, in epsilons of its terms.
template <class T, integer S>
double residual(modal_hessian<T, S>& h, const T& sigma, const std::vector<T>& r) {
  auto x = r;
  h.solve(std::span<T>(x));
  const auto dense = h.dense();
  const std::size_t n = r.size();
  reference::largest worst;
  for (std::size_t i = 0; i < n; ++i) {
    reference::wide sum = reference::widen(sigma, 0) * reference::widen(x[i], 0) - reference::widen(r[i], 0);
    double size = reference::magnitude(reference::widen(sigma, 0));
    for (std::size_t j = 0; j < n; ++j) {
      sum += reference::widen(dense(i, j), 0) * reference::widen(x[j], 0);
      size += reference::magnitude(reference::widen(dense(i, j), 0));
    }
    double largest_x = 0;
    for (const T& v : x) largest_x = std::max(largest_x, reference::magnitude(reference::widen(v, 0)));
    worst.see(reference::epsilons(T(sum), reference::wide(0), size * largest_x));
  }
  return worst;
}

template <class T, integer S>
void solves() {
  reference::numbers draw(51);
  for (const integer d : {1, 2, 9})
    for (const integer rank : {0, 1, 4})
      for (const double shift : {0.5, 3.0, 50.0, 1e6}) {
        auto h = random_hessian<T, S>(draw, d, rank);
        const T sigma = static_cast<T>(3.1 + shift);  // above the size of every block
        CAPTURE(d);
        CAPTURE(rank);
        CAPTURE(shift);
        CHECK(h.factor(sigma));
        const auto r = draw.draws<T>(static_cast<std::size_t>(S * d));
        CHECK(residual(h, sigma, r) < 20);
      }
}

}  // namespace

TEST_CASE_TEMPLATE("factor and solve", T, float, double, reference::wide) {
  solves<T, 1>();
  solves<T, 2>();
  solves<T, 3>();
}

TEST_CASE("dense() is symmetric and made of the blocks and the rows") {
  reference::numbers draw(52);
  const auto h = random_hessian<double, 2>(draw, 3, 1);
  const auto dense = h.dense();
  CHECK(dense.shape(0) == 6);
  const auto w = h.low_rank().w(0);
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 6; ++j) {
      const std::size_t u = std::min(i / 3, j / 3), v = std::max(i / 3, j / 3);
      const double block = i % 3 == j % 3 ? h.blocks()[u * 2 + v][i % 3] : 0.0;
      CHECK(dense(i, j) == doctest::Approx(w[i] * w[j] + block).epsilon(1e-15));
      CHECK(dense(i, j) == dense(j, i));
    }
}

TEST_CASE("a shift at minus a block's eigenvalue is not sound") {
  modal_hessian<double, 1> one;
  one.resize(3, 1);
  one.blocks()[0] = {0.5, -2, 1};
  CHECK_FALSE(one.factor(2));
  CHECK_FALSE(one.factor(2 * (1 + 1e-5)));
  CHECK(one.factor(2.5));
  CHECK_FALSE(one.factor(-3));

  modal_hessian<double, 2> two;
  two.resize(1, 1);
  two.blocks()[0] = {1};  // eigenvalues 3 and -1
  two.blocks()[1] = {2};
  two.blocks()[3] = {1};
  CHECK_FALSE(two.factor(1));
  CHECK(two.factor(2));

  modal_hessian<double, 3> three;
  three.resize(1, 1);
  three.blocks()[0] = {0};  // eigenvalues -1, -1, 2
  three.blocks()[4] = {0};
  three.blocks()[8] = {0};
  for (const std::size_t place : {1u, 2u, 5u}) three.blocks()[place] = {1};
  CHECK_FALSE(three.factor(1));
  CHECK(three.factor(3));
}

TEST_CASE("lanes are solved as single ones are, each with its own soundness") {
  using T = pack<double>;
  reference::numbers draw(53);
  auto packed = random_hessian<T, 3>(draw, 4, 2);
  T sigma(5.0);
  scalar_traits<T>::set(sigma, 0, -1.0);
  const auto r = draw.draws<T>(12);
  auto x = r;
  const auto sound = packed.factor(sigma);
  packed.solve(std::span<T>(x));
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
    const auto get = [lane](const T& v) { return scalar_traits<T>::get(v, lane); };
    modal_hessian<double, 3> single;
    single.resize(4, 2);
    for (std::size_t b = 0; b < 9; ++b)
      for (std::size_t j = 0; j < 4; ++j) single.blocks()[b][j] = get(packed.blocks()[b][j]);
    single.low_rank().set_rank(2);
    for (integer q = 0; q < 2; ++q)
      for (std::size_t i = 0; i < 12; ++i) single.low_rank().w(q)[i] = get(packed.low_rank().w(q)[i]);
    std::vector<double> mine;
    mine.reserve(r.size());
    for (const T& v : r) mine.push_back(get(v));
    CHECK(single.factor(get(sigma)) == scalar_traits<T>::get_mask(sound, lane));
    single.solve(mine);
    bool same = true;
    for (std::size_t i = 0; i < 12; ++i) same = same && mine[i] == get(x[i]);
    if (lane > 0) CHECK(same);
  }
}
