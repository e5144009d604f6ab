// SPDX-License-Identifier: BSD-3-Clause
// Zeros, transfer functions and maps between realizations.
#include <doctest/doctest.h>
#include <lssm/analysis/similarity.hpp>

#include <random>

using namespace lssm;
using C = std::complex<double>;

namespace {

/// The system of a numerator z^{n-1} .. 1 over a denominator z^n + q_1 z^{n-1} + ..: companion form, C (zI - A)^{-1} B.
dense_system companion(const std::vector<double>& numerator, const std::vector<double>& denominator) {
  const std::size_t d = denominator.size();
  dense_system x{std::vector<double>(d * d), std::vector<double>(d), numerator, d, 1, 1};
  for (std::size_t j = 0; j < d; ++j) x.a[j] = -denominator[j];
  for (std::size_t i = 1; i < d; ++i) x.a[i * d + i - 1] = 1;
  x.b[0] = 1;
  return x;
}

/// x in other coordinates s' = T s with a well-conditioned T of whole numbers over 8 and determinant not 0.
dense_system moved(const dense_system& x, unsigned seed) {
  using namespace detail;
  std::mt19937 bits(seed);
  wide_matrix t = identity_matrix(x.states), inverse = t;  // T = Π (I + f e_i e_jᵀ)
  for (std::size_t i = 0; i < x.states; ++i)
    for (std::size_t j = 0; j < x.states; ++j) {
      if (i == j) continue;
      const long double f = static_cast<int>(bits() % 9 - 4) / 8.0L;
      for (std::size_t l = 0; l < x.states; ++l) t(i, l) += f * t(j, l);
      for (std::size_t l = 0; l < x.states; ++l) inverse(l, j) -= f * inverse(l, i);
    }
  return {row_major(times(t, times(matrix_of(x.a, x.states, x.states), inverse))),
          row_major(times(t, matrix_of(x.b, x.states, x.inputs))),
          row_major(times(matrix_of(x.c, x.outputs, x.states), inverse)),
          x.states,
          x.inputs,
          x.outputs};
}

void check_close(const std::vector<C>& found, std::vector<C> expected, double tolerance) {
  REQUIRE(found.size() == expected.size());
  for (const C& z : found) {
    const auto nearest = std::min_element(expected.begin(), expected.end(), [&](const C& u, const C& v) {
      return std::abs(u - z) < std::abs(v - z);
    });
    CHECK(std::abs(*nearest - z) < tolerance * std::max(1.0, std::abs(z)));
    expected.erase(nearest);
  }
}

}  // namespace

TEST_CASE("zeros of one channel of every relative degree, in any coordinates") {
  const std::vector<double> q{0.3, -0.4, 0.1, 0.05};
  struct known {
    std::vector<double> numerator;
    std::vector<C> zeros;
  };
  for (const auto& [numerator, zeros] :
       {known{{2, -1, -4, -2.5}, {}}, known{{1, -6, 11, -6}, {1, 2, 3}},
        known{{4, 0, 1, 0}, {0, C(0, 0.5), C(0, -0.5)}}, known{{0, 1, -3, 2}, {1, 2}},
        known{{0, 0, 2, 5}, {-2.5}}, known{{0, 0, 0, 3}, {}}})
    for (unsigned seed = 0; seed < 5; ++seed) {
      const dense_system x = seed == 0 ? companion(numerator, q) : moved(companion(numerator, q), seed);
      const auto found = transmission_zeros(x);
      if (!zeros.empty() || numerator[0] == 0) check_close(found, zeros, 1e-11);
      for (const C& z : found) {  // roots of the numerator
        C value = 0;
        for (const double n : numerator) value = value * z + n;
        CHECK(std::abs(value) < 1e-10 * std::pow(1 + std::abs(z), 3) * 10);
      }
      std::size_t degree = 3;
      for (std::size_t i = 0; numerator[i] == 0; ++i) --degree;
      CHECK(found.size() == degree);
    }
}

TEST_CASE("zeros of modes, of several channels and of modes that input or output miss") {
  // 1.5 / (z - 0.8) - 1 / (z + 0.5) = (0.5 z + 1.55) / ...
  check_close(transmission_zeros(dense_of(modal_form<double>{{0.8, -0.5}, {1, 0.5}, {1.5, -2}})), {-3.1},
              1e-13);
  // G = diag(g_1, g_2) between invertible matrices: zeros of both.
  modal_form<double> two{
      {0.8, -0.5, 0.5, 0.25}, {1, 0, 1, 0, 0, 1, 0, 1}, {1.5, -1, 0, 0, 0, 0, 2, -1}, 2, 2};
  const dense_system diagonal = dense_of(two);
  check_close(transmission_zeros(diagonal), {-3.1, 0.0}, 1e-12);
  dense_system mixed = moved(diagonal, 3);
  for (std::size_t i = 0; i < 4; ++i) mixed.b[i * 2] += 3 * mixed.b[i * 2 + 1];  // B (1 0; 3 1)
  for (std::size_t j = 0; j < 4; ++j) mixed.c[4 + j] -= 0.5 * mixed.c[j];        // (1 0; -0.5 1) C
  check_close(transmission_zeros(mixed), {-3.1, 0.0}, 1e-11);
  // A mode with c = 0 and one with b = 0.
  check_close(transmission_zeros(
                  dense_of(modal_form<double>{{0.8, -0.5, 0.3, 0.1}, {1, 0.5, 1, 0}, {1.5, -2, 0, 1}})),
              {-3.1, 0.3, 0.1}, 1e-12);
  // The gain is singular where some direction of channels has none.
  CHECK_THROWS_AS(transmission_zeros(dense_of(modal_form<double>{{0.5}, {0}, {1}})), bad_argument);
  CHECK_THROWS_AS(
      transmission_zeros(dense_of(modal_form<double>{{0.5, 0.2}, {1, 2, 1, 2}, {1, 1, 0, 1}, 2, 2})),
      bad_argument);
  CHECK_THROWS_AS(transmission_zeros(dense_of(modal_form<double>{{0.5}, {1, 2}, {1}, 2, 1})), bad_argument);
}

TEST_CASE("at a zero of many modes the gain is zero") {
  std::mt19937 bits(11);
  for (const std::size_t d : {1U, 2U, 5U, 12U}) {
    modal_form<double> x;
    for (std::size_t j = 0; j < d; ++j) {
      x.a.push_back(-0.9 + 1.8 * (static_cast<double>(j) + 0.5) / static_cast<double>(d));
      x.b.push_back(1);
      x.c.push_back(1 + static_cast<double>(bits() % 64) / 32);
    }
    const auto zeros =
        transmission_zeros(dense_of(x));  // weights of one sign: between neighbours of the poles
    REQUIRE(zeros.size() == d - 1);
    for (const C& z : zeros) {
      C gain = 0;
      double size = 0;
      for (std::size_t j = 0; j < d; ++j)
        gain += x.c[j] / (z - x.a[j]), size += x.c[j] / std::abs(z - x.a[j]);
      CHECK(z.imag() == 0);
      CHECK(std::abs(gain) < 1e-11 * size);
    }
  }
}

TEST_CASE("a transfer function is the ratio that it was made of, and gives G") {
  const auto g = transfer_function(moved(companion({1, -6, 11, -6}, {0.3, -0.4, 0.1, 0.05}), 2));
  const double q[5] = {1, 0.3, -0.4, 0.1, 0.05}, n[4] = {1, -6, 11, -6};
  for (std::size_t k = 0; k < 5; ++k) CHECK(g.denominator[k] == doctest::Approx(q[k]).epsilon(1e-12));
  for (std::size_t k = 0; k < 4; ++k) CHECK(g.numerator(k, 0, 0) == doctest::Approx(n[k]).epsilon(1e-11));
  const modal_form<C> pair{
      {C(0.75, 0.5), C(-0.25, 0.625)}, {1, C(0.5, -0.25), 2, 1}, {C(0.5, -1), C(0.25, 0.75)}, 2, 1};
  const auto both = transfer_function(dense_of(pair));
  const auto expected = frequency_response(from_half(pair), 0.7);
  const C back = std::polar(1.0, -0.7);
  for (std::size_t l = 0; l < 2; ++l) {
    C above = 0, below = 0;
    for (std::size_t k = 5; k-- > 0;) below = below * back + both.denominator[k];
    for (std::size_t k = 4; k-- > 0;) above = above * back + both.numerator(k, 0, l);
    CHECK(std::abs(above / below - expected[l]) < 1e-12);
  }
}

TEST_CASE("the map between two realizations of a system, and its error between two systems") {
  const modal_form<double> modes{
      {0.8, -0.5, 0.25, 0.6}, {1, 0.5, 1, 2, -1, 1, 0.5, 1}, {1.5, -2, 1, 1}, 2, 1};
  const dense_system x = dense_of(modes);
  for (unsigned seed = 0; seed < 4; ++seed) {
    const dense_system y = moved(x, seed);
    const similarity_map there = similarity(x, y), back = similarity(y, x);
    CHECK(there.error < 1e-12);
    CHECK(back.error < 1e-12);
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < 4; ++j) {
        double sum = 0;
        for (std::size_t l = 0; l < 4; ++l) sum += there.t[i * 4 + l] * back.t[l * 4 + j];
        CHECK(std::abs(sum - (i == j)) < 1e-11);
      }
  }
  CHECK(similarity(x, balanced_form(x).system).error < 1e-12);
  dense_system other = x;
  other.b[0] += 0.5;
  CHECK(similarity(x, other).error > 1e-2);
  CHECK_THROWS_AS(similarity(x, dense_of(modal_form<double>{{0.8}, {1, 0.5}, {1.5}, 2, 1})), bad_argument);
  other.c[2] = 0;
  CHECK_THROWS_AS(similarity(x, other), bad_argument);
  CHECK_THROWS_AS(similarity(other, x), bad_argument);
}
