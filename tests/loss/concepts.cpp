// SPDX-License-Identifier: BSD-3-Clause
// What the concepts of losses accept and what they refuse. Compiling is the test.
#include <doctest/doctest.h>

#include <lssm/loss.hpp>

using namespace lssm;

namespace {

struct value_alone {
  static double value(double p, double y) { return p - y; }
};
struct row_value_alone {
  template <class T>
  static T value(std::span<const T> p, std::span<const T> y) {
    return p[0] - y[0];
  }
};
struct row_loss : row_value_alone {
  template <class T>
  static void derivative(std::span<const T>, std::span<const T>, std::span<T> dp) {
    dp[0] = T(1);
  }
};

static_assert(Loss<squared_error> && CurvedLoss<squared_error> && QuadraticLoss<squared_error>);
static_assert(Loss<absolute_error> && !QuadraticLoss<absolute_error>);
static_assert(CurvedLoss<binary_cross_entropy> && !QuadraticLoss<binary_cross_entropy>);
static_assert(HasValue<value_alone> && !HasDerivative<value_alone> && !Loss<value_alone>);
static_assert(RowLoss<softmax_cross_entropy> && !Loss<softmax_cross_entropy>);
static_assert(LossOfLogits<softmax_cross_entropy> && LossOfLogits<binary_cross_entropy> &&
              !LossOfLogits<squared_error> && !LossOfLogits<absolute_error> && !LossOfLogits<void>);
static_assert(RowLoss<row_loss>);
static_assert(HasRowValue<row_value_alone> && !HasRowDerivative<row_value_alone> &&
              !RowLoss<row_value_alone>);
static_assert(!HasRowValue<squared_error> && !HasRowDerivative<int>);

}  // namespace

TEST_CASE("the concepts of losses") {
  const std::array<double, 1> p{3}, y{1};
  CHECK(row_loss::value<double>(p, y) == 2);
}
