// SPDX-License-Identifier: BSD-3-Clause
// Pointwise losses: derivatives against dual numbers, and which types the concepts accept.
#include <lssm/core/pack.hpp>
#include <lssm/loss.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

struct only_value {
  template <class T>
  T value(const T& p, const T& y) const {
    return p - y;
  }
};
struct only_derivative {
  template <class T>
  T derivative(const T&, const T&) const {
    return T(1);
  }
};
struct steep : only_value, only_derivative {};
struct bent : steep {
  template <class T>
  T second_derivative(const T&, const T&) const {
    return T(0);
  }
};
struct says_no : steep {
  static constexpr bool quadratic = false;
};
struct one_argument {
  double value(double) const { return 0; }
  double derivative(double) const { return 0; }
};

// ---------------------------------------------------------------- HasValue, HasDerivative, Loss
static_assert(HasValue<squared_error> && HasDerivative<squared_error> && Loss<squared_error>);
static_assert(HasValue<only_value> && !HasDerivative<only_value> && !Loss<only_value>);
static_assert(!HasValue<only_derivative> && HasDerivative<only_derivative> && !Loss<only_derivative>);
static_assert(Loss<steep>);
static_assert(!Loss<one_argument>);
static_assert(!Loss<double>);
// ---------------------------------------------------------------- CurvedLoss, QuadraticLoss
static_assert(CurvedLoss<squared_error> && QuadraticLoss<squared_error>);
static_assert(CurvedLoss<bent> && !QuadraticLoss<bent>);
static_assert(!CurvedLoss<steep>);
static_assert(!QuadraticLoss<says_no>);

// ---------------------------------------------------------------- RowLoss
static_assert(Loss<absolute_error> && !CurvedLoss<absolute_error> && !QuadraticLoss<absolute_error>);
static_assert(Loss<binary_cross_entropy> && CurvedLoss<binary_cross_entropy>);
static_assert(RowLoss<softmax_cross_entropy> && !Loss<softmax_cross_entropy>);
static_assert(!RowLoss<squared_error> && !RowLoss<binary_cross_entropy> && !RowLoss<steep> && !RowLoss<int>);

static_assert(std::is_empty_v<squared_error> && squared_error{} == squared_error{});

}  // namespace

TEST_CASE_TEMPLATE("squared error: value and two derivatives", T, float, double, long double,
                   reference::wide) {
  reference::numbers draw(1);
  for (int i = 0; i < 50; ++i) {
    const T p = draw.draw<T>(), y = i % 5 == 0 ? p : draw.draw<T>();
    const auto wide_p = reference::widen(p, 0), wide_y = reference::widen(y, 0);
    const dual<T> moving(p, T(1)), label(y);
    CHECK(reference::epsilons(squared_error::value(p, y), (wide_p - wide_y) * (wide_p - wide_y), 4) < 2);
    CHECK(squared_error::derivative(p, y) == squared_error::value(moving, label).e);
    CHECK(squared_error::second_derivative(p, y) == squared_error::derivative(moving, label).e);
    CHECK(squared_error::value(p, y) >= T(0));
  }
}

TEST_CASE_TEMPLATE("absolute error: value and slope, and what is met has none", T, float, double, long double,
                   reference::wide) {
  reference::numbers draw(3);
  for (int i = 0; i < 50; ++i) {
    const T p = draw.draw<T>(), y = i % 5 == 0 ? p : draw.draw<T>();
    CHECK(absolute_error::value(p, y) == (p > y ? p - y : y - p));
    CHECK(absolute_error::derivative(p, y) == (p > y ? T(1) : p < y ? T(-1) : T(0)));
  }
  const T nan = T(0) / T(0);
  CHECK_FALSE(is_finite(absolute_error::derivative(nan, T(0))));
}

TEST_CASE_TEMPLATE("binary cross-entropy: its definition in wide numbers, derivatives of dual ones", T, float,
                   double, long double) {
  using reference::wide;
  using loss = binary_cross_entropy;
  if constexpr (epsilon_of<T> <= epsilon_of<wide>) {
    MESSAGE("no wider numbers here to compare with");
    return;
  }
  reference::numbers draw(4);
  for (int i = 0; i < 60; ++i) {
    const T p = draw.draw<T>() * T(i % 3 == 0 ? 30 : 3);
    const T y = i % 4 == 0 ? T(0) : i % 4 == 1 ? T(1) : abs_of(draw.draw<T>());
    const wide q = reference::widen(p, 0), t = reference::widen(y, 0);
    const wide up = wide(1) / (wide(1) + exp_of(-q)), down = wide(1) / (wide(1) + exp_of(q));
    const wide value = -t * log_of(up) - (1 - t) * log_of(down), slope = (1 - t) * up - t * down;
    const auto size = [](const wide& v) { return reference::magnitude(v); };
    const double terms = size(t * log_of(up)) + size((1 - t) * log_of(down));
    CHECK(reference::epsilons(loss::value(p, y), value, 4 * terms) < 4);
    CHECK(reference::epsilons(loss::derivative(p, y), slope, size((1 - t) * up) + size(t * down)) < 8);
    CHECK(reference::epsilons(loss::second_derivative(p, y), up * down, size(up * down)) < 16);
    const dual<T> moving(p, T(1)), label(y);
    CHECK(reference::epsilons(loss::value(moving, label).e, slope, 4) < 4);
    CHECK(reference::epsilons(loss::derivative(moving, label).e, up * down, 4) < 4);
  }
  // A point that is right by far keeps the digits of its small loss, a wrong one is finite.
  CHECK(loss::value(40.0, 1.0) == doctest::Approx(4.248354255291589e-18).epsilon(1e-14));
  CHECK(loss::value(-1000.0, 1.0) == 1000);
  CHECK(loss::derivative(-1000.0, 1.0) == -1);
  CHECK(loss::derivative(1000.0, 1.0) == 0);
}

TEST_CASE_TEMPLATE(
    "softmax cross-entropy of rows: its definition in wide numbers, whatever is added to a row", T, float,
    double, long double) {
  using reference::wide;
  using loss = softmax_cross_entropy;
  reference::numbers draw(5);
  for (const std::size_t n : {std::size_t{1}, std::size_t{2}, std::size_t{5}})
    for (const T shift : {T(0), T(64), T(-4096)}) {
      auto p = draw.draws<T>(n, 3), y = draw.draws<T>(n);
      for (T& v : p) v = v + shift;  // rounded: the reference takes what remains
      for (T& v : y) v = abs_of(v);  // also of labels that do not add up to 1
      wide all = 0, total = 0, value = 0;
      for (const T& v : p) all = all + exp_of(reference::widen(v, 0) - reference::widen(shift, 0));
      const auto log_share = [&](std::size_t j) {
        return reference::widen(p[j], 0) - reference::widen(shift, 0) - log_of(all);
      };
      for (std::size_t j = 0; j < n; ++j) {
        value = value - reference::widen(y[j], 0) * log_share(j);
        total = total + reference::widen(y[j], 0);
      }
      CHECK(reference::epsilons(loss::value<T>(p, y), value, 16 * static_cast<double>(n)) < 4);
      std::vector<T> slope(n);
      loss::derivative<T>(p, y, slope);
      for (std::size_t j = 0; j < n; ++j)
        CHECK(reference::epsilons(slope[j], exp_of(log_share(j)) * total - reference::widen(y[j], 0),
                                  8 * static_cast<double>(n)) < 4);
    }
  const std::vector<double> far{0, 2000}, second{0, 1}, first{1, 0};
  CHECK(loss::value<double>(far, second) == 0);
  CHECK(loss::value<double>(far, first) == 2000);
}

TEST_CASE("squared error in lanes is squared error in each") {
  using T = pack<double>;
  reference::numbers draw(2);
  const T p = draw.draw<T>(), y = draw.draw<T>();
  for (std::size_t i = 0; i < lanes_of<T>; ++i) {
    const double lane_p = scalar_traits<T>::get(p, i), lane_y = scalar_traits<T>::get(y, i);
    CHECK(scalar_traits<T>::get(squared_error::value(p, y), i) == squared_error::value(lane_p, lane_y));
    CHECK(scalar_traits<T>::get(squared_error::derivative(p, y), i) ==
          squared_error::derivative(lane_p, lane_y));
  }
}
