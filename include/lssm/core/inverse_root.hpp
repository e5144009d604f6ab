// SPDX-License-Identifier: BSD-3-Clause
// Inverse roots of positive doubles: e to the power -1 / order, as a factor of a step size asks for them.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace lssm::detail {

/// For order 5 Newton's method from a guess by the exponent, to seven digits; else the machine's.
template <int Order>
double inverse_root(double e) {
  if constexpr (Order != 5) {
    return std::pow(e, -1.0 / Order);
  } else {
    double x = std::bit_cast<double>(0x4cb8cccccccccb34 - std::bit_cast<std::int64_t>(e) / 5);
    for (int turn = 0; turn < 3; ++turn) {
      const double square = x * x;
      x = x * (1.2 - 0.2 * e * (square * square * x));
    }
    return x;
  }
}

}  // namespace lssm::detail
