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
