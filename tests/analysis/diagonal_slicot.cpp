// SPDX-License-Identifier: BSD-3-Clause
// Norms and Hankel values of random systems beside SLICOT's, which are right to about ε of the largest.
#include <doctest/doctest.h>
#include <lssm/analysis.hpp>

#include <random>

#include "../slicot.hpp"
using namespace lssm;

TEST_CASE("H2 and Hankel values of random modes agree with SLICOT") {
  std::mt19937 bits(17);
  const auto uniform = [&] { return static_cast<double>(bits() % 4096) / 2048 - 1 + 1.0 / 8192; };
  for (const std::size_t d : {1U, 2U, 3U, 7U, 10U, 20U, 40U})
    for (int draw = 0; draw < 5; ++draw) {
      modal_form<double> x;
      for (std::size_t j = 0; j < d; ++j) {
        x.a.push_back(0.97 * uniform());
        x.b.push_back(uniform());
        x.c.push_back(uniform());
      }
      slicot_system other(x.a, x.b, x.c);
      CHECK(h2_norm(x).value == doctest::Approx(other.h2()).epsilon(1e-11));
      REQUIRE(other.info == 0);
      const auto sigma = hankel_singular_values(x).values, theirs = other.hankel();
      REQUIRE(other.info == 0);
      for (std::size_t i = 0; i < d; ++i) CHECK(std::abs(sigma[i] - theirs[i]) < 1e-12 * sigma[0]);
    }
}
