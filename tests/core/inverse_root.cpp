// SPDX-License-Identifier: BSD-3-Clause
// Inverse roots: e x^order = 1.
#include <doctest/doctest.h>

#include <lssm/core/inverse_root.hpp>

using lssm::detail::inverse_root;

namespace {

/// The largest |e x^order - 1| over what errors of steps are cut to, ends included.
template <int Order>
double worst_error() {
  double worst = 0;
  for (int i = 0; i <= 32000; ++i) {
    const double e = std::pow(10.0, -8 + i / 2000.0), x = inverse_root<Order>(e);
    double product = e;
    for (int k = 0; k < Order; ++k) product *= x;
    const double error = std::abs(product - 1);
    worst = error <= worst ? worst : error;  // a NaN is the largest
  }
  return worst;
}

}  // namespace

TEST_CASE("the fifth has seven digits, others those of the machine") {
  CHECK(worst_error<5>() < 5e-7);
  CHECK(worst_error<2>() < 1e-15);
  CHECK(worst_error<3>() < 2e-15);
  CHECK(worst_error<4>() < 2e-15);
}

TEST_CASE("it falls as its argument grows, but for its own error") {
  for (double e = 1e-8; e < 1e8; e *= 1.001) CHECK(inverse_root<5>(e * 1.001) < inverse_root<5>(e));
}
