// SPDX-License-Identifier: BSD-3-Clause
// The quad's own square root over its whole range, and its digits against what double cannot show.
#include "laws.hpp"

#if defined(__SIZEOF_FLOAT128__)

#include <algorithm>
#include <random>

using namespace lssm;

namespace {

/// x 2^n by steps that stay in range.
quad scaled(quad x, int n) {
  for (; n > 0; --n) x = x * 2;
  for (; n < 0; ++n) x = x / 2;
  return x;
}

quad random_quad(std::mt19937_64& engine) {  // in [1, 2), all bits in use
  const quad high = static_cast<quad>(engine() >> 8) * quad(0x1p-56), low = static_cast<quad>(engine() >> 8);
  return 1 + high + low * quad(0x1p-112);
}

}  // namespace

TEST_CASE("square roots of squares are exact, at every scale") {
  std::mt19937_64 engine(1);
  for (int n = -8240; n <= 8190; n += 41) {
    CHECK((sqrt_of(scaled(1, 2 * n)) == scaled(1, n)));
    const quad root =
        scaled(static_cast<quad>(engine() >> 8), n - 56);  // 56 bits: the square has at most 112
    if (n > -8100) CHECK((sqrt_of(root * root) == root));
  }
}

TEST_CASE("square roots are right to the last bit over the whole range") {
  std::mt19937_64 engine(2);
  double worst = 0;
  for (int n = -16382; n <= 16380; n += 97) {
    const quad x = scaled(random_quad(engine), n);
    const quad root = sqrt_of(x);
    // The residual of the square, from halves of 56 bits whose products are exact.
    const quad high = [&] {
      const quad split = root * (quad(0x1p57) + 1);
      return is_finite(split) ? split - (split - root) : root;
    }();
    const quad low = root - high;
    const quad residual = ((x - high * high) - 2 * high * low) - low * low;
    if (n > -16200) worst = std::max(worst, std::abs(static_cast<double>(residual / (2 * root) / root)));
  }
  CHECK(worst < 1.01 * epsilon_of<quad>);
}

TEST_CASE("square roots of numbers near zero") {
  quad least = 1;
  while (least / 2 > 0) least = least / 2;
  CHECK((least == scaled(1, -16494)));
  CHECK((sqrt_of(least) == scaled(1, -8247)));
  for (const int m : {1, 3, 5, 1000, 123457}) {
    const quad root = sqrt_of(least * m), expected = sqrt_of(static_cast<quad>(m)) * scaled(1, -8247);
    CHECK((abs_of(root - expected) <= expected * quad(epsilon_of<quad>)));
  }
  CHECK((sqrt_of(quad(0)) == 0));
}

TEST_CASE("a quad keeps 113 bits through arithmetic and functions") {
  const quad third = quad(1) / 3;
  CHECK((abs_of(third * 3 - 1) <= quad(epsilon_of<quad>)));
  CHECK((third - quad(1.0 / 3) != 0));
  const quad log2 = log_of(quad(2));  // its double, and the rest of it
  CHECK((abs_of(log2 - (quad(0x1.62e42fefa39efp-1) + quad(0x1.abc9e3b39803fp-56))) < quad(0x1p-108)));
  CHECK((abs_of(exp_of(log2) - 2) <= quad(4 * epsilon_of<quad>)));
}

#endif
