// SPDX-License-Identifier: BSD-3-Clause
// Factors of the rate for objectives of one's own, which have no model.
#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/train.hpp>
#include <vector>

using namespace lssm;

namespace {

/// Σ θ_i, whose gradient is 1.
template <class T>
struct slope {
  using scalar = T;
  struct evaluation {};
  static evaluation workspace() { return {}; }
  static integer parameters() { return 3; }
  static std::vector<T> theta() { return std::vector<T>(3, T(1)); }
  static T value_and_gradient(std::span<const T> theta, std::span<T> d, evaluation&) {
    for (T& x : d) x = T(1);
    return theta[0] + theta[1] + theta[2];
  }
};

/// 1, 1/2, 1/4, ...
struct halving {
  static void write(std::span<double> out) {
    for (double factor = 1; double& x : out) x = factor, factor /= 2;
  }
};

template <class Rates>
using with = descent<gradient_descent, unconstrained, first_of<step_limit>, constant_rate, unclipped, Rates>;
template <class T, class Rates>
std::vector<T> stepped(const std::vector<Rates>& rates) {
  std::vector<with<Rates>> per_lane;
  for (const Rates& r : rates) per_lane.push_back({.rate = 0.25, .stop = {step_limit{2}}, .rates = r});
  const slope<T> objective;
  auto training = with<Rates>::start(std::span<const with<Rates>>(per_lane), objective);
  while (training.running()) training.step();
  return {training.theta().begin(), training.theta().end()};
}

}  // namespace

static_assert(RatesFor<rate_per_entry, slope<double>> && RatesFor<halving, slope<double>>);
static_assert(!RatesFor<rate_per_matrix, slope<double>>);  // it has no matrices

TEST_CASE_TEMPLATE("each entry moves by its own rate", T, float, double) {
  CHECK(stepped<T>(std::vector<rate_per_entry>{{{2, 0, 1}}}) == std::vector<T>{T(0), T(1), T(0.5)});
  CHECK(stepped<T>(std::vector<halving>(1)) == std::vector<T>{T(0.5), T(0.75), T(0.875)});
}

TEST_CASE("each lane has its own factors") {
  using P = pack<double>;
  std::vector<rate_per_entry> rates;
  for (std::size_t i = 0; i < lanes_of<P>; ++i) rates.push_back({{1, static_cast<double>(i), 0}});
  const auto theta = stepped<P>(rates);
  for (std::size_t i = 0; i < lanes_of<P>; ++i) {
    CHECK(scalar_traits<P>::get(theta[0], i) == 0.5);
    CHECK(scalar_traits<P>::get(theta[1], i) == 1 - 0.5 * static_cast<double>(i));
    CHECK(scalar_traits<P>::get(theta[2], i) == 1);
  }
}

TEST_CASE("another number of factors than θ has entries is refused") {
  CHECK_THROWS_WITH_AS(stepped<double>(std::vector<rate_per_entry>{{{1, 2}}}),
                       "rate_per_entry: factors must be 3 numbers, given 2", bad_argument);
}
