// SPDX-License-Identifier: BSD-3-Clause
// Products with F without most of its zeros against all products, one number after the other, bit for bit.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <lssm/kernel/gram/columns.hpp>
#include <numeric>
#include <random>
#include <vector>

using namespace lssm;

namespace {

/// F of `rank` rows: row q has zeros at the pivots of those before it and where nothing is excited. The pivots are every
/// `step`-th entry first, so that even and odd entries may run out at different rows.
template <class T>
struct problem {
  integer kappa;
  kernel::gram_step_constants<T> f;
  std::vector<T> e;

  problem(integer length, integer rank, integer step, integer unexcited, unsigned seed)
      : kappa(length), f(length), e(static_cast<std::size_t>(f.stride(length))) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> number(-1, 1);
    std::vector<integer> pivots;
    for (integer from = 0; from < step; ++from)
      for (integer k = from; k < kappa; k += step) pivots.push_back(k);
    for (integer q = 0; q < rank; ++q)
      for (std::size_t at = static_cast<std::size_t>(q); at < pivots.size(); ++at)
        if (pivots[at] >= unexcited) f.rows()[pivots[at] * f.stride(kappa) + q] = T(number(random));
    f.finish();
    for (integer k = 0; k < kappa; ++k) e[static_cast<std::size_t>(k)] = T(number(random));
  }
  std::vector<T> without_zeros() const {
    kernel::aligned_numbers<T> rho(f.stride(kappa));
    kernel::factor_rows<T>(f).multiply(e.data(), rho.data());
    return {rho.data(), rho.data() + kappa};
  }
  std::vector<T> by_all_columns() const {
    kernel::aligned_numbers<T> rho(f.stride(kappa));
    kernel::detail::add_all_columns(e.data(), f.rows(), f.stride(kappa), kappa, kappa, rho.data());
    return {rho.data(), rho.data() + kappa};
  }
  std::vector<T> one_by_one() const {
    std::vector<T> rho;
    for (integer q = 0; q < kappa; ++q) {
      T sum[2] = {T(0), T(0)};
      for (integer k = 0; k < kappa; ++k)
        sum[k % 2] = mul_add(e[static_cast<std::size_t>(k)], f.rows()[k * f.stride(kappa) + q], sum[k % 2]);
      rho.push_back(sum[0] + sum[1]);
    }
    return rho;
  }
};

}  // namespace

TEST_CASE_TEMPLATE("products with rows of a factorization skip zeros, not digits", T, float, double) {
  for (const integer kappa : {1, 2, 7, 16, 17, 31, 33, 64, 100, 131, 200})
    for (const integer rank : {kappa, kappa / 2, kappa / 7})
      for (const integer step : {1, 2, 3})
        for (const integer unexcited : {integer(0), kappa / 3}) {
          CAPTURE(kappa);
          CAPTURE(rank);
          CAPTURE(step);
          const problem<T> p(kappa, rank, step, unexcited, static_cast<unsigned>(kappa + rank));
          const auto all = p.one_by_one();
          CHECK(p.by_all_columns() == all);
          CHECK(p.without_zeros() == all);
        }
}

TEST_CASE_TEMPLATE("an error that is not finite is seen, also where no row is excited", T, float, double) {
  for (const T bad : {std::numeric_limits<T>::infinity(), std::numeric_limits<T>::quiet_NaN()})
    for (integer k = 0; k < 50; ++k) {
      CAPTURE(k);
      problem<T> p(50, 40, 2, 5, 1);
      p.e[static_cast<std::size_t>(k)] = bad;
      const auto rho = p.without_zeros();
      const T squares = std::inner_product(rho.begin(), rho.end(), rho.begin(), T(0));
      CHECK_FALSE(std::isfinite(squares));
    }
}
